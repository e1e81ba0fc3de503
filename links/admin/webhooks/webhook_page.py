"""The page of one webhook. Neither its secret nor its whole address is shown."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, gettext_noop

from links.admin.base import badges
from links.admin.base.columns import NOTHING, write_moment
from links.admin.base.pages import (
    address,
    get_row,
    go_to,
    log_change,
    may_change,
    may_delete,
    may_view,
    render_form,
    require,
)
from links.domain.events.webhooks import WebhookState
from links.forms.webhooks import WebhookForm
from links.models import Webhook, WebhookMessage
from links.texts.pages.histories import log_message
from links.texts.pages.webhooks import explain_state
from links.texts.people import name_person


def get_webhook(request: HttpRequest, object_id: str) -> Webhook:
    """Whoever may see none of them does not learn which there are: raises `PermissionDenied`, then `Http404`."""
    require(may_view(request, Webhook))
    return get_row(Webhook.objects.all(), object_id)


def get_webhook_to_change(request: HttpRequest, object_id: str) -> Webhook:
    webhook = get_webhook(request, object_id)
    require(may_change(request, Webhook))
    return webhook


def show_webhook(request: HttpRequest, object_id: str) -> HttpResponse:
    """And the form for what may be changed of it."""
    webhook = get_webhook(request, object_id)
    form = WebhookForm(request.POST or None, webhook=webhook)
    if request.method == "POST":
        require(may_change(request, Webhook))
        if form.is_valid() and form.change(webhook):
            log_change(request, webhook, log_message(gettext_noop("Changed.")))
            messages.success(request, gettext("Saved."))
            return go_to(Webhook, "change", webhook.pk)
    return render_form(
        request,
        "webhook/page",
        Webhook,
        form,
        title=Webhook.objects.get(pk=webhook.pk).name,
        original=webhook,
        badge=badges.of_webhook(webhook),
        explanation=explain_state(WebhookState(webhook.state)),
        facts=_list_facts(webhook),
        may_change=may_change(request, Webhook),
        may_delete=may_delete(request, Webhook),
        log=f"{address(WebhookMessage, 'changelist')}?webhook={webhook.pk}"
        if may_view(request, WebhookMessage)
        else "",
    )


def _list_facts(webhook: Webhook) -> list[tuple[str, str]]:
    return [
        (gettext("Host"), webhook.host),
        (gettext("Secret"), gettext("Encrypted and never shown.")),
        (gettext("The old secret counts until"), write_moment(webhook.previous_secret_until)),
        (gettext("In this state since"), write_moment(webhook.state_since)),
        (gettext("Nothing taken since"), write_moment(webhook.failing_since)),
        (gettext("Added at"), write_moment(webhook.created_at)),
        (gettext("Added by"), name_person(webhook.made_by) if webhook.made_by else NOTHING),
    ]
