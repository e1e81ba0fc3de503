"""The watcher is watched: whether somebody still validates and delivers."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from links.models import Heartbeat, Incident, IncidentNotice, LinkMail, ShareLink, WebhookEvent, WebhookMessage
from links.queries.health import (
    MAX_DUE_AGE,
    MAX_RETRIED_AGE,
    MAX_VALIDATION_AGE,
    SILENT_AFTER,
    STOPPED_AFTER,
    VALIDATE,
    WatchState,
    read_health,
)
from links.services.incidents import notices
from links.services.validation import batches
from tests.services.webhooks.hearing import add_webhook

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)


def test_where_nobody_ever_validated_nobody_watches(db: None) -> None:
    health = read_health(NOW)
    assert (health.is_watching, health.last_validation_at, health.oldest_notice_at) == (False, None, None)


def test_a_validator_that_had_nothing_to_do_watches_until_it_stops(db: None) -> None:
    assert batches.validate_due_links(lambda: NOW) == []
    assert read_health(NOW + SILENT_AFTER - A_SECOND).state is WatchState.WATCHING
    for since in (SILENT_AFTER, STOPPED_AFTER - A_SECOND):
        silent = read_health(NOW + since)
        assert (silent.is_watching, silent.state) == (True, WatchState.SILENT)
    stopped = read_health(NOW + STOPPED_AFTER)
    assert (stopped.state, stopped.last_validation_at) == (WatchState.STOPPED, NOW)


def test_a_deliverer_alone_is_no_watcher(db: None) -> None:
    notices.deliver_due(lambda: NOW)
    assert not read_health(NOW).is_watching
    assert Heartbeat.objects.count() == 1


def test_the_oldest_notice_that_still_waits_is_told(db: None) -> None:
    incident = Incident.objects.create(code="key-unknown", subject="A", verdict="broken", opened_at=NOW, changed_at=NOW)
    for age, fields in ((3, {"delivered_at": NOW}), (2, {"given_up_at": NOW}), (1, {}), (0, {})):
        made_at = NOW - timedelta(hours=age)
        IncidentNotice.objects.create(incident=incident, kind="opened", channel="mail", created_at=made_at, **fields)
    assert read_health(NOW).oldest_notice_at == NOW - timedelta(hours=1)


def test_a_notice_that_waits_by_rule_is_late_only_once_it_is_due(db: None) -> None:
    incident = Incident.objects.create(code="key-unknown", subject="A", verdict="broken", opened_at=NOW, changed_at=NOW)
    made_at, due_at = NOW - timedelta(minutes=20), NOW + timedelta(minutes=40)
    notice = IncidentNotice.objects.create(
        incident=incident, kind="grew", channel="mail", created_at=made_at, due_at=due_at
    )
    assert read_health(NOW).oldest_notice_at is None
    assert read_health(due_at + timedelta(minutes=1)).oldest_notice_at == due_at
    notice.attempts = 1
    notice.save()
    assert read_health(NOW).oldest_notice_at == made_at


def make_link(**fields: object) -> ShareLink:
    return ShareLink.objects.create(delivery="stable", asked_until=NOW, promised_until=NOW, created_at=NOW, **fields)


def read_state(now: datetime) -> WatchState:
    return read_health(now).state


def test_a_worker_that_is_busy_with_a_long_batch_watches(db: None) -> None:
    Heartbeat.record(VALIDATE, NOW - MAX_VALIDATION_AGE + A_SECOND)
    Heartbeat.record("worker 1 on here", NOW)
    Heartbeat.record("worker 2 on there", NOW - timedelta(hours=1))
    assert read_state(NOW) is WatchState.WATCHING
    Heartbeat.record("worker 1 on here", NOW + A_SECOND)
    assert read_state(NOW + A_SECOND) is WatchState.OVERDUE


def test_a_worker_from_the_future_tells_nothing_of_now(db: None) -> None:
    Heartbeat.record(VALIDATE, NOW - STOPPED_AFTER)
    Heartbeat.record("worker 1 on here", NOW + timedelta(days=1))
    assert read_state(NOW) is WatchState.STOPPED


def test_a_new_site_has_not_started_until_a_validator_ran_to_its_end(db: None) -> None:
    assert read_state(NOW) is WatchState.NOT_STARTED
    Heartbeat.record("worker 1 on here", NOW)
    make_link(due_at=NOW)
    assert read_state(NOW) is WatchState.NOT_STARTED
    batches.validate_due_links(lambda: NOW)
    assert read_state(NOW) is WatchState.WATCHING


@pytest.mark.parametrize(("claims", "within"), [(0, MAX_DUE_AGE), (1, MAX_RETRIED_AGE)])
def test_a_link_that_a_worker_was_lost_over_may_wait_for_longer(db: None, claims: int, within: timedelta) -> None:
    Heartbeat.record(VALIDATE, NOW)
    make_link(due_at=NOW - within + A_SECOND, claim_count=claims)
    assert read_state(NOW) is WatchState.WATCHING
    assert read_state(NOW + A_SECOND) is WatchState.OVERDUE


def test_the_oldest_mail_that_still_waits_is_told_whatever_keeps_it(db: None) -> None:
    link = make_link()
    for age, due_at in ((3, None), (2, NOW + timedelta(hours=1)), (1, NOW)):
        made_at = NOW - timedelta(hours=age)
        LinkMail.objects.create(link=link, kind="ending", to="a@example.com", created_at=made_at, due_at=due_at)
    assert read_health(NOW).oldest_mail_at == NOW - timedelta(hours=2)


def test_the_oldest_message_to_a_webhook_that_nobody_took_is_told(db: None) -> None:
    webhook, link = add_webhook(9).webhook, make_link()
    for age, fields in ((3, {"delivered_at": NOW}), (2, {"given_up_at": NOW}), (1, {}), (0, {})):
        made_at = NOW - timedelta(hours=age)
        event = WebhookEvent.objects.create(kind="link.revoked", at=made_at, body="{}", link=link)
        WebhookMessage.objects.create(webhook=webhook, event=event, about=event.about, created_at=made_at, **fields)
    assert read_health(NOW).oldest_webhook_at == NOW - timedelta(hours=1)


def test_all_of_it_is_read_by_one_statement(db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    Heartbeat.record(VALIDATE, NOW)
    with django_assert_num_queries(1):
        read_health(NOW)
