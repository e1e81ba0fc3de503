"""What happened is told again: one event, or all since a time."""

from datetime import UTC, datetime, timedelta

import pytest

from links.domain.errors import Refused
from links.domain.events.kinds import EventKind
from links.models import ShareLink, WebhookMessage
from links.services.webhooks import events, replays, webhooks
from links.services.webhooks.delivery import deliver_due
from tests.fake_receivers import WebhookReceiver
from tests.services.webhooks.hearing import add_webhook, hear

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def make_link() -> ShareLink:
    until = NOW + timedelta(days=30)
    return ShareLink.objects.create(delivery="stable", asked_until=until, promised_until=until, created_at=NOW)


def test_one_is_sent_again_under_its_id(receiver: WebhookReceiver) -> None:
    added, link = add_webhook(receiver), make_link()
    events.tell_revoked([link.pk], NOW)
    deliver_due(lambda: NOW)
    message = WebhookMessage.objects.get()
    replays.replay(message, NOW + HOUR)
    deliver_due(lambda: NOW + HOUR)
    first, second = hear(receiver, added.secret)
    assert first == second
    message.refresh_from_db()
    assert (message.attempts, message.delivered_at) == (1, NOW + HOUR)


def test_all_since_a_time_are_sent_in_order_with_what_was_missed(receiver: WebhookReceiver) -> None:
    added, link = add_webhook(receiver, EventKind.LINK_CHANGED), make_link()
    events.tell_changed([link.pk], ["title"], NOW)
    events.tell_changed([link.pk], ["note"], NOW + HOUR)
    deliver_due(lambda: NOW + HOUR)
    webhooks.turn_off(added.webhook, NOW + HOUR)
    events.tell_changed([link.pk], ["slug"], NOW + 2 * HOUR)
    webhooks.turn_on(added.webhook, NOW + 3 * HOUR)
    assert replays.replay_since(added.webhook, NOW + HOUR, NOW + 3 * HOUR) == 2
    receiver.calls.clear()
    deliver_due(lambda: NOW + 3 * HOUR)
    assert [told["data"]["changed"] for told in hear(receiver, added.secret)] == [["note"], ["slug"]]


def test_what_was_given_up_comes_back(receiver: WebhookReceiver) -> None:
    added, link = add_webhook(receiver), make_link()
    events.tell_revoked([link.pk], NOW)
    webhooks.turn_off(added.webhook, NOW)
    webhooks.turn_on(added.webhook, NOW)
    deliver_due(lambda: NOW)
    assert receiver.calls == []
    assert replays.replay_since(added.webhook, NOW, NOW) == 1
    deliver_due(lambda: NOW)
    assert len(hear(receiver, added.secret)) == 1


def test_nothing_is_replayed_to_a_webhook_that_is_off(receiver: WebhookReceiver) -> None:
    webhook = add_webhook(receiver).webhook
    webhooks.turn_off(webhook, NOW)
    with pytest.raises(Refused) as refused:
        replays.replay_since(webhook, NOW, NOW)
    assert refused.value.code == "webhook-off"


def test_more_than_can_be_sent_at_once_is_refused(receiver: WebhookReceiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replays, "MOST", 1)
    webhook, links = add_webhook(receiver).webhook, [make_link(), make_link()]
    events.tell_revoked([link.pk for link in links], NOW)
    with pytest.raises(Refused) as refused:
        replays.replay_since(webhook, NOW, NOW)
    assert refused.value.params == {"count": 2, "most": 1}
