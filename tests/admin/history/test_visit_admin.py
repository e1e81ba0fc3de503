from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from links.admin.base.badges import Tone
from links.admin.history.visit_chart import CHARTED_DAYS, chart_visits
from links.models import ShareLink, Visit
from tests.fixtures import Setup

LIST = "/admin/links/visit/"
NOW = datetime(2026, 3, 31, 22, tzinfo=UTC)


def make(owner: User | None = None, title: str = "") -> ShareLink:
    until = timezone.now() + timedelta(days=3)
    return ShareLink.objects.create(
        delivery="stable", owner=owner, title=title, asked_until=until, promised_until=until, created_at=NOW
    )


def visit(link: ShareLink, at: datetime = NOW, outcome: str = "served", **fields: str) -> None:
    Visit.objects.create(link=link, at=at, outcome=outcome, **fields)


def read(client: Client, address: str = LIST) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


# The list -------------------------------------------------------------------------------------------------------


def test_a_visit_says_when_what_came_of_it_from_where_and_with_what(admin_client: Client) -> None:
    link = make(title="Annual report")
    visit(link, address="203.0.113.0/24", browser="Firefox")
    page = read(admin_client)
    for told in ("2026-03-31", "Download started", "203.0.113.0/24", "Firefox", "Annual report"):
        assert told in page
    assert f"/admin/links/sharelink/{link.pk}/change/" in page


def test_the_list_is_honest_about_what_cannot_be_known(admin_client: Client) -> None:
    visit(make())
    page = read(admin_client)
    assert "Whether the download finished, only the store knows." in page
    assert "Some look like any browser: they count as visitors of a plain link." in page
    assert "Visits are kept for 400 days." in page


def test_one_sees_the_visits_of_links_that_one_may_see(sign_in: Callable[..., Client]) -> None:
    client = sign_in("view_visit")
    visit(make(User.objects.get(username="mika"), "My own"))
    visit(make(title="A colleague's"))
    page = read(client)
    assert "My own" in page
    assert "A colleague" not in page


def test_the_visits_of_one_link_are_a_list(admin_client: Client) -> None:
    one, other = make(title="One"), make(title="Another")
    visit(one)
    visit(other)
    page = read(admin_client, f"{LIST}?link={one.pk}")
    assert "One" in page
    assert "Another" not in page


def test_the_list_asks_no_more_often_with_more_to_show(admin_client: Client) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            read(admin_client)
        return len(asked)

    visit(make())
    read(admin_client)
    few = count()
    for _ in range(30):
        visit(make())
    assert count() == few


# The chart ------------------------------------------------------------------------------------------------------


def test_visits_are_charted_by_day_and_by_what_came_of_them(db: None) -> None:
    link = make()
    for outcome in ("served", "served", "resumed", "resumed", "ended", "looked", "failed", "preview"):
        visit(link, NOW, outcome)
    visit(link, NOW - timedelta(days=CHARTED_DAYS - 1))
    visit(link, NOW - timedelta(days=CHARTED_DAYS))
    visit(make(), NOW)
    with CaptureQueriesContext(connection) as asked:
        chart = chart_visits(link, NOW)
    assert len(asked) == 1
    assert len(chart.days) == CHARTED_DAYS
    assert {series.tone: (series.counts[0], series.counts[-1], series.total) for series in chart.series} == {
        Tone.GOOD: (1, 2, "3"),
        Tone.QUIET: (0, 2, "2"),
        Tone.BAD: (0, 1, "1"),
    }


def test_a_day_is_the_readers_own(db: None) -> None:
    link = make()
    visit(link, NOW - timedelta(hours=8))  # 23:00 of the same day in Tokyo, where it is the next already
    visit(link, NOW)
    with timezone.override("Asia/Tokyo"):
        chart = chart_visits(link, NOW)
    assert chart.days[-1].isoformat() == "2026-04-01"
    assert list(chart.series[0].counts[-2:]) == [1, 1]


def test_a_links_page_charts_its_visits(admin_client: Client) -> None:
    link = make()
    address = f"/admin/links/sharelink/{link.pk}/change/"
    assert "Nobody has opened it yet." in read(admin_client, address)
    visit(link, timezone.now() - timedelta(days=60), browser="Firefox")
    page = read(admin_client, address)
    assert "Nobody opened it in the last 30 days." in page
    assert "Firefox" in page
    visit(link, timezone.now())
    page = read(admin_client, address)
    assert "<title>Visits per day in the last 30 days</title>" in page
    assert f"{LIST}?link={link.pk}" in page


def test_visits_are_searched_and_filtered(admin_client: Client, setup: Setup) -> None:
    link = setup.create_link().link
    other = setup.create_link(note="zebra").link
    for each, outcome in ((link, "served"), (link, "failed"), (other, "served")):
        Visit.objects.create(link=each, at=timezone.now(), outcome=outcome)

    def find(query: str) -> list[tuple[int, str]]:
        shown = admin_client.get(f"/admin/links/visit/?{query}")
        assert shown.status_code == 200
        return sorted((visit.link_id, visit.outcome) for visit in shown.context["cl"].result_list)

    assert find("outcome=failed") == [(link.pk, "failed")]
    assert find("q=zebra") == [(other.pk, "served")]
    assert find(f"link={link.pk}&outcome=served") == [(link.pk, "served")]
    assert admin_client.get("/admin/links/visit/?outcome=nonsense").status_code == 400
