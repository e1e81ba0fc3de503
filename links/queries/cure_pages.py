"""The pages on which a finding's cure can be done, or what a refusal asks for, with a key or a bucket of ours."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from links.domain.errors import HoldfastError
from links.domain.findings import Code, Finding
from links.domain.judging.cures import ACTS, REFUSAL_ACTS, Act, is_signed_elsewhere
from links.domain.reasons import Reason
from links.models import Bucket, SigningKey

SHOWN_BUCKETS = 5  # of a key that signs for more, the key's page has the rest
# The model, and the page of its row.
_PLACES = {
    Act.ENTER_SECRET: ("signingkey", "secret"),
    Act.ROTATE_KEY: ("signingkey", "rotate"),
    Act.PROVE_KEY: ("signingkey", "change"),
    Act.CHANGE_BUCKET: ("bucket", "change"),
}


# The model, and a page of its own that is about no row.
_PLACES_OF_ALL = {Act.ADD_BUCKET: ("bucket", "add"), Act.LIST_KEYS: ("signingkey", "changelist")}
# What only one kind of a finding asks for.
_ASKED_WHERE: Mapping[tuple[Code | Reason, Act], tuple[str, str]] = {
    (Code.UNREACHABLE, Act.ADD_BUCKET): ("what", "forbidden"),
    (Reason.PROMISE_OVER_ALREADY, Act.ROTATE_KEY): ("reason", "rotation-due"),
}


@dataclass(frozen=True, slots=True)
class CurePage:
    """`name` is what the row is called; its page is `page` of `model`. One that is about no row has none (`pk` None).
    `permission` is what it takes."""

    act: Act
    model: str
    pk: int | None
    page: str
    name: str = ""

    @property
    def permission(self) -> str:
        return f"links.{'add' if self.page == 'add' else 'change'}_{self.model}"


def find_cure_pages(
    finding: Finding, *, access_key_ids: Iterable[str] = (), bucket: Bucket | None = None, bucket_name: str = ""
) -> list[CurePage]:
    """Those of the acts of this finding's cure that are done with a key or a bucket of ours: with the very key that is
    meant, and no other where it is not ours. None of them mends a URL that was signed elsewhere."""
    acts = [act for act in ACTS.get(finding.code, ()) if _is_asked(finding.code, act, finding.params)]
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
    acts = [act for act in REFUSAL_ACTS.get(refused.reason, ()) if _is_asked(refused.reason, act, refused.params)]
    if not acts:
        return []
    bucket = bucket or _find_bucket(str(refused.params.get("bucket") or ""))
    key = SigningKey.objects.present().filter(label=refused.params.get("key")).first()
    return _list_pages(acts, key or (bucket.key if bucket else None), [bucket] if bucket else [])


def _is_asked(code: Code | Reason, act: Act, params: Mapping[str, object]) -> bool:
    name, value = _ASKED_WHERE.get((code, act), ("", ""))
    return (act in _PLACES or act in _PLACES_OF_ALL) and (not name or params.get(name) == value)


def _find_bucket(name: str) -> Bucket | None:
    return Bucket.objects.select_related("key").filter(name=name or None).first()


def _list_pages(acts: Iterable[Act], key: SigningKey | None, buckets: list[Bucket]) -> list[CurePage]:
    keys = [key] if key and key.replaced_at is None else []
    rows: dict[str, list[SigningKey] | list[Bucket]] = {"signingkey": keys, "bucket": buckets}
    pages = []
    for act in acts:
        if act in _PLACES_OF_ALL:
            model, page = _PLACES_OF_ALL[act]
            pages.append(CurePage(act, model, None, page))
        elif act in _PLACES:
            model, page = _PLACES[act]
            pages += [CurePage(act, model, row.pk, page, str(row)) for row in rows[model]]
    return pages
