"""Telling: what waits for each webhook is sent by the outbox, at least once, and of each link in order."""

import random
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce

from links.domain.audit.acts import Act
from links.domain.events.retries import GONE, is_given_up, plan_retry
from links.domain.events.webhooks import WebhookState
from links.models import Webhook, WebhookMessage
from links.models.leases import finished
from links.services.audit.recording import record
from links.services.mail.outbox import Clock, Route, Tally, deliver
from links.services.throttle import Key, forget
from links.services.webhooks.calls import Call, prepare

log = structlog.get_logger(__name__)


def deliver_due(clock: Clock, *, limit: int = 50) -> Tally:
    """Deliver what is due to each webhook, in a thread of its own, `limit` messages at a time for as long as a round
    takes: one that hangs keeps no other waiting."""
    _give_up_strays(clock())
    due = WebhookMessage.objects.due(clock()).order_by()
    webhooks = Webhook.objects.on().filter(pk__in=due.values("webhook")).order_by("pk")
    return deliver([_Telling(webhook).make_route() for webhook in webhooks], clock, limit=limit)


class _Telling:
    """One webhook being told, for one round of deliveries."""

    def __init__(self, webhook: Webhook) -> None:
        self._webhook = webhook
        self._calls = dict[int, Call]()

    def make_route(self) -> Route[WebhookMessage]:
        ours = WebhookMessage.objects.filter(webhook=self._webhook)
        return Route(
            waiting=ours.in_turn(),
            rows=ours.select_related("event"),
            compose=self._compose,
            channel=name_channel(self._webhook),
            plan=_plan,
            settle=self._settle,
            goes_on=True,
        )

    def _compose(self, message: WebhookMessage, now: datetime) -> Call:
        call = prepare(self._webhook, message.event.event_id, message.event.body, now)
        self._calls[message.pk] = call
        return call

    def _settle(self, message: WebhookMessage, error: str, now: datetime) -> None:
        """What the answer tells of the webhook as a whole."""
        webhook, call = self._webhook, self._calls.pop(message.pk, None)
        if call is not None:
            WebhookMessage.objects.filter(pk=message.pk).update(status=call.status, took_ms=call.took_ms)
        ours = Webhook.objects.filter(pk=webhook.pk)
        if not error:
            ours.filter(failures__gt=0).update(failures=0, failing_since=None)
            webhook.failures, webhook.failing_since = 0, None
            return
        # By the row, not by what was read when the round began: another worker may have been heard meanwhile.
        ours.update(failures=F("failures") + 1, failing_since=Coalesce("failing_since", Value(now)))
        webhook.failures, webhook.failing_since = ours.values_list("failures", "failing_since").first() or (0, None)
        if call is not None and call.status == GONE:
            stop(webhook, WebhookState.GONE, now)
        elif webhook.failing_since and is_given_up(webhook.failing_since, now):
            stop(webhook, WebhookState.GIVEN_UP, now)


def _give_up_strays(now: datetime) -> None:
    """What was written at the very moment at which its webhook was turned off: nobody would ever send it, and it would
    be taken for work that nobody does."""
    off = Webhook.objects.exclude(state=WebhookState.ON.value)
    strays = WebhookMessage.objects.filter(due_at__isnull=False, webhook__in=off)
    if strays.exists():
        strays.update_in_order(given_up_at=now, due_at=None, **finished())


def stop(webhook: Webhook, state: WebhookState, now: datetime) -> bool:
    """It is told nothing more, and what waits for it is given up: a replay brings it back. False where it was off."""
    with transaction.atomic():
        ours = Webhook.objects.on().filter(pk=webhook.pk)
        if not ours.update(state=state.value, state_since=now):
            return False
        waiting = WebhookMessage.objects.filter(webhook=webhook).undelivered()
        waiting.update_in_order(given_up_at=now, due_at=None, **finished())
        record(Act.WEBHOOK_STATE_CHANGED, webhook, before={"state": webhook.state}, after={"state": state.value})
    log.warning("webhook told no more", webhook=webhook.pk, state=state.value)
    webhook.state, webhook.state_since = state.value, now
    return True


def name_channel(webhook: Webhook) -> str:
    """By which the outbox knows which webhook asked to be left alone."""
    return f"webhook {webhook.pk}"


def forget_pause(webhook: Webhook) -> None:
    """It is tried again at once."""
    forget(Key("channel", (name_channel(webhook),)))


def _plan(attempts: int, _created_at: datetime, _now: datetime) -> timedelta | None:
    return plan_retry(attempts, random.random())  # noqa: S311  no secret
