"""Send a test to a webhook, and show what was answered."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from links.admin.base.pages import go_to
from links.admin.webhooks.webhook_page import get_webhook_to_change
from links.domain.errors import HoldfastError
from links.models import Webhook
from links.services.webhooks import webhooks
from links.texts import refusals
from links.texts.pages.webhooks import explain_test


def send_test(request: HttpRequest, object_id: str) -> HttpResponse:
    webhook = get_webhook_to_change(request, object_id)
    try:
        result = webhooks.send_test(webhook, timezone.now())
    except HoldfastError as error:
        messages.error(request, refusals.explain(error))
    else:
        level = messages.WARNING if result.trouble else messages.SUCCESS
        text = explain_test(result.status, result.took_ms, result.text, result.trouble)
        messages.add_message(request, level, text)
    return go_to(Webhook, "change", webhook.pk)
