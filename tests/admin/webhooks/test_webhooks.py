"""The pages of webhooks: added, tested, rotated, told again; the secret is seen once."""

from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client

from links.domain.events.kinds import EventKind
from links.models import ShareLink, Webhook, WebhookMessage
from links.services.webhooks import delivery, events
from tests.fake_receivers import HOST, WebhookReceiver, closed_port
from tests.services.webhooks.hearing import add_webhook, verify

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    with WebhookReceiver() as running:
        yield running


def enter(receiver: WebhookReceiver, **more: object) -> dict[str, object]:
    address = f"http://{HOST}:{receiver.port}/hook?key=of-the-receiver"
    return {"name": "orders", "address": address, "kinds": ["link.made", "link.revoked"], **more}


def page_of(webhook: Webhook, page: str = "change") -> str:
    return f"/admin/links/webhook/{webhook.pk}/{page}/"


def press(client: Client, webhook: Webhook, page: str, **entered: str) -> str:
    return unescape(client.post(page_of(webhook, page), entered, follow=True).content.decode())


def revoke_one() -> ShareLink:
    link = ShareLink.objects.create(delivery="stable", asked_until=NOW, promised_until=NOW, created_at=NOW)
    events.tell_revoked([link.pk], NOW)
    return link


def test_the_secret_is_shown_once_and_the_address_never(admin_client: Client, receiver: WebhookReceiver) -> None:
    shown = unescape(admin_client.post("/admin/links/webhook/add/", enter(receiver)).content.decode())
    webhook = Webhook.objects.get()
    secret = webhook.secret.open() if webhook.secret else ""
    assert secret in shown
    for page in (page_of(webhook), "/admin/links/webhook/", page_of(webhook, "history")):
        seen = unescape(admin_client.get(page).content.decode())
        assert secret not in seen
        assert "of-the-receiver" not in seen
    assert f"{HOST}:{receiver.port}" in unescape(admin_client.get(page_of(webhook)).content.decode())


def test_a_refused_form_repeats_no_address(admin_client: Client, receiver: WebhookReceiver) -> None:
    shown = admin_client.post("/admin/links/webhook/add/", enter(receiver, kinds=[])).content.decode()
    assert "Choose at least one event" in unescape(shown)
    assert "of-the-receiver" not in shown


def test_a_test_shows_the_answer(admin_client: Client, receiver: WebhookReceiver) -> None:
    added = add_webhook(receiver)
    receiver.body = b"thank you"
    assert "thank you" in press(admin_client, added.webhook, "test")
    assert verify(receiver.calls[0], added.secret)["type"] == "webhook.test"
    with closed_port() as port:
        assert "Nobody took the test" in press(admin_client, add_webhook(port).webhook, "test")


def test_a_rotated_secret_is_shown_once(admin_client: Client, receiver: WebhookReceiver) -> None:
    added = add_webhook(receiver)
    shown = press(admin_client, added.webhook, "rotate")
    rotated = Webhook.objects.get()
    assert rotated.secret is not None
    assert rotated.secret.open() in shown
    assert added.secret not in shown
    assert rotated.previous_secret_until is not None


def test_it_is_changed_and_keeps_its_address(admin_client: Client, receiver: WebhookReceiver) -> None:
    webhook = add_webhook(receiver).webhook
    admin_client.post(page_of(webhook), {"name": "shop", "address": "", "kinds": "link.made"})
    changed = Webhook.objects.get()
    assert (changed.name, changed.kinds) == ("shop", ["link.made"])
    assert changed.address is not None
    assert changed.address.open().endswith("of-the-receiver")


def test_it_is_turned_off_and_on(admin_client: Client, receiver: WebhookReceiver) -> None:
    webhook = add_webhook(receiver).webhook
    assert "The webhook is off." in press(admin_client, webhook, "off")
    assert not Webhook.objects.get().is_on
    assert "The webhook is on." in press(admin_client, webhook, "on")
    assert Webhook.objects.get().is_on


def test_events_are_sent_again_one_or_all(admin_client: Client, receiver: WebhookReceiver) -> None:
    webhook = add_webhook(receiver, EventKind.LINK_REVOKED).webhook
    revoke_one()
    delivery.deliver_due(lambda: NOW)
    message = WebhookMessage.objects.get()
    entered = {"action": "replay_selected", "_selected_action": message.pk}
    answer = admin_client.post("/admin/links/webhookmessage/", entered, follow=True)
    assert "1 event is sent again." in answer.content.decode()
    assert WebhookMessage.objects.get().delivered_at is None
    revoke_one()
    assert "2 events are sent again." in press(admin_client, webhook, "replay", since="2026-03-01T00:00")


def test_the_log_tells_of_each_and_is_filtered(admin_client: Client, receiver: WebhookReceiver) -> None:
    webhook, link = add_webhook(receiver, EventKind.LINK_REVOKED).webhook, revoke_one()
    receiver.status = 500
    delivery.deliver_due(lambda: NOW)
    log = "/admin/links/webhookmessage/"
    shown = admin_client.get(f"{log}?webhook={webhook.pk}&state=failing&event=link.revoked").content.decode()
    assert "HTTP 500" in shown
    assert f'/sharelink/{link.pk}/change/">#{link.pk}</a>' in shown
    assert "HTTP 500" not in admin_client.get(f"{log}?state=delivered").content.decode()


def test_it_is_deleted_with_its_log(admin_client: Client, receiver: WebhookReceiver) -> None:
    webhook = add_webhook(receiver).webhook
    revoke_one()
    assert "The webhook was deleted." in press(admin_client, webhook, "delete")
    assert not Webhook.objects.exists()
    assert not WebhookMessage.objects.exists()


def test_who_may_not_see_webhooks_gets_none(client: Client, receiver: WebhookReceiver, db: None) -> None:
    webhook = add_webhook(receiver).webhook
    client.force_login(User.objects.create_user("mika", is_staff=True))
    assert client.get(page_of(webhook)).status_code == 403
    assert client.post(page_of(webhook, "rotate")).status_code == 403
