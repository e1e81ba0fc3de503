from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from links.admin import dashboard
from links.admin.dashboard import Dashboard
from links.domain.events.webhooks import WebhookState
from links.models import DailyVerdictCount, Heartbeat, Incident, IncidentNotice, LinkMail, ShareLink, Webhook
from links.queries.health import FIRST_GRACE, STOPPED_AFTER, VALIDATE
from links.services.links import time_requests
from links.services.validation import batches
from links.services.webhooks import delivery, events, webhooks
from tests.fixtures import OBJECT, Setup
from tests.markup import tidy
from tests.services.webhooks.hearing import add_webhook

DISCARD_PORT = 9
"""Nothing is sent there here."""


def read(client: Client, address: str = "/admin/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return tidy(answer.content.decode())


def add_links(verdict: str, count: int, days: int) -> None:
    now = datetime.now(UTC)
    until = now + timedelta(days=days)
    ShareLink.objects.bulk_create(
        ShareLink(delivery="stable", verdict=verdict, asked_until=until, promised_until=until, created_at=now)
        for _ in range(count)
    )


def test_the_front_page_says_first_what_is_wrong(
    admin_client: Client, setup: Setup, clock: Callable[[], datetime]
) -> None:
    new_link = setup.create_link()
    setup.stored.delete(OBJECT)
    batches.validate_links([new_link.link.pk], clock)
    page = read(admin_client)
    assert page.index("Object is missing") < page.index("Active") < page.index("Everything")
    assert "Upload the same file again" in page


def test_links_are_counted_by_what_matters(admin_client: Client, db: None) -> None:
    add_links("healthy", 3, days=30)
    add_links("at_risk", 2, days=5)
    add_links("broken", 1, days=30)
    add_links("broken", 4, days=-1)
    counts = admin_client.get("/admin/").context["dashboard"].counts
    assert [(count.word, count.number) for count in counts] == [
        ("Active", "6"),
        ("At risk", "2"),
        ("Broken", "1"),
        ("Expiring within 7 days", "2"),
    ]
    for count in counts[1:]:
        shown = admin_client.get(count.address).context["cl"].result_count
        assert str(shown) == count.number


def test_a_new_installation_is_not_alarmed_before_anything_should_have_been_validated(
    admin_client: Client, db: None, now: datetime
) -> None:
    for _ in range(2):
        page = read(admin_client)
        assert "Monitoring has stopped" not in page
        assert "Not monitoring yet" in page
        assert admin_client.get("/health").status_code == 503
        add_links("", 1, days=1)
    ShareLink.objects.update(created_at=now - FIRST_GRACE - timedelta(seconds=1))
    assert "Monitoring has stopped" in read(admin_client)


def test_a_stopped_watch_is_said_loudly_on_every_page(admin_client: Client, db: None, now: datetime) -> None:
    add_links("", 1, days=1)
    ShareLink.objects.update(created_at=now - timedelta(hours=1))
    for address in ("/admin/", "/admin/links/sharelink/"):
        page = read(admin_client, address)
        assert "Monitoring has stopped" in page
        assert "What to do</strong> Start the Celery worker" in page
    Heartbeat.record(VALIDATE, now - STOPPED_AFTER)
    assert "Monitoring has stopped" in read(admin_client)
    Heartbeat.record(VALIDATE, now)
    page = read(admin_client)
    assert "Monitoring has stopped" not in page
    assert "Monitoring" in page


def test_a_worker_that_fell_silent_is_said_in_one_line_on_every_page(
    admin_client: Client, db: None, now: datetime
) -> None:
    link = ShareLink.objects.create(delivery="stable", asked_until=now, promised_until=now, created_at=now)
    Heartbeat.record(VALIDATE, now - timedelta(minutes=2))
    addresses = ["/admin/", "/admin/links/sharelink/", f"/admin/links/sharelink/{link.pk}/change/", "/admin/nowhere/"]
    for address in [*addresses, "/admin/links/doctor/", "/admin/links/sharelink/add/", "/admin/password_change/"]:
        page = admin_client.get(address).content.decode()
        assert page.count("No worker has given a sign of life for 2 minutes") == 1, address
    assert "Monitoring has stopped" not in page


def test_the_watch_is_looked_at_once_for_each_page(admin_client: Client, db: None, now: datetime) -> None:
    Heartbeat.record(VALIDATE, now)
    with CaptureQueriesContext(connection) as asked:
        admin_client.get("/admin/")
    assert sum("links_heartbeat" in query["sql"] for query in asked.captured_queries) == 1


@pytest.mark.parametrize("kind", ["mail", "notice", "webhook"])
def test_a_message_that_waits_is_told_with_its_age(admin_client: Client, db: None, now: datetime, kind: str) -> None:
    Heartbeat.record(VALIDATE, now)
    made_at, due_at = now - timedelta(minutes=3), now + timedelta(minutes=1)
    if kind == "mail":
        link = ShareLink.objects.create(delivery="stable", asked_until=now, promised_until=now, created_at=now)
        LinkMail.objects.create(link=link, kind="ending", to="a@example.com", created_at=made_at, due_at=due_at)
    elif kind == "webhook":
        add_message(made_at)
    else:
        about = Incident.objects.create(code="a", subject="a", verdict="broken", opened_at=now, changed_at=now)
        IncidentNotice.objects.create(
            incident=about, kind="opened", channel="mail", created_at=made_at, due_at=due_at, attempts=1
        )
    told = {
        "mail": "a mail about a link has been waiting for 3 minutes",
        "notice": "an alert has been waiting for 3",
        "webhook": "a message to a webhook has been waiting for 3 minutes",
    }
    assert told[kind] in read(admin_client)


def add_message(at: datetime) -> Webhook:
    link = ShareLink.objects.create(delivery="stable", asked_until=at, promised_until=at, created_at=at)
    webhook = add_webhook(DISCARD_PORT).webhook
    events.tell_revoked([link.pk], at)
    return webhook


def test_a_message_to_a_webhook_that_was_just_written_is_no_news(admin_client: Client, db: None, now: datetime) -> None:
    add_message(now)
    assert "a message to a webhook" not in read(admin_client)


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (WebhookState.GONE, "Its server said that the address is gone (HTTP 410)"),
        (WebhookState.GIVEN_UP, "Its server has taken nothing for three days"),
        (WebhookState.OFF, ""),
    ],
)
def test_a_webhook_that_was_stopped_by_its_server_is_told_until_staff_turn_it_on(
    admin_client: Client, sign_in: Callable[..., Client], db: None, now: datetime, state: WebhookState, why: str
) -> None:
    webhook = add_message(now)
    delivery.stop(webhook, state, now)
    stranger = sign_in("Link maker")
    told = f'<a href="/admin/links/webhook/{webhook.pk}/change/">orders</a>'
    page = read(admin_client)
    assert (told in page, why in page) == (bool(why), True)
    assert told not in read(stranger)
    webhooks.turn_on(webhook, now)
    assert told not in read(admin_client)


def test_who_is_not_signed_in_is_told_nothing_about_the_watch(client: Client, db: None) -> None:
    assert "Monitoring has stopped" not in read(client, "/admin/login/")


def test_a_newcomer_is_led_to_the_first_link(admin_client: Client, db: None) -> None:
    page = read(admin_client)
    assert "Three steps to your first link" in page
    assert '<li class="next"><a href="/admin/links/signingkey/add/">' in page


def test_who_may_see_little_sees_little(setup: Setup, sign_in: Callable[..., Client]) -> None:
    page = read(sign_in("view_bucket"))
    assert setup.access_key.id not in page
    assert "Open incidents" not in page
    assert "Make a link" not in page
    assert "Expiring within 7 days" not in page


def test_the_front_page_asks_the_database_no_more_often_with_more_to_show(
    admin_client: Client, setup: Setup, now: datetime
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            read(admin_client)
        return len(asked)

    setup.create_link()
    read(admin_client)
    few = count()
    add_links("broken", 200, days=3)
    for number in range(30):
        Incident.objects.create(
            code="unreachable", subject=str(number), verdict="unknown", opened_at=now, changed_at=now
        )
    assert count() == few
    assert few <= 20


def test_broken_comes_before_at_risk(admin_client: Client, now: datetime) -> None:
    for verdict, fails_at in (("at_risk", now), ("broken", None)):
        Incident.objects.create(
            code="unreachable", subject=verdict, verdict=verdict, opened_at=now, changed_at=now, fails_at=fails_at
        )
    shown: Dashboard = admin_client.get("/admin/").context["dashboard"]
    assert [each["about"] for each in shown.incidents] == ["broken", "at_risk"]
    assert len(shown.incidents) <= dashboard.INCIDENTS


def test_three_incidents_are_told_in_full_and_the_others_in_a_line_each(admin_client: Client, now: datetime) -> None:
    for number in range(dashboard.INCIDENTS + 20):
        Incident.objects.create(
            code="unreachable", subject=f"host-{number:02}", verdict="broken", opened_at=now, changed_at=now
        )
    page = read(admin_client)
    assert page.count('<article class="incident">') == page.count("What to do</strong>") == 3
    told, lines = page.split("Further incidents")
    assert lines.count('<span class="about">host-') == dashboard.INCIDENTS - 3
    assert told.count('<span class="about">host-') == 3
    assert '<a href="/admin/links/incident/">All of them as a list</a>' in lines


def test_no_more_incidents_than_three_need_no_list(admin_client: Client, now: datetime) -> None:
    for number in range(3):
        Incident.objects.create(
            code="unreachable", subject=f"host-{number}", verdict="broken", opened_at=now, changed_at=now
        )
    assert "Further incidents" not in read(admin_client)


def test_the_last_days_links_are_charted_by_what_came_of_them_last(
    admin_client: Client, setup: Setup, clock: Callable[[], datetime]
) -> None:
    links = [setup.create_link().link.pk for _ in range(3)]
    batches.validate_links(links, clock)
    setup.stored.delete(OBJECT)
    batches.validate_links(links[:1], clock)
    DailyVerdictCount.add(clock().date() - timedelta(days=dashboard.CHARTED), {"broken": 1_000})
    answer = admin_client.get("/admin/")
    assert "Links that were validated on each day (in UTC), by the last verdict of that day." in answer.content.decode()
    chart = answer.context["dashboard"].validations
    assert {series.word: (series.total, series.counts[-1]) for series in chart.series} == {
        "Healthy": ("2", 2),
        "Unknown": ("0", 0),
        "At risk": ("0", 0),
        "Broken": ("1", 1),
    }


def test_who_sees_only_their_own_links_is_shown_no_chart_of_everyones(sign_in: Callable[..., Client]) -> None:
    client = sign_in("view_sharelink", "view_validation")
    assert client.get("/admin/").context["dashboard"].validations is None


def test_customers_who_ask_for_more_time_stand_on_the_front_page(
    admin_client: Client, setup: Setup, now: datetime, sign_in: Callable[..., Client]
) -> None:
    link = setup.create_link().link
    time_requests.ask(link, now, message="One more day, please", mail="kim@example.com")
    page = read(admin_client)
    assert "One more day, please" in page
    assert "kim@example.com" in page
    assert "One more day" not in read(sign_in("view_sharelink", "view_timerequest"))


def test_only_the_tiles_count_of_the_active_links_in_japanese(admin_client: Client, setup: Setup) -> None:
    setup.create_link()
    admin_client.defaults["HTTP_ACCEPT_LANGUAGE"] = "ja"
    assert "うち使用不可" in read(admin_client)
    assert "うち" not in read(admin_client, "/admin/links/sharelink/")
