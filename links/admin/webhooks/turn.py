"""Turn a webhook on or off."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from links.admin.base.pages import go_to, log_change
from links.admin.webhooks.webhook_page import get_webhook_to_change
from links.models import Webhook
from links.services.webhooks import webhooks
from links.texts.pages.histories import log_message


def turn_on(request: HttpRequest, object_id: str) -> HttpResponse:
    webhook = get_webhook_to_change(request, object_id)
    if webhooks.turn_on(webhook, timezone.now()):
        log_change(request, webhook, log_message(gettext_noop("Turned on.")))
        messages.success(request, gettext("The webhook is on. What happened meanwhile is sent if you ask for it."))
    return go_to(Webhook, "change", webhook.pk)


def turn_off(request: HttpRequest, object_id: str) -> HttpResponse:
    webhook = get_webhook_to_change(request, object_id)
    if webhooks.turn_off(webhook, timezone.now()):
        log_change(request, webhook, log_message(gettext_noop("Turned off.")))
        messages.success(request, gettext("The webhook is off. What was waiting for it is not sent."))
    return go_to(Webhook, "change", webhook.pk)
