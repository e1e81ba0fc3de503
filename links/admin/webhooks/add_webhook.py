"""Add a webhook. The secret with which its messages are signed is shown once, in the answer to the form."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from links.admin.base.pages import log_addition, may_add, render_form, render_page, require, staff_user
from links.forms.webhooks import WebhookForm
from links.models import Webhook


def add_webhook(request: HttpRequest) -> HttpResponse:
    require(may_add(request, Webhook))
    form = WebhookForm(request.POST or None)
    added = form.add(staff_user(request), timezone.now()) if request.method == "POST" and form.is_valid() else None
    if added is None:
        return render_form(request, "webhook/add", Webhook, form, title=gettext("Add a webhook"))
    log_addition(request, added.webhook)
    title = gettext("The webhook's secret")
    return render_page(request, "webhook/secret", Webhook, title=title, original=added.webhook, text=added.secret)
