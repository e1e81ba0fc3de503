"""Signed URLs that stand in a table of the project are replaced by stable links, row by row."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from django.db.models import Model, Q

from links.domain.errors import HoldfastError, Refused
from links.domain.reasons import Reason
from links.domain.sharing import EVERYTHING
from links.domain.signed_urls.reading import Style, read
from links.domain.signed_urls.tokens import digest
from links.queries.bucket_registry import BucketRegistry
from links.services.click_signing import OpenBuckets
from links.services.link_terms import Terms
from links.services.links.creation import NewLinkRequest, preview
from links.services.links.object_links import find_or_create

BATCH = 200  # rows that are read at once
PURPOSE = "stored-urls"
MAX_SHOWN = 20  # rows that are named for each reason


@dataclass
class ReplacedUrls:
    """How many rows held a signed URL; how many have a link in its place now, or would have; and which keep theirs, by
    the reason. `changed` are those that somebody wrote meanwhile. Holds no URL."""

    found: int = 0
    replaced: int = 0
    changed: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    rows: dict[str, list[str]] = field(default_factory=dict)

    def refuse(self, row: Model, why: HoldfastError) -> None:
        self.refused[why.code] += 1
        named = self.rows.setdefault(why.code, [])
        if len(named) < MAX_SHOWN:
            named.append(str(row.pk))


def replace_urls(
    model: type[Model], column: str, *, lifetime: str, zone: tzinfo, now: datetime, is_dry: bool = False
) -> ReplacedUrls:
    """Each row is written by itself, where it still holds the URL that was read: what was interrupted is begun again
    and goes on, for a row that has a link is passed over. One object has one link, however many rows name it; a URL of
    one version has a link of its own, and is refused where that version is no longer the newest. `is_dry` makes none.

    Model.save and signals are not called: nothing but this column changes.
    """
    told, registry, opened = ReplacedUrls(), BucketRegistry.read(), OpenBuckets()
    for row in _iterate(model, column):
        old = str(getattr(row, column))
        told.found += 1
        try:
            request = _read_request(old, registry, lifetime, zone)
            if is_dry:
                preview(request, now, opened)
                told.replaced += 1
                continue
            [made] = find_or_create([request], now)
            if made.done is None:
                raise made.refused or Refused(Reason.OBJECT_MISSING)
        except HoldfastError as why:
            told.refuse(row, why)
            continue
        written = model._base_manager.filter(pk=row.pk, **{column: old}).update(**{column: made.done.url})  # noqa: SLF001
        told.replaced += written
        told.changed += not written
    return told


def _iterate(model: type[Model], column: str) -> Iterator[Model]:
    """The rows whose column may hold a signed URL, in the order of their keys, a batch at a time."""
    rows = model._base_manager.filter(  # noqa: SLF001  whatever its own manager hides is a row, too
        Q(**{f"{column}__contains": "Signature="}) & Q(**{f"{column}__startswith": "http"})
    ).only("pk", column)
    last: object = None
    while True:
        following: Sequence[Model] = list((rows if last is None else rows.filter(pk__gt=last)).order_by("pk")[:BATCH])
        yield from following
        if len(following) < BATCH:
            return
        last = following[-1].pk


def _read_request(text: str, registry: BucketRegistry, lifetime: str, zone: tzinfo) -> NewLinkRequest:
    """Raises `Unreadable`, and `Refused("rescue-no-bucket")` where its bucket is none that is registered here."""
    url = read(text)
    bucket, key = registry.find_bucket(url)
    if bucket is None or url.style is Style.UNSIGNED:
        raise Refused(Reason.RESCUE_NO_BUCKET, host=url.host)
    version = url.version_id
    purpose = f"{PURPOSE}:{digest(version).hex()[:16]}" if version else PURPOSE
    return NewLinkRequest(
        bucket, key, lifetime, zone, EVERYTHING, terms=Terms(follows_latest=not version), version_id=version,
        purpose=purpose,
    )  # fmt: skip
