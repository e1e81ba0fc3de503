"""Delete a webhook, with the log of what it was sent."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from links.admin.base.pages import go_to, may_delete, render_page, require
from links.admin.webhooks.webhook_page import get_webhook
from links.models import Webhook
from links.services.webhooks import webhooks


def delete_webhook(request: HttpRequest, object_id: str) -> HttpResponse:
    """Django's own page would load every message to list it."""
    webhook = get_webhook(request, object_id)
    require(may_delete(request, Webhook))
    if request.method != "POST":
        return render_page(request, "webhook/delete", Webhook, title=gettext("Delete the webhook"), original=webhook)
    webhooks.delete(webhook)
    messages.success(request, gettext("The webhook was deleted."))
    return go_to(Webhook, "changelist")
