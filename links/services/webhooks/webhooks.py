"""Webhooks added, changed, turned on and off, tested; their secrets rotated."""

import base64
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from django.contrib.auth.models import User
from django.db import transaction

from links.channels import DeliveryFailed
from links.conf import site
from links.domain.audit.acts import Act
from links.domain.audit.values import keep_changed
from links.domain.errors import Refused, Unreadable
from links.domain.events.kinds import EventKind
from links.domain.events.payloads import WebhookTest, write_body
from links.domain.events.webhooks import MAX_ADDRESS_LENGTH, SECRET_BYTES, SECRET_PREFIX, WebhookState
from links.domain.reasons import Reason
from links.domain.signed_urls.url_parts import DEFAULT_PORTS, split
from links.models import Webhook, WebhookMessage
from links.net.addresses import is_named
from links.net.dialler import refuse_forbidden
from links.services.audit.deletions import delete_recorded
from links.services.audit.recording import record
from links.services.audit.row_values import read_row
from links.services.webhooks import delivery
from links.services.webhooks.calls import prepare
from links.services.webhooks.events import forget_wanted

OVERLAP = timedelta(days=1)
"""For which messages are signed with the old secret as well, once it was rotated."""
RESOLVE_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class NewSecret:
    """The secret is shown to the one who asked for it, once."""

    webhook: Webhook
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class WebhookTestResult:
    """What a test came to: the HTTP status, None for no answer; the beginning of the answer; what went wrong, or ""."""

    status: int | None
    took_ms: int
    text: str
    trouble: str


def add(name: str, address: str, kinds: Collection[EventKind], by: User | None, now: datetime) -> NewSecret:
    """Raises `Refused`: webhook-address-malformed, webhook-address-unencrypted, webhook-address-private,
    webhook-address-forbidden, webhook-events-missing."""
    webhook = Webhook(
        name=name, host=_read_host(address), kinds=_list(kinds), state_since=now, created_at=now, made_by=by
    )
    webhook.address, webhook.secret = address, (secret := _make_secret())
    with transaction.atomic():
        webhook.save()
        record(Act.WEBHOOK_ADDED, webhook, after=read_row(webhook))
    transaction.on_commit(forget_wanted)
    return NewSecret(webhook, secret)


def change(webhook: Webhook, name: str, address: str, kinds: Collection[EventKind]) -> None:
    """`address` "" is the one that it has. What waits is sent to the new address. Raises what `add` refuses."""
    changed = Webhook.objects.get(pk=webhook.pk)
    before = read_row(changed)
    changed.name, changed.kinds = name, _list(kinds)
    if address:
        changed.host, changed.address = _read_host(address), address
    was, now_is = keep_changed(before, read_row(changed))
    with transaction.atomic():
        changed.save(update_fields=["name", "kinds", *(("host", "address") if address else ())])
        record(Act.WEBHOOK_CHANGED, changed, before=was, after={**now_is, "address_changed": bool(address)})
    if address:
        delivery.forget_pause(changed)
    transaction.on_commit(forget_wanted)
    webhook.refresh_from_db()


def turn_on(webhook: Webhook, now: datetime) -> bool:
    """It is told what happens from now on, and not what happened meanwhile: see `replays`. False where it was on."""
    off = Webhook.objects.filter(pk=webhook.pk).exclude(state=WebhookState.ON.value)
    with transaction.atomic():
        done = off.update(state=WebhookState.ON.value, state_since=now, failing_since=None, failures=0)
        if done:
            record(Act.WEBHOOK_STATE_CHANGED, webhook, before={"state": webhook.state}, after={"state": "on"})
    delivery.forget_pause(webhook)
    webhook.refresh_from_db()
    return bool(done)


def turn_off(webhook: Webhook, now: datetime) -> bool:
    return delivery.stop(webhook, WebhookState.OFF, now)


def rotate_secret(webhook: Webhook, now: datetime) -> NewSecret:
    """From now on messages are signed with a new secret, and for `OVERLAP` with the present one, too."""
    with transaction.atomic():
        rotated = Webhook.objects.select_for_update().get(pk=webhook.pk)
        rotated.previous_secret = rotated.secret.open() if rotated.secret else None
        rotated.previous_secret_until = now + OVERLAP
        rotated.secret = secret = _make_secret()
        rotated.save(update_fields=["secret", "previous_secret", "previous_secret_until"])
        record(Act.WEBHOOK_SECRET_ROTATED, rotated, after={"previous_until": rotated.previous_secret_until})
    webhook.refresh_from_db()
    return NewSecret(rotated, secret)


def send_test(webhook: Webhook, now: datetime) -> WebhookTestResult:
    """Send a test at once, whether the webhook is on or off, and wait for the answer: ten seconds at most.

    Raises `Unavailable`: secrets-unreadable, secrets-misplaced.
    """
    event_id = f"evt_{uuid4().hex}"
    call, trouble = prepare(webhook, event_id, write_body(event_id, None, WebhookTest(), now), now), ""
    try:
        call()
    except DeliveryFailed as failed:
        trouble = failed.detail
    record(Act.WEBHOOK_TESTED, webhook, after={"status": call.status or 0, "trouble": trouble})
    return WebhookTestResult(call.status, call.took_ms, call.text, trouble)


def delete(webhook: Webhook) -> None:
    """With all that waits for it."""
    with transaction.atomic():
        # In the order of `delivery.stop`: the rows that go along would be locked first otherwise. Who writes an event
        # keeps the webhook until that is done.
        Webhook.objects.select_for_update().filter(pk=webhook.pk).first()
        WebhookMessage.objects.filter(webhook=webhook).lock_in_order()
        delete_recorded(webhook, webhook.delete)
    transaction.on_commit(forget_wanted)


def _make_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def _list(kinds: Collection[EventKind]) -> list[str]:
    if not kinds:
        raise Refused(Reason.WEBHOOK_EVENTS_MISSING)
    return [kind.value for kind in EventKind if kind in kinds]


def _read_host(address: str) -> str:
    """The host of an address that may be called, with its port where that is not the usual one."""
    try:
        parts = split(address)
    except Unreadable:
        raise Refused(Reason.WEBHOOK_ADDRESS_MALFORMED) from None
    if len(address) > MAX_ADDRESS_LENGTH or not address.isascii():
        raise Refused(Reason.WEBHOOK_ADDRESS_MALFORMED)
    name, port = _split_port(parts.host, DEFAULT_PORTS[parts.scheme])
    if parts.scheme == "http" and not is_named(name, port, site.PROBE_ALLOWED_HOSTS):
        raise Refused(Reason.WEBHOOK_ADDRESS_UNENCRYPTED, host=parts.host)
    try:
        refuse_forbidden(name, port, seconds=RESOLVE_SECONDS)
    except Refused as refused:
        is_private = refused.reason is Reason.ENDPOINT_PRIVATE
        reason = Reason.WEBHOOK_ADDRESS_PRIVATE if is_private else Reason.WEBHOOK_ADDRESS_FORBIDDEN
        raise Refused(reason, host=refused.params.get("host", parts.host)) from None
    return parts.host


def _split_port(host: str, usual: int) -> tuple[str, int]:
    name, colon, port = host.rpartition(":")
    if colon and not port.endswith("]"):
        return name.strip("[]"), int(port)
    return host.strip("[]"), usual
