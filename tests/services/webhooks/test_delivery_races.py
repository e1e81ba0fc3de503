"""Several workers, one that is killed, and a webhook that is turned off meanwhile."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from links.domain.events.webhooks import WebhookState
from links.models import Heartbeat, Webhook, WebhookEvent, WebhookMessage
from links.queries.health import VALIDATE, WatchState, read_health
from links.services.mail import outbox
from links.services.webhooks import calls, delivery, events
from links.services.webhooks.webhooks import NewSecret
from tests.environment import ON_POSTGRES
from tests.fake_receivers import WebhookReceiver
from tests.services.webhooks.hearing import NOW, add_webhook, happen, hear, make_link, read_again, round_at


@pytest.fixture
def added(db: None, receiver: WebhookReceiver) -> NewSecret:
    return add_webhook(receiver)


def test_a_success_that_another_worker_had_counts(
    added: NewSecret, receiver: WebhookReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    happen(make_link())
    Webhook.objects.update(failures=50, failing_since=NOW - timedelta(days=4))
    receiver.status = 500
    prepare = calls.prepare

    def hear_another(*given: Any) -> calls.Call:
        Webhook.objects.update(failures=0, failing_since=None)
        return prepare(*given)

    monkeypatch.setattr(delivery, "prepare", hear_another)
    round_at(NOW)
    kept = read_again(added.webhook)
    assert (kept.state, kept.failures, kept.failing_since) == (WebhookState.ON, 1, NOW)


def test_a_failure_that_another_worker_had_is_forgotten_as_well(
    added: NewSecret, receiver: WebhookReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    happen(make_link())
    prepare = calls.prepare

    def hear_another(*given: Any) -> calls.Call:
        Webhook.objects.update(failures=1, failing_since=NOW)
        return prepare(*given)

    monkeypatch.setattr(delivery, "prepare", hear_another)
    round_at(NOW)
    assert read_again(added.webhook).failing_since is None


def test_what_was_written_while_its_webhook_was_turned_off_does_not_wait_for_ever(
    added: NewSecret, receiver: WebhookReceiver
) -> None:
    happen(make_link())
    Webhook.objects.update(state=WebhookState.OFF.value)  # by somebody who did not see the message yet
    late = NOW + timedelta(hours=1)
    Heartbeat.record(VALIDATE, late)
    assert read_health(late).state is WatchState.OVERDUE
    round_at(late)
    message = WebhookMessage.objects.get()
    assert (message.given_up_at, message.due_at) == (late, None)
    assert read_health(late).state is WatchState.WATCHING
    assert receiver.calls == []


class Killed(BaseException):
    """Ends a round as a kill does: nothing that would be done afterwards is done."""


def test_who_is_killed_before_the_message_is_marked_leaves_it_to_be_sent_again_under_its_id(
    added: NewSecret, receiver: WebhookReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kill(*_given: object, **_more: object) -> str:
        raise Killed

    happen(make_link())
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "mark", kill)
        with pytest.raises(Killed):
            round_at(NOW)
    assert WebhookMessage.objects.get().delivered_at is None
    round_at(NOW + timedelta(minutes=1))  # the dead worker's lease lasts
    assert len(receiver.calls) == 1
    round_at(NOW + outbox.LEASE)
    first, again = hear(receiver, added.secret)
    assert first == again
    assert {call.headers["webhook-id"] for call in receiver.calls} == {first["id"]}
    assert WebhookMessage.objects.get().delivered_at == NOW + outbox.LEASE


@pytest.mark.skipif(not ON_POSTGRES, reason="asks PostgreSQL's planner")
def test_many_events_of_one_link_are_not_compared_with_each_other(added: NewSecret) -> None:
    happen(make_link())
    (event,) = WebhookEvent.objects.all()
    more = [WebhookEvent(kind=event.kind, at=NOW, body="{}", link=event.link) for _ in range(2_000)]
    built = [events.build_message(added.webhook, each, NOW) for each in WebhookEvent.objects.bulk_create(more)]
    WebhookMessage.objects.bulk_create(built)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE links_webhookmessage")
    found = WebhookMessage.objects.in_turn().filter(due_at__lte=NOW).order_by()
    plan = found.explain()
    assert found.count() == 1
    assert "webhook_undelivered" in plan
    assert "Join" not in plan
