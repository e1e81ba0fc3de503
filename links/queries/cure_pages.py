"""The pages on which a finding's cure can be done, or what a refusal asks for, with a key or a bucket of ours."""

from collections.abc import Iterable
from dataclasses import dataclass

from links.domain.errors import HoldfastError
from links.domain.findings import Code
from links.domain.judging.cures import ACTS, REFUSAL_ACTS, Act
from links.models import Bucket, SigningKey

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
    code: Code, *, access_key_ids: Iterable[str] = (), bucket: Bucket | None = None, bucket_name: str = ""
) -> list[CurePage]:
    """Those of the acts of this finding's cure that are done with a key or a bucket of ours."""
    acts = [act for act in ACTS.get(code, ()) if act in _PLACES]
    if not acts:
        return []
    bucket = bucket or _find_bucket(bucket_name)
    keys = SigningKey.objects.present().filter(access_key_id__in=[one for one in access_key_ids if one])
    return _list_pages(acts, keys.first(), bucket)


def find_refusal_pages(refused: HoldfastError, bucket: Bucket | None = None) -> list[CurePage]:
    """The same for what a refusal asks for. `bucket` is the one that it was about, where it does not name one."""
    acts = REFUSAL_ACTS.get(refused.reason, ())
    if not acts:
        return []
    bucket = bucket or _find_bucket(str(refused.params.get("bucket") or ""))
    key = SigningKey.objects.present().filter(label=refused.params.get("key")).first()
    return _list_pages(acts, key, bucket)


def _find_bucket(name: str) -> Bucket | None:
    return Bucket.objects.select_related("key").filter(name=name or None).first()


def _list_pages(acts: Iterable[Act], key: SigningKey | None, bucket: Bucket | None) -> list[CurePage]:
    key = key or (bucket.key if bucket else None)
    rows = {"signingkey": key if key and key.replaced_at is None else None, "bucket": bucket}
    pages = []
    for act in acts:
        if act is Act.ADD_BUCKET:
            pages.append(CurePage(act, "bucket", None, "add"))
        elif act in _PLACES and (row := rows[_PLACES[act][0]]):
            pages.append(CurePage(act, _PLACES[act][0], row.pk, _PLACES[act][1], str(row)))
    return pages
