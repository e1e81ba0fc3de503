"""A webhook and its receiver: what was sent is believed only as far as its signature goes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import standardwebhooks

from links.domain.events.kinds import EventKind
from links.models import ShareLink, Webhook
from links.services.webhooks import events, webhooks
from links.services.webhooks.delivery import deliver_due
from links.services.webhooks.webhooks import NewSecret
from tests.fake_receivers import HOST, Call, WebhookReceiver

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


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


def make_link() -> ShareLink:
    until = NOW + timedelta(days=30)
    return ShareLink.objects.create(
        delivery="stable", object_key="a.pdf", asked_until=until, promised_until=until, created_at=NOW
    )


def happen(*links: ShareLink, at: datetime = NOW, times: int = 1) -> None:
    for _ in range(times):
        for link in links:
            events.tell_changed([link.pk], ["title"], at)


def round_at(moment: datetime) -> None:
    deliver_due(lambda: moment)
