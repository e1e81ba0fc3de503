"""The pages on which a finding's cure can be done, or what a refusal asks for, with a key or a bucket of ours."""

from collections.abc import Iterable
from dataclasses import dataclass

from links.domain.errors import HoldfastError
from links.domain.findings import Finding
from links.domain.judging.cures import ACTS, REFUSAL_ACTS, Act, is_signed_elsewhere
from links.models import Bucket, SigningKey

SHOWN_BUCKETS = 5  # of a key that signs for more, the key's page has the rest
# The model, and the page of its row.
_PLACES = {
    Act.ENTER_SECRET: ("signingkey", "secret"),
    Act.ROTATE_KEY: ("signingkey", "rotate"),
    Act.PROVE_KEY: ("signingkey", "change"),
    Act.CHANGE_BUCKET: ("bucket", "change"),
}


@dataclass(frozen=True, slots=True)
class CurePage:
    """`name` is what the row is called; its page is `page` of `model`. A page that adds a row has none (`pk` None)."""

    act: Act
    model: str
    pk: int | None
    page: str
    name: str = ""


def find_cure_pages(
    finding: Finding, *, access_key_ids: Iterable[str] = (), bucket: Bucket | None = None, bucket_name: str = ""
) -> list[CurePage]:
    """Those of the acts of this finding's cure that are done with a key or a bucket of ours: with the very key that is
    meant, and no other where it is not ours. None of them mends a URL that was signed elsewhere."""
    acts = [act for act in ACTS.get(finding.code, ()) if act in _PLACES]
    if not acts or is_signed_elsewhere(finding):
        return []
    meant = [finding.params.get("access_key_id", ""), *access_key_ids]
    bucket = bucket or _find_bucket(bucket_name)
    key = SigningKey.objects.present().filter(access_key_id__in=list(filter(None, meant))).first()
    if key is None and bucket and not finding.params.get("access_key_id"):
        key = bucket.key
    buckets = [bucket] if bucket else list(key.buckets.order_by("name")[:SHOWN_BUCKETS]) if key else []
    return _list_pages(acts, key, buckets)


def find_refusal_pages(refused: HoldfastError, bucket: Bucket | None = None) -> list[CurePage]:
    """The same for what a refusal asks for. `bucket` is the one that it was about, where it does not name one."""
    acts = REFUSAL_ACTS.get(refused.reason, ())
    if not acts:
        return []
    bucket = bucket or _find_bucket(str(refused.params.get("bucket") or ""))
    key = SigningKey.objects.present().filter(label=refused.params.get("key")).first()
    return _list_pages(acts, key or (bucket.key if bucket else None), [bucket] if bucket else [])


def _find_bucket(name: str) -> Bucket | None:
    return Bucket.objects.select_related("key").filter(name=name or None).first()


def _list_pages(acts: Iterable[Act], key: SigningKey | None, buckets: list[Bucket]) -> list[CurePage]:
    keys = [key] if key and key.replaced_at is None else []
    rows: dict[str, list[SigningKey] | list[Bucket]] = {"signingkey": keys, "bucket": buckets}
    pages = []
    for act in acts:
        if act is Act.ADD_BUCKET:
            pages.append(CurePage(act, "bucket", None, "add"))
        elif act in _PLACES:
            model, page = _PLACES[act]
            pages += [CurePage(act, model, row.pk, page, str(row)) for row in rows[model]]
    return pages
