"""Whether the audit trail is whole: every record chained to the one before, none changed, none missing."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import DEFAULT_DB_ALIAS, connections
from django.utils import timezone

from links.database.locks import reading_one_state
from links.domain.audit.acts import Act, Kind, Way
from links.domain.audit.chain import BEGINNING, digest_personal
from links.models import AuditDetail, AuditRecord
from links.models.audit.records import DetailKind
from links.services.audit import digests
from links.services.audit.chaining import chain_records

CHAINED_AFTER = timedelta(minutes=2)
"""At the latest, where a worker runs: it does so each minute."""
BATCH_SIZE = 2_000
MAX_FAULTS = 20  # that are named; all are counted


class FaultKind(StrEnum):
    RECORD_MISSING = "record-missing"
    RECORD_CHANGED = "record-changed"
    CHAIN_BROKEN = "chain-broken"
    END_MISSING = "end-missing"
    NOT_CHAINED = "not-chained"
    DETAIL_CHANGED = "detail-changed"
    DETAIL_MISSING = "detail-missing"
    ROWS_CHANGED = "rows-changed"
    TRIGGERS_MISSING = "triggers-missing"


@dataclass(frozen=True, slots=True)
class Fault:
    """`number` is the record's, or of rows the first that a digest covers."""

    kind: FaultKind
    number: int | None = None
    what: str = ""


@dataclass(slots=True)
class Verified:
    """`number` and `head` are the last record's: kept elsewhere, they show later whether the end is missing."""

    records: int = 0
    number: int = 0
    head: str = BEGINNING.hex()
    digests: int = 0
    pruned_digests: int = 0
    pending_digests: int = 0
    forgotten: int = 0
    fault_count: int = 0
    faults: list[Fault] = field(default_factory=list)

    def add(self, kind: FaultKind, number: int | None = None, what: str = "") -> None:
        self.fault_count += 1
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(Fault(kind, number, what))


def verify_trail(expected: tuple[int, str] | None = None) -> Verified:
    """Walk the whole chain, some records at a time. `expected` is a number and a hash that were kept elsewhere."""
    chain_records()
    found = Verified()
    with reading_one_state():  # what is recorded, or lawfully erased, meanwhile is no fault
        _verify_triggers(found)
        _verify_chain(found, expected)
        _verify_digests(found)
    return found


def _verify_chain(found: Verified, expected: tuple[int, str] | None) -> None:
    lawful = _read_lawful()
    previous = BEGINNING
    is_seen = expected is None
    for batch in _read_batches():
        for row in batch:
            number, stored = row.number or 0, bytes(row.hash or b"")
            if number != found.number + 1:
                found.add(FaultKind.RECORD_MISSING, found.number + 1, f"up to {number - 1}")
            elif bytes(row.previous or b"") != previous:
                found.add(FaultKind.CHAIN_BROKEN, number)
            if row.make_hash(number, bytes(row.previous or b"")) != stored:
                found.add(FaultKind.RECORD_CHANGED, number)
            if expected is not None and number == expected[0]:
                is_seen = stored.hex() == expected[1].lower()
            previous, found.number, found.records = stored, number, found.records + 1
        _verify_details(found, batch, lawful)
    found.head = previous.hex()
    if not is_seen and expected is not None:
        found.add(FaultKind.END_MISSING, expected[0])
    if AuditRecord.objects.filter(number=None, at__lt=timezone.now() - CHAINED_AFTER).exists():
        found.add(FaultKind.NOT_CHAINED)


def _read_batches() -> Iterator[list[AuditRecord]]:
    reached = 0
    while batch := list(AuditRecord.objects.filter(number__gt=reached).order_by("number")[:BATCH_SIZE]):
        yield batch
        reached = batch[-1].number or 0


def _verify_details(found: Verified, batch: list[AuditRecord], may_be_gone: Callable[[AuditRecord, str], bool]) -> None:
    beside: dict[tuple[int, str], AuditDetail] = {
        (one.record_id, one.kind): one for one in AuditDetail.objects.filter(record__in=[row.pk for row in batch])
    }
    for row in batch:
        for kind, kept in ((DetailKind.PLACE, row.place_digest), (DetailKind.PERSONAL, row.personal_digest)):
            detail = beside.get((row.pk, kind.value))
            if detail is not None and digest_personal(bytes(detail.salt), detail.text) != bytes(kept):
                found.add(FaultKind.DETAIL_CHANGED, row.number, kind.value)
            elif detail is None and kept:
                if may_be_gone(row, kind.value):
                    found.forgotten += 1
                else:
                    found.add(FaultKind.DETAIL_MISSING, row.number, kind.value)


def _read_lawful() -> Callable[[AuditRecord, str], bool]:
    """Which details may be missing, by what the trail says was forgotten."""
    customers, links, before = set[int](), set[int](), None
    for row in AuditRecord.objects.filter(act=Act.PERSONAL_DATA_ERASED.value).order_by("pk").iterator():
        told = _read_after(row)
        customers.add(int(str(told["customer_number"])))
        links.update(told["links"])  # type: ignore[arg-type]
    for row in AuditRecord.objects.filter(act=Act.ADDRESSES_PRUNED.value).order_by("-pk")[:1]:
        before = datetime.fromisoformat(str(_read_after(row)["before"]))
    ended = dict[object, datetime]()
    for row in AuditRecord.objects.filter(act=Act.DETAILS_PRUNED.value).order_by("pk").iterator():
        told = _read_after(row)
        ended |= dict.fromkeys(told["links"], datetime.fromisoformat(str(told["before"])))  # type: ignore[call-overload]

    def may_be_gone(row: AuditRecord, kind: str) -> bool:
        is_erased = row.customer in customers or row.link in links
        if kind == DetailKind.PLACE:
            return (is_erased and row.way == Way.CUSTOMER) or (before is not None and row.at < before)
        return is_erased or (row.customer is None and row.link in ended and row.at < ended[row.link])

    return may_be_gone


def _read_after(row: AuditRecord) -> Mapping[str, object]:
    return json.loads(row.values)["after"]  # type: ignore[no-any-return]


def _verify_digests(found: Verified) -> None:
    for kind in digests.TABLES:
        pruned, pending, reached = digests.find_pruned_before(kind), digests.find_pending(kind), 0
        for covered in digests.read_current(kind):
            found.digests += 1
            if reached and covered.first != reached + 1:
                found.add(FaultKind.ROWS_CHANGED, covered.first, _name_rows(kind, "are covered by no digest"))
            reached = covered.last
            if pruned is not None and covered.oldest < pruned:
                found.pruned_digests += 1
            elif covered.last in pending:
                found.pending_digests += 1
            elif digests.digest_again(covered).digest != covered.digest:
                found.add(FaultKind.ROWS_CHANGED, covered.first, _name_rows(kind, f"up to {covered.last}"))


def _name_rows(kind: Kind, what: str) -> str:
    return f"{kind.value} {what}"


_TRIGGERS = {
    "sqlite": {
        *(
            "links_keep_audit_record",
            "links_insert_audit_record",
            "links_chain_audit_record",
            "links_delete_audit_record",
            "links_keep_audit_detail",
        ),
    },
    "postgresql": {"links_keep_audit_record", "links_keep_audit_records", "links_keep_audit_detail"},
}
_LIST_TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgenabled = 'O' AND NOT tgisinternal",
}


def _verify_triggers(found: Verified) -> None:
    connection = connections[DEFAULT_DB_ALIAS]
    with connection.cursor() as cursor:
        cursor.execute(_LIST_TRIGGERS[connection.vendor])
        there = {name for (name,) in cursor.fetchall()}
    for name in sorted(_TRIGGERS[connection.vendor] - there):
        found.add(FaultKind.TRIGGERS_MISSING, what=name)
