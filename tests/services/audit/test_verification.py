"""Whoever changes the trail behind the product's back is found out."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from links.domain.audit.acts import Act, Kind, Way
from links.models import AuditDetail, AuditRecord, Customer, ShareLink, Validation, Visit
from links.services.audit import digests, erasing, maintenance
from links.services.audit.recording import record
from links.services.audit.sources import Source, acting_as
from links.services.audit.subjects import Subject
from links.services.audit.verification import FaultKind, Verified, verify_trail
from links.services.erasure import erase_customer
from links.services.heartbeat import delete_expired
from tests.database_reset import without_audit_triggers
from tests.site_settings import SiteSettings

pytestmark = pytest.mark.django_db
NOW = timezone.now()
AN_HOUR = timedelta(hours=1)


def faults(verified: Verified) -> list[tuple[FaultKind, int | None]]:
    return [(fault.kind, fault.number) for fault in verified.faults]


@pytest.fixture
def customer() -> Customer:
    """And seven records, of which the customer's and the addresses' details can be erased."""
    customer = Customer.objects.create(name="Mika", mail="mika@example.com", created_at=NOW)
    with acting_as(lambda: Source(Way.ADMIN, name="ops", address="192.0.2.1")):
        record(Act.CUSTOMER_ADDED, customer, after={"mail": customer.mail})
        for number in range(6):
            record(Act.EXPORTED, after={"number": number})
    return customer


def test_a_whole_trail_is_whole(customer: Customer) -> None:
    verified = verify_trail()
    assert (verified.records, verified.number, verified.faults) == (7, 7, [])
    assert verified.head == bytes(AuditRecord.objects.get(number=7).hash or b"").hex()


def _change(number: int) -> None:
    AuditRecord.objects.filter(number=number).update(actor_text="somebody else")


def _change_and_hash_anew(number: int) -> None:
    row = AuditRecord.objects.get(number=number)
    row.actor_text = "somebody else"
    row.hash = row.make_hash(number, bytes(row.previous or b""))
    row.save()


def _delete(number: int) -> None:
    AuditRecord.objects.filter(number=number).delete()


def _change_detail(number: int) -> None:
    AuditDetail.objects.filter(record__number=number).update(text="{}")


def _delete_detail(number: int) -> None:
    AuditDetail.objects.filter(record__number=number).delete()


@pytest.mark.parametrize(
    ("attack", "expected"),
    [
        (_change, [(FaultKind.RECORD_CHANGED, 3)]),
        (_change_and_hash_anew, [(FaultKind.CHAIN_BROKEN, 4)]),
        (_delete, [(FaultKind.RECORD_MISSING, 3)]),
        (_change_detail, [(FaultKind.DETAIL_CHANGED, 3)]),
        (_delete_detail, [(FaultKind.DETAIL_MISSING, 3)]),
    ],
)
def test_what_was_done_to_a_record_is_named(
    customer: Customer, attack: Callable[[int], None], expected: list[tuple[FaultKind, int]]
) -> None:
    verify_trail()
    with without_audit_triggers():
        attack(3)
    assert faults(verify_trail()) == expected


def test_a_cut_end_shows_by_a_head_that_was_kept_elsewhere(customer: Customer) -> None:
    kept = verify_trail()
    with without_audit_triggers():
        _delete(7)
    assert not verify_trail().faults  # which nothing within the database can show
    assert faults(verify_trail((kept.number, kept.head))) == [(FaultKind.END_MISSING, 7)]
    record(Act.EXPORTED)  # a seventh anew
    assert faults(verify_trail((kept.number, kept.head))) == [(FaultKind.END_MISSING, 7)]


def test_a_missing_trigger_is_named(customer: Customer) -> None:
    with without_audit_triggers():
        named = {fault.kind for fault in verify_trail().faults}
    assert named == {FaultKind.TRIGGERS_MISSING}
    assert not verify_trail().faults


# What may be forgotten --------------------------------------------------------------------------------------------


def test_a_customer_is_forgotten_and_the_chain_holds(customer: Customer) -> None:
    assert erasing.erase_customer_details(customer.pk) == 1
    verified = verify_trail()
    assert (verified.faults, verified.forgotten) == ([], 1)
    kept = [*AuditRecord.objects.values_list(), *AuditDetail.objects.values_list("text", flat=True)]
    assert "mika" not in str(kept).casefold()


def test_the_links_of_a_customer_are_forgotten_with_them(customer: Customer) -> None:
    link = ShareLink.objects.create(delivery="stable", title="For Mika", created_at=NOW, **ends())
    record(Act.LINK_CREATED, link, after={"title": link.title, "download_limit": 3})
    erasing.erase_customer_details(customer.pk, [link.pk])
    assert not verify_trail().faults
    assert "For Mika" not in str(list(AuditDetail.objects.values_list("text", flat=True)))
    assert "download_limit" in AuditRecord.objects.get(act=Act.LINK_CREATED).values


def test_addresses_are_forgotten_by_policy_and_the_chain_holds(customer: Customer, site_settings: SiteSettings) -> None:
    site_settings.VISIT_DAYS = 30
    assert erasing.prune_addresses(NOW + timedelta(days=29)) == 0
    assert erasing.prune_addresses(timezone.now() + timedelta(days=31)) == 7
    assert erasing.prune_addresses(timezone.now() + timedelta(days=31)) == 0
    verified = verify_trail()
    assert (verified.faults, verified.forgotten) == ([], 7)
    assert not AuditDetail.objects.filter(kind="place").exists()


def test_a_young_record_with_an_early_number_keeps_its_address(customer: Customer, site_settings: SiteSettings) -> None:
    site_settings.VISIT_DAYS = 30
    last = AuditRecord.objects.latest("pk")
    with without_audit_triggers():  # the clock was set back: only the last record is old
        AuditRecord.objects.filter(pk=last.pk).update(at=last.at - timedelta(days=40), number=None)
        AuditRecord.objects.filter(pk=last.pk).update(previous=None, hash=None)
    assert erasing.prune_addresses(NOW) == 1
    assert not verify_trail().faults


def test_a_backlog_of_addresses_is_forgotten_in_one_go(
    customer: Customer, site_settings: SiteSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    site_settings.VISIT_DAYS = 30
    monkeypatch.setattr(erasing, "BATCH_SIZE", 2)
    assert erasing.prune_addresses(timezone.now() + timedelta(days=31)) == 7
    assert not verify_trail().faults


def test_what_is_told_of_links_of_no_customer_ends_long_after_they_did(
    customer: Customer, site_settings: SiteSettings
) -> None:
    site_settings.VISIT_DAYS, later = 30, timezone.now() + timedelta(days=90)
    stays: dict[str, Any] = {"asked_until": later, "promised_until": later}
    made = {"ended": ends(), "stays": stays, "theirs": {**ends(), "customer": customer}}
    for title, columns in made.items():
        link = ShareLink.objects.create(delivery="stable", title=title, created_at=NOW, **columns)
        record(Act.LINK_CREATED, link, after={"title": title, "download_limit": 3})
    assert erasing.prune_ended_links(NOW + timedelta(days=59)) == 0
    assert erasing.prune_ended_links(later - timedelta(days=5)) == 1
    assert erasing.prune_ended_links(later - timedelta(days=5)) == 0
    told = str(list(AuditDetail.objects.values_list("text", flat=True)))
    assert [title for title in made if title in told] == ["stays", "theirs"]
    verified = verify_trail()
    assert (verified.faults, verified.forgotten) == ([], 1)
    AuditDetail.objects.filter(text__contains="stays").delete()
    assert [kind for kind, _number in faults(verify_trail())] == [FaultKind.DETAIL_MISSING]


def test_a_customer_and_links_are_forgotten_without_reading_every_detail(customer: Customer) -> None:
    """One condition with both made the database read all details, in the transaction that erases."""
    with CaptureQueriesContext(connection) as asked:
        erasing.erase_customer_details(customer.pk, [1, 2])
    deletions = [
        each["sql"] for each in asked if each["sql"].startswith("DELETE") or "links_auditdetail" in each["sql"]
    ]
    assert deletions
    assert not any(" OR " in sql for sql in deletions)


# Digests of visits and validations ----------------------------------------------------------------------------------


def ends() -> dict[str, Any]:
    return {"asked_until": NOW + timedelta(days=30), "promised_until": NOW + timedelta(days=30)}


@pytest.fixture
def link() -> ShareLink:
    """With two visits and two validations in each of three hours, all of which are settled by `later`."""
    link = ShareLink.objects.create(delivery="stable", created_at=NOW, **ends())
    for hour in range(3):
        for minute in (1, 30):
            at = NOW + timedelta(hours=hour, minutes=minute)
            Visit.objects.create(link=link, at=at, outcome="served", address="192.0.2.1", browser="Firefox")
            Validation.objects.create(link=link, at=at, verdict="healthy", is_change=minute == 1)
    return link


LATER = NOW + timedelta(hours=8)


def test_an_hour_is_digested_once_it_is_settled(link: ShareLink) -> None:
    assert digests.digest_closed_hours(NOW) == 0
    for hours in range(8):
        maintenance.maintain_trail(NOW + timedelta(hours=hours))
    told = [digests.Covered.read(row) for row in AuditRecord.objects.filter(act=Act.HOUR_DIGESTED).order_by("pk")]
    for kind, rows in ((Kind.VISITS, 6), (Kind.VALIDATIONS, 6), (Kind.VERDICT_CHANGES, 3)):
        ranges = [(one.first, one.last) for one in told if one.kind == kind]
        assert sum(one.rows for one in told if one.kind == kind) == rows
        assert all(first == before[1] + 1 for before, (first, _last) in pairwise(ranges))
    assert not verify_trail().faults


def test_what_is_due_is_digested_once_an_hour(link: ShareLink) -> None:
    assert digests.digest_closed_hours(LATER) == 3
    assert digests.digest_closed_hours(LATER) == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE links_visit SET outcome = 'refused' WHERE id = (SELECT min(id) FROM links_visit)",
        "UPDATE links_visit SET times = 7",
        "DELETE FROM links_visit WHERE id = (SELECT max(id) FROM links_visit)",
        "DELETE FROM links_validation WHERE id = (SELECT min(id) FROM links_validation)",
        "UPDATE links_validation SET verdict = 'broken'",
    ],
)
def test_rows_that_were_changed_or_taken_away_show(link: ShareLink, statement: str) -> None:
    digests.digest_closed_hours(LATER)
    assert not verify_trail().faults
    with connection.cursor() as cursor:
        cursor.execute(statement)
    assert {fault.kind for fault in verify_trail().faults} == {FaultKind.ROWS_CHANGED}


def test_an_address_that_is_forgotten_breaks_no_digest(link: ShareLink) -> None:
    digests.digest_closed_hours(LATER)
    Visit.objects.update(address="", browser="")
    assert not verify_trail().faults


def test_a_row_that_is_written_late_is_covered_by_the_next_digest(link: ShareLink) -> None:
    digests.digest_closed_hours(LATER)
    late = Visit.objects.create(link=link, at=NOW, outcome="served")
    digests.digest_closed_hours(LATER + AN_HOUR)
    assert not verify_trail().faults
    late.delete()
    assert {fault.kind for fault in verify_trail().faults} == {FaultKind.ROWS_CHANGED}


def test_a_row_that_a_clock_dated_ahead_holds_up_no_digest(link: ShareLink) -> None:
    Visit.objects.create(link=link, at=LATER + timedelta(days=300), outcome="served")
    Visit.objects.create(link=link, at=NOW, outcome="served")
    digests.digest_closed_hours(LATER)
    assert max(one.last for one in digests.read_current(Kind.VISITS)) == Visit.objects.latest("pk").pk


def test_rows_that_are_deleted_by_policy_are_no_fault(link: ShareLink, site_settings: SiteSettings) -> None:
    digests.digest_closed_hours(LATER)
    site_settings.VISIT_DAYS = 1
    delete_expired(LATER + timedelta(days=2))
    assert not Visit.objects.exists()
    verified = verify_trail()
    assert (verified.faults, verified.pruned_digests) == ([], 1)


def test_rows_that_are_deleted_with_a_customer_are_digested_anew(link: ShareLink) -> None:
    digests.digest_closed_hours(LATER)
    gone = list(Visit.objects.values_list("pk", flat=True)[:2])
    Visit.objects.filter(pk__in=gone).delete()
    assert verify_trail().faults
    digests.record_erased(Kind.VISITS, gone)
    pending = verify_trail()
    assert (pending.faults, pending.pending_digests) == ([], 1)
    assert digests.renew_digests() == 1
    renewed = verify_trail()
    assert (renewed.faults, renewed.pending_digests) == ([], 0)
    assert digests.renew_digests() == 0


def test_an_account_that_is_deleted_breaks_no_chain(admin_user: User, customer: Customer) -> None:
    admin_user.delete()
    assert not verify_trail().faults


def test_erasing_a_customer_forgets_them_in_the_trail_and_leaves_it_whole(link: ShareLink, customer: Customer) -> None:
    ShareLink.objects.update(customer=customer)
    record(Act.LINK_CREATED, ShareLink.objects.get(), after={"title": "For Mika alone"})
    with acting_as(lambda: Source(Way.CUSTOMER, address="198.51.100.7")):
        record(Act.TIME_ASKED, ShareLink.objects.get(), after={"message": "Mika needs it"})
    with acting_as(lambda: Source(Way.CUSTOMER, address="203.0.113.7")):
        record(Act.TIME_ASKED, Subject(Kind.LINK, 10**9, link=10**9), after={"message": "another's"})
    digests.digest_closed_hours(LATER)
    number = customer.pk
    erase_customer(customer, LATER)
    places = set(AuditDetail.objects.filter(kind="place").values_list("text", flat=True))
    assert places == {'{"address":"192.0.2.0/24"}', '{"address":"203.0.113.0/24"}'}  # of staff, and of another customer
    pending = verify_trail()
    assert (pending.faults, pending.pending_digests) == ([], 3)
    maintenance.maintain_trail(LATER)
    assert (verify_trail().faults, verify_trail().pending_digests) == ([], 0)
    assert not Visit.objects.exists()
    kept = str([*AuditRecord.objects.values_list("values", "object_text"), *AuditDetail.objects.values_list("text")])
    assert "mika" not in kept.casefold()
    assert AuditRecord.objects.get(act=Act.CUSTOMER_ERASED).customer == number
