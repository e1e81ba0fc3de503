"""Digests of visits and validations, while customers are erased and after an outage."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.utils import timezone

from links.domain.audit.acts import Act, Kind
from links.models import AuditRecord, Customer, ShareLink, Visit
from links.services.audit import digests
from links.services.audit.verification import verify_trail
from links.services.erasure import erase_customer

pytestmark = pytest.mark.django_db
NOW = timezone.now()
AN_HOUR = timedelta(hours=1)
HOURS = 6


def make_link(name: str) -> ShareLink:
    ends = NOW + timedelta(days=90)
    customer = Customer.objects.create(name=name, created_at=NOW)
    return ShareLink.objects.create(
        delivery="stable", customer=customer, created_at=NOW, asked_until=ends, promised_until=ends
    )


@pytest.fixture
def links() -> list[ShareLink]:
    """Of two customers, of which each is visited once in each hour: every hour has a digest of its own."""
    links = [make_link("Mika"), make_link("Noor")]
    for hour in range(HOURS):
        at = NOW + hour * AN_HOUR
        Visit.objects.bulk_create([Visit(link=link, at=at, outcome="served") for link in links])
        digests.digest_closed_hours(at + 3 * AN_HOUR)
    return links


def erase(link: ShareLink) -> None:
    assert link.customer is not None
    erase_customer(link.customer, NOW + HOURS * AN_HOUR)


def count_digests() -> int:
    return digests.list_digests(Kind.VISITS).count()


def test_each_digest_is_about_the_last_row_that_it_covers(links: list[ShareLink]) -> None:
    told = [(row.object_number, digests.Covered.read(row).last) for row in digests.list_digests(Kind.VISITS)]
    assert len(told) == HOURS
    assert all(number == last for number, last in told)


def test_the_next_digest_follows_the_last_row_after_many_renewals(links: list[ShareLink]) -> None:
    """However many earlier ranges were digested anew since: here more than the newest thousand records."""
    first = digests.Covered.read(digests.list_digests(Kind.VISITS).order_by("pk")[0])
    old = digests.list_digests(Kind.VISITS).order_by("pk")[0]
    again = [
        AuditRecord(at=old.at, way=old.way, act=old.act, kind=old.kind, object_number=first.last, values=old.values)
        for _ in range(1_001)
    ]
    AuditRecord.objects.bulk_create(again)
    Visit.objects.create(link=links[0], at=NOW, outcome="served")
    digests.digest_closed_hours(NOW + 24 * AN_HOUR)
    assert not verify_trail().faults


def test_erasing_reads_no_rows_of_others_and_the_worker_renews_each_range_once(
    links: list[ShareLink], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[object] = []
    original = digests._read_rows

    def count(*asked: Any) -> Iterator[tuple[Any, ...]]:
        read.append(asked)
        return original(*asked)

    monkeypatch.setattr(digests, "_read_rows", count)
    for link in links:
        erase(link)  # both touch every range
    assert (read, count_digests()) == ([], HOURS)
    assert verify_trail().pending_digests == HOURS
    assert digests.renew_digests() == HOURS
    assert count_digests() == 2 * HOURS
    verified = verify_trail()
    assert (verified.faults, verified.pending_digests) == ([], 0)


def test_renewing_is_bounded_and_goes_on(links: list[ShareLink], monkeypatch: pytest.MonkeyPatch) -> None:
    erase(links[0])
    monkeypatch.setattr(digests, "MAX_ROWS", 2)  # one is left in each range
    renewed: list[int] = []
    while digested := digests.renew_digests():
        assert verify_trail().pending_digests == HOURS - sum(renewed) - digested
        renewed.append(digested)
    assert renewed == [2, 2, 2]
    assert not verify_trail().faults


def test_a_change_of_a_row_shows_in_a_range_that_was_renewed(links: list[ShareLink]) -> None:
    erase(links[0])
    digests.renew_digests()
    Visit.objects.filter(pk=Visit.objects.earliest("pk").pk).update(outcome="refused")
    assert len(verify_trail().faults) == 1


def test_ranges_that_lost_rows_by_policy_are_not_renewed(links: list[ShareLink]) -> None:
    digests.record_pruning(Kind.VISITS, NOW + 2 * AN_HOUR + timedelta(minutes=1))
    erase(links[0])
    assert digests.renew_digests() == HOURS - 3
    assert not verify_trail().faults


@pytest.mark.parametrize("take", ["a digest", "a renewal"])
def test_what_is_erased_while_rows_are_read_is_in_no_digest(
    links: list[ShareLink], monkeypatch: pytest.MonkeyPatch, take: str
) -> None:
    Visit.objects.bulk_create([Visit(link=link, at=NOW + HOURS * AN_HOUR, outcome="served") for link in links])
    later = NOW + 24 * AN_HOUR
    if take == "a renewal":
        erase(links.pop(0))
    original = digests._read_rows

    def erase_meanwhile(*asked: Any) -> Iterator[tuple[Any, ...]]:
        yield from list(original(*asked))
        monkeypatch.setattr(digests, "_read_rows", original)
        erase(links[0])

    monkeypatch.setattr(digests, "_read_rows", erase_meanwhile)
    before = count_digests()
    taken = digests._renew(Kind.VISITS) if take == "a renewal" else digests._digest_next(Kind.VISITS, later)
    assert (taken, count_digests()) == (0, before)
    digests.digest_closed_hours(later)
    digests.renew_digests()
    verified = verify_trail()
    assert (verified.faults, verified.pending_digests) == ([], 0)


def test_a_backlog_is_digested_in_parts(links: list[ShareLink], monkeypatch: pytest.MonkeyPatch) -> None:
    Visit.objects.bulk_create([Visit(link=links[0], at=NOW, outcome="served") for _ in range(7)])
    monkeypatch.setattr(digests, "MAX_ROWS", 3)
    later = NOW + 24 * AN_HOUR
    assert [digests.digest_closed_hours(later) for _ in range(4)] == [1, 1, 1, 0]
    rows = [digests.Covered.read(row).rows for row in digests.list_digests(Kind.VISITS).order_by("pk")]
    assert rows[HOURS:] == [3, 3, 1]
    found = list(digests.read_current(Kind.VISITS))
    assert all(later.first == earlier.last + 1 for earlier, later in pairwise(found))
    assert not verify_trail().faults


def test_one_record_tells_what_was_erased_of_each_table(links: list[ShareLink]) -> None:
    erase(links[0])
    assert [row.kind for row in AuditRecord.objects.filter(act=Act.ROWS_ERASED)] == [Kind.VISITS]
