"""Visits and validations stay out of the chain, which would slow each click: the chain takes a digest of them instead.

Each digest covers the rows that come after those of the last one, by their numbers, up to the first that is younger
than a closed hour; what is written late, with a time long ago, has a number of its own time and is covered then. A
visit may be counted in with an earlier one for an hour (`links.services.visits.records`), hence the wait. Addresses and
browsers are not covered: they may have to be forgotten. Validations that changed a verdict have digests of their own as
well: they are kept for longer.

What is deleted by policy is recorded, and what is deleted with a customer is digested anew.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from links.domain.audit.acts import Act, Kind
from links.models import AuditRecord, Validation, Visit
from links.services.audit.recording import record
from links.services.audit.subjects import Subject

SETTLED_AFTER = timedelta(minutes=75)
"""After an hour has ended: no row of it changes, or is written, any more."""
MAX_AHEAD = timedelta(days=1)
"""What is dated further ahead was written by a clock that is wrong, and holds up no digest."""
BATCH_SIZE = 5_000


@dataclass(frozen=True, slots=True)
class Covered:
    """Which rows one digest covers, as it is told in its record."""

    kind: Kind
    first: int
    last: int
    rows: int
    digest: str
    oldest: datetime

    def to_values(self) -> dict[str, object]:
        return {
            "first": self.first,
            "last": self.last,
            "rows": self.rows,
            "digest": self.digest,
            "oldest": self.oldest.astimezone(UTC).isoformat(),
        }

    @classmethod
    def read(cls, row: AuditRecord) -> "Covered":
        told = json.loads(row.values)["after"]
        oldest = datetime.fromisoformat(told["oldest"])
        return cls(Kind(row.kind), told["first"], told["last"], told["rows"], told["digest"], oldest)


@dataclass(frozen=True, slots=True)
class _Table:
    rows: QuerySet[Any]
    columns: tuple[str, ...]


_OF_VALIDATIONS = ("pk", "link_id", "at", "verdict", "status", "store_code", "is_change")
TABLES = {
    Kind.VISITS: _Table(Visit.objects.all(), ("pk", "link_id", "at", "outcome", "times")),
    Kind.VALIDATIONS: _Table(Validation.objects.all(), _OF_VALIDATIONS),
    Kind.VERDICT_CHANGES: _Table(Validation.objects.filter(is_change=True), _OF_VALIDATIONS),
}


def digest_closed_hours(now: datetime) -> int:
    """Take the digests that are due, at most one of each table for each hour; how many."""
    return sum(_digest_next(kind, now) for kind in TABLES)


def _digest_next(kind: Kind, now: datetime) -> bool:
    until = (now - SETTLED_AFTER).replace(minute=0, second=0, microsecond=0)
    latest = list_digests(kind).order_by("-pk").first()
    if latest is not None and latest.at >= until + SETTLED_AFTER:
        return False  # taken within this hour
    last = find_last_covered(kind)
    found = _digest(kind, last, None, stop_at=until, now=now)
    if not found.rows:
        return False
    record(Act.HOUR_DIGESTED, Subject(kind), after=found.to_values())
    return True


def list_digests(kind: Kind) -> QuerySet[AuditRecord]:
    return AuditRecord.objects.filter(act=Act.HOUR_DIGESTED.value, kind=kind.value)


def find_last_covered(kind: Kind) -> int:
    """The number of the last row that a digest covers. Of a range that was digested anew, an earlier one may be the
    latest record: the newest few tell."""
    newest = list_digests(kind).order_by("-pk")[:1_000]
    return max((Covered.read(row).last for row in newest), default=0)


def digest_again(covered: Covered) -> Covered:
    """The same range, as its rows are now."""
    return _digest(covered.kind, covered.first - 1, covered.last)


def renew_digests(kind: Kind, deleted: list[int]) -> int:
    """Digest anew what covers these rows, which were lawfully deleted; how many digests. In the transaction that
    deleted them."""
    if not deleted:
        return 0
    low, high, renewed = min(deleted), max(deleted), 0
    gone = sorted(deleted)
    for covered in read_current(kind, low, high):
        if any(covered.first <= number <= covered.last for number in gone):
            again = digest_again(covered)
            record(Act.HOUR_DIGESTED, Subject(kind), after={**again.to_values(), "renewed": True})
            renewed += 1
    return renewed


def read_current(kind: Kind, low: int = 0, high: int | None = None) -> list[Covered]:
    """Every range with its latest digest, in order, of those that touch these numbers."""
    latest: dict[int, Covered] = {}
    for row in list_digests(kind).order_by("pk").iterator(chunk_size=BATCH_SIZE):
        covered = Covered.read(row)
        if covered.last >= low and (high is None or covered.first <= high):
            latest[covered.last] = covered
    return sorted(latest.values(), key=lambda covered: covered.last)


def _digest(
    kind: Kind, after: int, last: int | None, *, stop_at: datetime | None = None, now: datetime | None = None
) -> Covered:
    """Of the rows behind `after`, up to `last`, or to the first that is younger than `stop_at`. What a wrong
    clock dated far ahead is as old as its number."""
    text, count, reached, oldest = hashlib.sha256(), 0, after, datetime.max.replace(tzinfo=UTC)
    for values in _read_rows(TABLES[kind], after, last):
        number, _link, at = values[:3]
        if stop_at is not None and now is not None and stop_at <= at <= now + MAX_AHEAD:
            break
        told = [value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for value in values]
        text.update(json.dumps(told, separators=(",", ":")).encode())
        count, reached, oldest = count + 1, number, min(oldest, at)
    return Covered(kind, after + 1, last if last is not None else reached, count, text.hexdigest(), oldest)


def _read_rows(table: _Table, after: int, last: int | None) -> Iterator[tuple[Any, ...]]:
    rows = table.rows.order_by("pk")
    while True:
        following = rows.filter(pk__gt=after) if last is None else rows.filter(pk__gt=after, pk__lte=last)
        batch = list(following.values_list(*table.columns)[:BATCH_SIZE])
        yield from batch
        if len(batch) < BATCH_SIZE:
            return
        after = batch[-1][0]


def record_pruning(kind: Kind, before: datetime) -> None:
    """Rows of this kind that are older than `before` are about to be deleted by policy."""
    record(Act.ROWS_PRUNED, Subject(kind), after={"before": before.astimezone(UTC).isoformat()})


def find_pruned_before(kind: Kind) -> datetime | None:
    """Up to when rows may be missing, by the records of what was deleted."""
    pruned = AuditRecord.objects.filter(act=Act.ROWS_PRUNED.value, kind=kind.value).order_by("-pk")[:1]
    told = [json.loads(row.values)["after"]["before"] for row in pruned]
    return datetime.fromisoformat(told[0]) if told else None
