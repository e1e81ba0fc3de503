"""Events told again: one, or all since a time; under the ids that they had, so that a receiver can tell repeats."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from links.domain.audit.acts import Act
from links.domain.errors import Refused
from links.domain.reasons import Reason
from links.models import Webhook, WebhookEvent, WebhookMessage
from links.models.leases import due_afresh
from links.services.audit.recording import record
from links.services.webhooks.delivery import forget_pause
from links.services.webhooks.events import BATCH_SIZE, build_message

MOST = 50_000
"""Events that one replay sends."""


def replay(message: WebhookMessage, now: datetime) -> None:
    """Send it once more, whatever became of it. Raises `Refused`: webhook-off."""
    _require_on(message.webhook)
    with transaction.atomic():
        _make_due(WebhookMessage.objects.filter(pk=message.pk), now)
        record(Act.WEBHOOK_REPLAYED, message.webhook, after={"event": message.event.event_id})
    forget_pause(message.webhook)
    message.refresh_from_db()


def replay_since(webhook: Webhook, since: datetime, now: datetime) -> int:
    """Send what the webhook wants and what has happened since then, the first of it first: what was delivered, what was
    given up, and what it was never told because it was off. How many events, `MOST` at most.

    Raises `Refused`: webhook-off, webhook-replay-too-many.
    """
    _require_on(webhook)
    kinds = [kind.value for kind in webhook.read_kinds()]
    events = WebhookEvent.objects.filter(at__gte=since, kind__in=kinds)
    count = events.count()
    if count > MOST:
        raise Refused(Reason.WEBHOOK_REPLAY_TOO_MANY, count=count, most=MOST)
    with transaction.atomic():
        known = WebhookMessage.objects.filter(webhook=webhook, event__in=events.order_by().values("pk"))
        untold = events.exclude(pk__in=known.values("event")).order_by("pk")
        missing = [build_message(webhook, event, now) for event in untold.defer("body").iterator()]
        _make_due(known, now)
        WebhookMessage.objects.bulk_create(missing, batch_size=BATCH_SIZE, ignore_conflicts=True)
        record(Act.WEBHOOK_REPLAYED, webhook, after={"since": since, "events": count})
    forget_pause(webhook)
    return count


def _make_due(messages: QuerySet[WebhookMessage], now: datetime) -> None:
    """As if they were new."""
    fresh = {"attempts": 0, "last_error": "", "delivered_at": None, "given_up_at": None, "created_at": now}
    WebhookMessage.objects.filter(pk__in=messages.values("pk")).update_in_order(**fresh, **due_afresh(now))


def _require_on(webhook: Webhook) -> None:
    if not webhook.is_on:
        raise Refused(Reason.WEBHOOK_OFF)
