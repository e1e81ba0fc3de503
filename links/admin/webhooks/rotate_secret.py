"""Give a webhook another secret, which is shown once; for a day messages carry the signature of either."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from links.admin.base.pages import log_change, render_page
from links.admin.webhooks.webhook_page import get_webhook_to_change
from links.models import Webhook
from links.services.webhooks import webhooks
from links.texts.pages.histories import log_message


def rotate_secret(request: HttpRequest, object_id: str) -> HttpResponse:
    webhook = get_webhook_to_change(request, object_id)
    if request.method != "POST":
        return render_page(request, "webhook/rotate", Webhook, title=gettext("Rotate the secret"), original=webhook)
    rotated = webhooks.rotate_secret(webhook, timezone.now())
    log_change(request, webhook, log_message(gettext_noop("Secret rotated.")))
    title = gettext("The webhook's secret")
    return render_page(request, "webhook/secret", Webhook, title=title, original=webhook, text=rotated.secret)
