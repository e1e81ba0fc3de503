"""A healthy site goes on while its trail is verified."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from links.domain.audit.acts import Act
from links.models import AuditRecord, Customer
from links.services.audit import erasing, verification
from links.services.audit.recording import record
from links.services.audit.verification import FaultKind, verify_trail
from tests.environment import ON_POSTGRES


def _elsewhere(work: Callable[[], object]) -> None:
    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as threads:
        threads.submit(run).result()


@pytest.mark.skipif(not ON_POSTGRES, reason="the tests' SQLite is in memory, where readers and writers wait")
@pytest.mark.django_db(transaction=True)
def test_what_is_erased_during_the_walk_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    customer = Customer.objects.create(name="Mika", mail="mika@example.com", created_at=timezone.now())
    record(Act.CUSTOMER_ADDED, customer, after={"mail": customer.mail})
    original = verification._read_batches

    def erase_first() -> Iterator[list[AuditRecord]]:
        _elsewhere(lambda: erasing.erase_customer_details(customer.pk))
        yield from original()

    monkeypatch.setattr(verification, "_read_batches", erase_first)
    verified = verify_trail()
    assert (verified.faults, verified.forgotten) == ([], 0)
    monkeypatch.undo()
    assert (verify_trail().faults, verify_trail().forgotten) == ([], 1)


@pytest.mark.django_db(transaction=True)
def test_the_walk_is_one_transaction_that_keeps_nobody_from_writing(monkeypatch: pytest.MonkeyPatch) -> None:
    inside: list[bool] = []
    monkeypatch.setattr(verification, "_verify_chain", lambda *_asked: inside.append(connection.in_atomic_block))
    monkeypatch.setattr(verification, "chain_records", lambda: 0)
    with CaptureQueriesContext(connection) as asked:
        verify_trail()
    begun = "REPEATABLE READ, READ ONLY" if ON_POSTGRES else "BEGIN DEFERRED"
    assert (inside, [begun in each["sql"] for each in asked].count(True)) == ([True], 1)
    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        record(Act.EXPORTED)
    assert not [each["sql"] for each in asked if begun in each["sql"]]  # others' are as before


@pytest.mark.django_db
@pytest.mark.parametrize(("age", "expected"), [(1, []), (3, [FaultKind.NOT_CHAINED])])
def test_a_young_record_may_be_unchained(age: int, expected: list[FaultKind], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "chain_records", lambda: 0)  # somebody else is at it
    at = timezone.now() - timedelta(minutes=age)
    AuditRecord.objects.bulk_create([AuditRecord(at=at, way="admin", act=Act.EXPORTED.value)])
    assert [fault.kind for fault in verify_trail().faults] == expected
