"""The watcher is watched."""

from datetime import UTC, datetime, timedelta

import pytest

from links.domain.events.kinds import EventKind
from links.models import Grant, Heartbeat, LinkMail, ShareLink, Validation, Visit, WebhookEvent, WebhookMessage
from links.queries.health import SILENT_AFTER, VALIDATE
from links.services import heartbeat
from links.services.heartbeat import KEEP_CHANGES, KEEP_LINK_MAILS, KEEP_SIGNS, KEEP_VALIDATIONS
from tests.fake_receivers import WebhookReceiver
from tests.fixtures import World
from tests.services.webhooks.hearing import add_webhook
from tests.site_settings import SiteSettings

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)


def test_old_validations_are_forgotten_and_their_links_are_not(db: None) -> None:
    link = ShareLink.objects.create(delivery="stable", asked_until=NOW, promised_until=NOW, created_at=NOW)
    for at in (NOW - KEEP_VALIDATIONS - A_SECOND, NOW - KEEP_VALIDATIONS, NOW):
        Validation.objects.create(link=link, at=at, verdict="healthy")
    assert heartbeat.delete_expired(NOW) == 1
    assert heartbeat.delete_expired(NOW) == 0
    assert Validation.objects.count() == 2
    assert ShareLink.objects.count() == 1


def test_validations_with_which_something_changed_are_kept_for_longer(db: None) -> None:
    link = make_link()
    for at in (NOW - KEEP_CHANGES - A_SECOND, NOW - KEEP_CHANGES, NOW - KEEP_VALIDATIONS - A_SECOND):
        Validation.objects.create(link=link, at=at, verdict="broken", is_change=True)
    assert heartbeat.delete_expired(NOW) == 1
    assert Validation.objects.count() == 2


def test_changes_of_old_keep_no_later_validation_from_being_forgotten(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "BATCH_SIZE", 3)
    link, old = make_link(), NOW - KEEP_VALIDATIONS - A_SECOND
    Validation.objects.bulk_create(
        Validation(link=link, at=old, verdict="healthy", is_change=number < 5) for number in range(10)
    )
    assert heartbeat.delete_expired(NOW) == 5
    assert not Validation.objects.filter(is_change=False).exists()


def make_link() -> ShareLink:
    return ShareLink.objects.create(delivery="stable", asked_until=NOW, promised_until=NOW, created_at=NOW)


def test_visits_are_kept_for_as_long_as_the_settings_say(db: None, site_settings: SiteSettings) -> None:
    link = make_link()
    for days in (31, 30, 0):
        Visit.objects.create(link=link, at=NOW - timedelta(days=days), outcome="served")
    site_settings.VISIT_DAYS = 30
    assert heartbeat.delete_expired(NOW) == 1
    site_settings.VISIT_DAYS = 400
    assert heartbeat.delete_expired(NOW) == 0
    assert Visit.objects.count() == 2


def test_grants_that_ended_and_letters_of_old_are_forgotten(db: None) -> None:
    link, old = make_link(), NOW - KEEP_LINK_MAILS - A_SECOND
    for number, ends in enumerate((NOW - A_SECOND, NOW, NOW + A_SECOND)):
        Grant.objects.create(link=link, token_hash=bytes([number]) * 32, created_at=NOW, expires_at=ends)
    for created_at, due_at in ((old, None), (old, NOW), (NOW - KEEP_LINK_MAILS, None)):
        LinkMail.objects.create(link=link, kind="ending", to="a@example.com", created_at=created_at, due_at=due_at)
    assert heartbeat.delete_expired(NOW) == 2
    assert Grant.objects.count() == 2
    assert LinkMail.objects.count() == 2
    assert not LinkMail.objects.filter(created_at=old, due_at=None).exists()


def test_a_backlog_is_forgotten_in_small_steps_and_no_tick_takes_it_all(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "BATCH_SIZE", 3)
    monkeypatch.setattr(heartbeat, "MAX_BATCHES", 2)
    link, old = make_link(), NOW - timedelta(days=1000)
    Visit.objects.bulk_create(Visit(link=link, at=old, outcome="served") for _ in range(10))
    assert [heartbeat.delete_expired(NOW) for _tick in range(3)] == [6, 4, 0]


def test_the_outside_monitor_hears_only_of_a_watch_that_goes_on(
    db: None, site_settings: SiteSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    pinged: list[str] = []

    def hear(url: str) -> bool:
        pinged.append(url)
        return True

    monkeypatch.setattr(heartbeat, "ping", hear)
    Heartbeat.record(VALIDATE, NOW)
    assert not heartbeat.ping_monitor(NOW)
    site_settings.MONITOR_URL = "https://monitor.example.com/ping"
    assert heartbeat.ping_monitor(NOW)
    assert not heartbeat.ping_monitor(NOW + SILENT_AFTER)
    assert pinged == ["https://monitor.example.com/ping"]


def test_signs_of_life_of_workers_that_were_killed_are_forgotten(db: None) -> None:
    for name, at in ((VALIDATE, NOW - 2 * KEEP_SIGNS), ("worker 1", NOW - KEEP_SIGNS - A_SECOND), ("worker 2", NOW)):
        Heartbeat.record(name, at)
    assert heartbeat.delete_expired(NOW) == 1
    assert set(Heartbeat.objects.values_list("name", flat=True)) == {VALIDATE, "worker 2"}


def test_an_event_is_forgotten_once_nobody_waits_for_it(world: World, receiver: WebhookReceiver) -> None:
    add_webhook(receiver, EventKind.LINK_MADE)
    for _ in range(2):
        world.create_link()
    WebhookEvent.objects.update(at=world.clock() - heartbeat.KEEP_EVENTS - timedelta(minutes=1))
    first, second = WebhookMessage.objects.order_by("pk")
    WebhookMessage.objects.filter(pk=first.pk).update(delivered_at=world.clock(), due_at=None)
    heartbeat.delete_expired(world.clock())
    assert WebhookMessage.objects.get() == second
    assert WebhookEvent.objects.get() == second.event
