"""A webhook and its receiver: what was sent is believed only as far as its signature goes."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import standardwebhooks

from links.domain.events.kinds import EventKind
from links.models import Webhook
from links.services.webhooks import events, webhooks
from links.services.webhooks.delivery import deliver_due
from links.services.webhooks.webhooks import NewSecret
from tests.fake_receivers import HOST, Call, WebhookReceiver


def add_webhook(receiver: WebhookReceiver | int, *kinds: EventKind, name: str = "orders") -> NewSecret:
    """One that wants these kinds, or all; `receiver` may be a port."""
    port = receiver if isinstance(receiver, int) else receiver.port
    address = f"http://{HOST}:{port}/hook?key=of-the-receiver"
    added = webhooks.add(name, address, kinds or tuple(EventKind), None, datetime.now(UTC))
    events.forget_wanted()  # a test's transaction is never committed
    return added


def verify(call: Call, secret: str) -> dict[str, Any]:
    """What it says, by Standard Webhooks' own library. Raises its error for a signature that is not this secret's."""
    verified: dict[str, Any] = standardwebhooks.Webhook(secret).verify(call.body, dict(call.headers))
    return verified


def hear(receiver: WebhookReceiver, secret: str) -> list[dict[str, Any]]:
    """All that it got, each with a good signature."""
    return [verify(call, secret) for call in receiver.calls]


def deliver(clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
    deliver_due(clock)


def read_address(webhook: Webhook) -> str:
    address = read_again(webhook).address
    return address.open() if address else ""


def read_again(webhook: Webhook) -> Webhook:
    return Webhook.objects.get(pk=webhook.pk)
