"""Visits and validations stay out of the chain, which would slow each click: the chain takes a digest of them instead.

Each digest covers the rows that come after those of the last one, by their numbers, up to the first that is younger
than a closed hour; what is written late, with a time long ago, has a number of its own time and is covered then. A
visit may be counted in with an earlier one for an hour (`links.services.visits.records`), hence the wait. Addresses and
browsers are not covered: they may have to be forgotten. Validations that changed a verdict have digests of their own as
well: they are kept for longer.

What is deleted by policy is recorded. What is deleted with a customer is recorded in the transaction that deletes it,
by the ranges concerned alone; the worker digests these anew, each in a transaction of its own, and until then they are
pending.
"""

import hashlib
import json
from bisect import bisect_left
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import Max, QuerySet

from links.domain.audit.acts import Act, Kind
from links.models import AuditRecord, Validation, Visit
from links.services.audit.recording import record
from links.services.audit.subjects import Subject

SETTLED_AFTER = timedelta(minutes=75)
"""After an hour has ended: no row of it changes, or is written, any more."""
MAX_AHEAD = timedelta(days=1)
"""What is dated further ahead was written by a clock that is wrong, and holds up no digest."""
BATCH_SIZE = 5_000
MAX_ROWS = 200_000
"""Of one digest, and about as many are digested anew in one call: after an outage no digest takes the whole backlog."""
_LOCK = 0x44494745  # of PostgreSQL's advisory locks


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
    latest, erased = _find_latest(kind), _find_erased(kind)
    if latest is not None and latest.at >= until + SETTLED_AFTER and Covered.read(latest).rows < MAX_ROWS:
        return False  # taken within this hour, and whole
    last = latest.object_number or 0 if latest is not None else 0
    found = _digest(kind, last, None, stop_at=until, now=now)
    with _recording_digests():
        # Rows are read before, so that nobody waits: what others erased, or digested, meanwhile is seen here, and what
        # is erased later sees this digest.
        if not found.rows or _find_erased(kind) != erased or find_last_covered(kind) != last:
            return False
        _record_digest(found)
    return True


def _record_digest(found: Covered, **more: object) -> None:
    record(Act.HOUR_DIGESTED, Subject(found.kind, found.last), after={**found.to_values(), **more})


@contextmanager
def _recording_digests() -> Iterator[None]:
    """By one at a time, to the end of the transaction: who erases rows and who takes digests see each other's."""
    connection = connections[DEFAULT_DB_ALIAS]
    with transaction.atomic():  # on SQLite the one writer
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        yield


def list_digests(kind: Kind) -> QuerySet[AuditRecord]:
    """Each is about the number of the last row that it covers."""
    return AuditRecord.objects.filter(act=Act.HOUR_DIGESTED.value, kind=kind.value)


def _find_latest(kind: Kind) -> AuditRecord | None:
    """Of the rows that were digested last."""
    return list_digests(kind).exclude(object_number=None).order_by("-object_number", "-pk").first()


def find_last_covered(kind: Kind) -> int:
    """The number of the last row that a digest covers, 0 for none. A range that was digested anew, and is an earlier
    one, may be the latest record."""
    found: int | None = list_digests(kind).aggregate(last=Max("object_number"))["last"]
    return found or 0


def digest_again(covered: Covered) -> Covered:
    """The same range, as its rows are now."""
    return _digest(covered.kind, covered.first - 1, covered.last)


def list_digested_rows(kind: Kind, links: Collection[int]) -> list[int]:
    """The numbers of these links' rows whose loss a digest would show. Ranges that lost rows by policy are not compared
    any more."""
    pruned = find_pruned_before(kind)
    rows = TABLES[kind].rows.filter(link__in=links)
    return list((rows.filter(at__gte=pruned) if pruned else rows).order_by().values_list("pk", flat=True))


def record_erased(kind: Kind, deleted: Collection[int]) -> None:
    """These rows were lawfully deleted: record which ranges are to be digested anew, and all that still are from
    earlier, so that the latest such record tells. In the transaction that deleted them."""
    if not deleted:
        return
    with _recording_digests():
        pending = find_pending(kind)
        after = list_digests(kind).filter(object_number__gte=min(deleted)).values_list("object_number", flat=True)
        ranges = sorted({last for last in after if last is not None})
        positions = {bisect_left(ranges, number) for number in deleted}  # each begins where the one before ended
        touched = {ranges[position] for position in positions if position < len(ranges)}
        record(Act.ROWS_ERASED, Subject(kind), after={"rows": len(deleted), "pending": sorted(pending | touched)})


def find_pending(kind: Kind) -> set[int]:
    """The last rows of the ranges that lost rows with a customer, and are not digested anew since."""
    erased = AuditRecord.objects.filter(pk=_find_erased(kind)).first()
    told: set[int] = set(json.loads(erased.values)["after"]["pending"]) if erased is not None else set()
    if erased is None or not told:
        return set()
    since = list_digests(kind).filter(object_number__gte=min(told), object_number__lte=max(told), pk__gt=erased.pk)
    return told - set(since.values_list("object_number", flat=True))


def _find_erased(kind: Kind) -> int:
    """The latest record of rows that were deleted with a customer."""
    erased = AuditRecord.objects.filter(act=Act.ROWS_ERASED.value, kind=kind.value).order_by("-pk")
    return erased.values_list("pk", flat=True).first() or 0


def renew_digests() -> int:
    """Digest anew what is pending; how many digests. Bounded: the next call goes on."""
    return sum(_renew(kind) for kind in TABLES)


def _renew(kind: Kind) -> int:
    erased = _find_erased(kind)
    renewed = rows = 0
    for last in sorted(find_pending(kind)):
        latest = list_digests(kind).filter(object_number=last).order_by("-pk").first()
        if latest is None or rows >= MAX_ROWS:
            break
        again = digest_again(Covered.read(latest))
        with _recording_digests():
            if _find_erased(kind) != erased:
                break  # rows of this range may be among those: the next call sees
            _record_digest(again, renewed=True)
        renewed, rows = renewed + 1, rows + again.rows
    return renewed


def read_current(kind: Kind) -> Iterator[Covered]:
    """Every range with its latest digest, in order."""
    latest: AuditRecord | None = None
    for row in list_digests(kind).order_by("object_number", "pk").iterator(chunk_size=BATCH_SIZE):
        if latest is not None and latest.object_number != row.object_number:
            yield Covered.read(latest)
        latest = row
    if latest is not None:
        yield Covered.read(latest)


def _digest(
    kind: Kind, after: int, last: int | None, *, stop_at: datetime | None = None, now: datetime | None = None
) -> Covered:
    """Of the rows behind `after`, up to `last`, or to the first that is younger than `stop_at`, at most
    `MAX_ROWS`. What a wrong clock dated far ahead is as old as its number."""
    text, count, reached, oldest = hashlib.sha256(), 0, after, datetime.max.replace(tzinfo=UTC)
    for values in _read_rows(TABLES[kind], after, last):
        number, _link, at = values[:3]
        if stop_at is not None and now is not None and (stop_at <= at <= now + MAX_AHEAD or count >= MAX_ROWS):
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
