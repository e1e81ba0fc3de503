"""Events on their way: signed, in order, tried again for three days, and held up by no webhook but their own."""

from collections.abc import Iterator
from datetime import timedelta
from time import monotonic

import pytest

from links.domain.events.kinds import EventKind
from links.domain.events.webhooks import WebhookState
from links.models import Webhook, WebhookMessage
from links.services.links import changes
from links.services.webhooks import calls
from links.services.webhooks.webhooks import NewSecret
from tests.fake_receivers import HOST, WebhookReceiver, silence
from tests.services.webhooks.hearing import NOW, add_webhook, deliver, happen, hear, make_link, read_again, round_at


@pytest.fixture
def added(db: None, receiver: WebhookReceiver) -> NewSecret:
    return add_webhook(receiver)


def test_a_message_is_signed_and_marked(added: NewSecret, receiver: WebhookReceiver) -> None:
    happen(make_link())
    deliver()
    (told,) = hear(receiver, added.secret)
    message = WebhookMessage.objects.get()
    assert (told["id"], told["version"]) == (message.event.event_id, 1)
    assert receiver.calls[0].headers["webhook-id"] == told["id"]
    assert receiver.calls[0].headers["Content-Type"] == "application/json"
    assert (message.status, message.attempts, message.last_error) == (200, 1, "")
    assert message.delivered_at is not None
    assert message.due_at is None


def test_of_one_link_a_later_event_waits_and_of_others_none_does(added: NewSecret, receiver: WebhookReceiver) -> None:
    first, second = make_link(), make_link()
    receiver.status = 500
    happen(first)
    round_at(NOW)
    happen(first, second)
    receiver.status, receiver.calls[:] = 200, []
    round_at(NOW)
    assert [told["data"]["link"]["id"] for told in hear(receiver, added.secret)] == [second.pk]
    round_at(NOW + timedelta(minutes=1))
    assert [told["data"]["link"]["id"] for told in hear(receiver, added.secret)] == [second.pk, first.pk, first.pk]
    waited = WebhookMessage.objects.filter(about=f"link {first.pk}").order_by("event")
    assert list(waited.values_list("event", flat=True)) == sorted(waited.values_list("event", flat=True))


def test_an_event_that_was_given_up_holds_up_none_after_it(added: NewSecret, receiver: WebhookReceiver) -> None:
    link = make_link()
    happen(link, times=2)
    first = WebhookMessage.objects.order_by("event").first()
    assert first is not None
    WebhookMessage.objects.filter(pk=first.pk).update(given_up_at=NOW, due_at=None)
    round_at(NOW)
    assert len(hear(receiver, added.secret)) == 1


def test_many_events_of_one_link_are_told_in_one_round(added: NewSecret, receiver: WebhookReceiver) -> None:
    happen(make_link(), times=30)
    round_at(NOW)
    assert len(hear(receiver, added.secret)) == 30


def test_what_was_refused_is_tried_again_later_and_later_under_the_same_id(
    added: NewSecret, receiver: WebhookReceiver
) -> None:
    happen(make_link())
    receiver.status, receiver.body, at, waits = 500, b"no such order", NOW, []
    for _ in range(9):
        round_at(at)
        message = WebhookMessage.objects.get()
        assert message.due_at is not None
        waits.append(message.due_at - at)
        at = message.due_at
        Webhook.objects.update(failing_since=at)  # not the whole webhook is given up here
    assert waits == sorted(waits)
    assert timedelta(hours=70) < at - NOW < timedelta(hours=80)
    assert message.last_error == "HTTP 500: no such order"
    round_at(at)
    message.refresh_from_db()
    assert (message.attempts, message.due_at) == (10, None)
    assert message.given_up_at is not None
    assert len({call.headers["webhook-id"] for call in receiver.calls}) == 1


def test_a_receiver_that_asks_for_a_pause_gets_it(added: NewSecret, receiver: WebhookReceiver) -> None:
    happen(make_link(), make_link())
    receiver.status, receiver.retry_after = 429, "900"
    round_at(NOW)
    assert len(receiver.calls) == 1
    receiver.status = 200
    round_at(NOW + timedelta(minutes=14))
    assert len(receiver.calls) == 1
    round_at(NOW + timedelta(minutes=16))
    assert len(receiver.calls) == 3


def test_gone_turns_the_webhook_off_at_once(added: NewSecret, receiver: WebhookReceiver) -> None:
    happen(make_link(), make_link())
    receiver.status = 410
    round_at(NOW)
    assert read_again(added.webhook).state == WebhookState.GONE
    assert len(receiver.calls) == 1
    assert not WebhookMessage.objects.undelivered().exists()


def test_a_webhook_that_takes_nothing_for_three_days_is_given_up(added: NewSecret, receiver: WebhookReceiver) -> None:
    link = make_link()
    receiver.status = 503
    at = NOW
    while at < NOW + timedelta(days=4):
        happen(link, at=at)
        round_at(at)
        at += timedelta(hours=1, minutes=1)
    assert read_again(added.webhook).state == WebhookState.GIVEN_UP
    assert not WebhookMessage.objects.undelivered().exists()


def test_a_success_forgets_the_failures_before_it(added: NewSecret, receiver: WebhookReceiver) -> None:
    happen(make_link())
    receiver.status = 500
    round_at(NOW)
    assert read_again(added.webhook).failing_since == NOW
    receiver.status = 200
    round_at(NOW + timedelta(minutes=1))
    kept = read_again(added.webhook)
    assert (kept.failures, kept.failing_since) == (0, None)


@pytest.fixture
def silent_port() -> Iterator[int]:
    with silence() as port:
        yield port


def test_a_webhook_that_hangs_delays_no_other(
    added: NewSecret, receiver: WebhookReceiver, silent_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "SECONDS", 4.0)
    hanging = add_webhook(silent_port, name="hanging").webhook
    happen(*(make_link() for _ in range(120)))
    heard_at: list[float] = []
    begun = monotonic()
    monkeypatch.setattr(receiver, "calls", heard := _Noting(heard_at))
    round_at(NOW)
    assert len(heard) == 120
    assert heard_at[-1] - begun < 4.0
    waiting = WebhookMessage.objects.filter(webhook=hanging)
    assert waiting.filter(attempts=1, last_error=calls.TOO_SLOW).count() == 1
    assert waiting.filter(attempts=0).count() == 119
    # It is left alone for a while: the next round does not wait for it at all.
    happen(make_link())
    begun = monotonic()
    round_at(NOW + timedelta(seconds=20))
    assert monotonic() - begun < 2.0
    assert len(heard) == 121


class _Noting(list):  # type: ignore[type-arg]
    def __init__(self, at: list[float]) -> None:
        super().__init__()
        self._at = at

    def append(self, call: object) -> None:
        self._at.append(monotonic())
        super().append(call)


def test_no_redirect_is_followed(added: NewSecret, receiver: WebhookReceiver) -> None:
    happen(make_link())
    receiver.status, receiver.location = 302, f"http://{HOST}:{receiver.port}/elsewhere"
    round_at(NOW)
    assert [call.path for call in receiver.calls] == ["/hook?key=of-the-receiver"]
    assert WebhookMessage.objects.get().last_error == "HTTP 302"


def test_an_answer_without_an_end_is_a_success_all_the_same(added: NewSecret, receiver: WebhookReceiver) -> None:
    happen(make_link())
    receiver.body = b"x" * 5_000_000
    round_at(NOW)
    assert WebhookMessage.objects.get().delivered_at is not None


def test_nothing_that_is_kept_of_a_failure_tells_the_address(
    added: NewSecret, receiver: WebhookReceiver, capfd: pytest.CaptureFixture[str]
) -> None:
    happen(make_link())
    receiver.status = 400
    receiver.body = f"bad key of-the-receiver and {added.secret} at http://{HOST}:{receiver.port}/hook".encode()
    round_at(NOW)
    kept = WebhookMessage.objects.get().last_error
    assert added.secret not in kept + "".join(capfd.readouterr())
    assert "/hook" not in kept


def test_a_revocation_waits_for_what_came_before_it(added: NewSecret, receiver: WebhookReceiver) -> None:
    link = make_link()
    happen(link)
    changes.revoke(link, NOW)
    round_at(NOW)
    assert [each["type"] for each in hear(receiver, added.secret)] == ["link.changed", "link.revoked"]


def test_a_webhook_is_told_only_what_it_wants(db: None, receiver: WebhookReceiver) -> None:
    secret = add_webhook(receiver, EventKind.LINK_REVOKED).secret
    link = make_link()
    happen(link)
    changes.revoke(link, NOW)
    round_at(NOW)
    assert [each["type"] for each in hear(receiver, secret)] == ["link.revoked"]
