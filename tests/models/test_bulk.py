import uuid
from datetime import UTC, datetime, timedelta

from pytest_django import DjangoAssertNumQueries

from links.models import ShareLink
from links.models.bulk import write_each

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def make_links(count: int) -> list[ShareLink]:
    return ShareLink.objects.bulk_create(
        ShareLink(delivery="stable", asked_until=NOW, promised_until=NOW, created_at=NOW, token="t", note="kept")
        for _ in range(count)
    )


def test_each_row_gets_its_own_values_and_keeps_the_rest(db: None) -> None:
    links = make_links(3)
    for number, link in enumerate(links):
        link.findings = [{"code": f"code-{number}"}]
        link.due_at = NOW + timedelta(hours=number) if number else None
        link.lease_id = uuid.UUID(int=number)
        link.note = "not written"
    write_each(links, ["findings", "due_at", "lease_id"])
    for number, link in enumerate(ShareLink.objects.order_by("pk")):
        assert link.findings == [{"code": f"code-{number}"}]
        assert link.due_at == (NOW + timedelta(hours=number) if number else None)
        assert link.lease_id == uuid.UUID(int=number)
        assert link.note == "kept"


def test_nothing_to_write_asks_nothing(db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        write_each([], ["verdict"])
