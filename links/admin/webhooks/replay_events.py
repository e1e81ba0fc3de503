"""Send a webhook again all that has happened since a time."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop, ngettext

from links.admin.base.pages import go_to, log_change, render_form
from links.admin.webhooks.webhook_page import get_webhook_to_change
from links.forms.webhooks import ReplayForm
from links.models import Webhook
from links.texts.pages.histories import log_message


def replay_events(request: HttpRequest, object_id: str) -> HttpResponse:
    webhook = get_webhook_to_change(request, object_id)
    form = ReplayForm(request.POST or None)
    count = form.replay(webhook, timezone.now()) if request.method == "POST" and form.is_valid() else None
    if count is None:
        title = gettext("Send events again")
        return render_form(request, "webhook/replay", Webhook, form, title=title, original=webhook)
    log_change(request, webhook, log_message(gettext_noop("Events sent again.")))
    text = ngettext("%(count)s event is sent again.", "%(count)s events are sent again.", count)
    messages.success(request, text % {"count": count})
    return go_to(Webhook, "change", webhook.pk)
