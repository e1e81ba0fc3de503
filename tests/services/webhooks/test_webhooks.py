"""Webhooks added, changed, tested; secrets rotated without a message that nobody can verify."""

from datetime import UTC, datetime

import pytest
from standardwebhooks import WebhookVerificationError

from links.domain.audit.acts import Act
from links.domain.errors import Refused
from links.domain.events.kinds import EventKind
from links.models import AuditRecord, Webhook
from links.services.webhooks import calls, webhooks
from links.services.webhooks.webhooks import OVERLAP
from tests.fake_receivers import HOST, WebhookReceiver, closed_port
from tests.services.webhooks.hearing import add_webhook, read_address, read_again, verify
from tests.site_settings import SiteSettings

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


def refuse(address: str) -> str:
    with pytest.raises(Refused) as refused:
        webhooks.add("orders", address, [EventKind.LINK_MADE], None, NOW)
    assert not Webhook.objects.exists()
    return refused.value.code


def test_the_address_and_the_secret_are_kept_encrypted(receiver: WebhookReceiver) -> None:
    added = add_webhook(receiver)
    row = Webhook.objects.values().get()
    assert added.secret.startswith("whsec_")
    assert row["host"] == f"{HOST}:{receiver.port}"
    assert "of-the-receiver" not in str(row)
    assert added.secret not in repr(added) + str(row)
    assert read_address(added.webhook).endswith("/hook?key=of-the-receiver")


@pytest.mark.parametrize(
    "address", ["", "orders", "ftp://example.com", "https://a:b@example.com/", "https://例.example/ä"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    assert refuse(address) == "webhook-address-malformed"


def test_an_address_without_tls_needs_leave() -> None:
    assert refuse("http://203.0.113.7/hook") == "webhook-address-unencrypted"


def test_an_address_inside_needs_leave_and_a_metadata_service_gets_none(site_settings: SiteSettings) -> None:
    site_settings.PROBE_ALLOWED_HOSTS = ["169.254.169.254"]
    assert refuse("https://10.0.0.1/hook") == "webhook-address-private"
    assert refuse("http://169.254.169.254/hook") == "webhook-address-forbidden"


def test_a_webhook_without_an_event_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        webhooks.add("orders", "https://93.184.216.34/hook", [], None, NOW)
    assert refused.value.code == "webhook-events-missing"


def test_a_test_is_sent_and_its_answer_shown(receiver: WebhookReceiver) -> None:
    added = add_webhook(receiver)
    receiver.status, receiver.body = 422, b"unknown type"
    result = webhooks.send_test(added.webhook, datetime.now(UTC))
    assert (result.status, result.text, result.trouble) == (422, "unknown type", "HTTP 422: unknown type")
    told = verify(receiver.calls[0], added.secret)
    assert (told["type"], told["data"]) == ("webhook.test", {"message": "This is a test."})


def test_a_test_says_that_nobody_is_there() -> None:
    with closed_port() as port:
        result = webhooks.send_test(add_webhook(port).webhook, NOW)
    assert (result.status, result.trouble) == (None, calls.NO_CONNECTION)


def test_both_secrets_verify_during_a_rotation_and_the_old_one_no_longer(receiver: WebhookReceiver) -> None:
    added = add_webhook(receiver)
    now = datetime.now(UTC)
    rotated = webhooks.rotate_secret(added.webhook, now)
    webhooks.send_test(read_again(added.webhook), now)
    assert verify(receiver.calls[0], added.secret) == verify(receiver.calls[0], rotated.secret)
    webhooks.send_test(read_again(added.webhook), now + OVERLAP)
    assert verify(receiver.calls[1], rotated.secret)
    with pytest.raises(WebhookVerificationError):
        verify(receiver.calls[1], added.secret)


def test_a_change_keeps_the_address_where_none_is_given(receiver: WebhookReceiver) -> None:
    webhook = add_webhook(receiver).webhook
    webhooks.change(webhook, "shop", "", [EventKind.LINK_REVOKED])
    kept = read_again(webhook)
    assert (kept.name, kept.kinds) == ("shop", ["link.revoked"])
    assert read_address(webhook).endswith("of-the-receiver")
    webhooks.change(webhook, "shop", f"http://{HOST}:{receiver.port}/other", [EventKind.LINK_REVOKED])
    assert read_address(webhook).endswith("/other")


def test_it_is_turned_off_and_on(receiver: WebhookReceiver) -> None:
    webhook = add_webhook(receiver).webhook
    assert webhooks.turn_off(webhook, NOW)
    assert not webhooks.turn_off(webhook, NOW)
    assert webhooks.turn_on(read_again(webhook), NOW)
    assert not webhooks.turn_on(webhook, NOW)
    assert read_again(webhook).is_on


def test_all_of_it_is_recorded(receiver: WebhookReceiver) -> None:
    webhook = add_webhook(receiver).webhook
    webhooks.change(webhook, "shop", "", [EventKind.LINK_REVOKED])
    webhooks.rotate_secret(webhook, NOW)
    webhooks.send_test(webhook, NOW)
    webhooks.turn_off(webhook, NOW)
    webhooks.turn_on(webhook, NOW)
    webhooks.delete(webhook)
    acts = [
        Act.WEBHOOK_ADDED, Act.WEBHOOK_CHANGED, Act.WEBHOOK_SECRET_ROTATED, Act.WEBHOOK_TESTED,
        Act.WEBHOOK_STATE_CHANGED, Act.WEBHOOK_STATE_CHANGED, Act.WEBHOOK_DELETED,
    ]  # fmt: skip
    assert list(AuditRecord.objects.order_by("pk").values_list("act", flat=True)) == [act.value for act in acts]
