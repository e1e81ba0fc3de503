"""The pages on which a finding's cure can be done, of the key and the bucket that it is about."""

from collections.abc import Iterable
from dataclasses import dataclass

from links.domain.findings import Code
from links.domain.judging.cures import ACTS, Act
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
    """`name` is what the row is called; its page is `page` of `model`."""

    act: Act
    model: str
    pk: int
    page: str
    name: str


def find_cure_pages(
    code: Code, *, access_key_ids: Iterable[str] = (), bucket: Bucket | None = None, bucket_name: str = ""
) -> list[CurePage]:
    """Those of the acts of this finding's cure that are done with a key or a bucket of ours."""
    acts = [act for act in ACTS.get(code, ()) if act in _PLACES]
    if not acts:
        return []
    bucket = bucket or Bucket.objects.select_related("key").filter(name=bucket_name or None).first()
    keys = SigningKey.objects.present().filter(access_key_id__in=[one for one in access_key_ids if one])
    key = keys.first() or (bucket.key if bucket else None)
    rows = {"signingkey": key if key and key.replaced_at is None else None, "bucket": bucket}
    found = [(act, *_PLACES[act]) for act in acts]
    return [
        CurePage(act, model, row.pk, page, str(row)) for act, model, page in found if (row := rows[model]) is not None
    ]
