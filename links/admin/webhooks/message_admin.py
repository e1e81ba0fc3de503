"""The log of what was sent to webhooks: to whom, when, what was answered, and when it is tried again."""

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from links.admin.base import badges
from links.admin.base.change_lists import AllowedFilter, NumberFilter
from links.admin.base.columns import NOTHING, show_moment
from links.admin.base.history_lists import HistoryListAdmin
from links.admin.base.pages import address, may_change
from links.domain.errors import Refused
from links.domain.events.kinds import EventKind
from links.models import Incident, ShareLink, Webhook, WebhookMessage
from links.services.webhooks import replays
from links.texts import refusals

MAX_REPLAYED = 100


class WebhookFilter(NumberFilter):
    title = _("webhook")
    parameter_name = "webhook"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[WebhookMessage]) -> list[tuple[str, str]]:
        return [(str(webhook.pk), webhook.name) for webhook in Webhook.objects.all()]

    def narrow(self, queryset: QuerySet[WebhookMessage], number: int) -> QuerySet[WebhookMessage]:
        return queryset.filter(webhook=number)


class StateFilter(AllowedFilter):
    title = _("State")
    parameter_name = "state"
    _states = {
        "waiting": Q(delivered_at=None, given_up_at=None),
        "failing": Q(delivered_at=None, given_up_at=None, attempts__gt=0),
        "delivered": Q(delivered_at__isnull=False),
        "given-up": Q(given_up_at__isnull=False),
    }

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[WebhookMessage]) -> list[tuple[str, str]]:
        names = gettext("Not sent yet"), gettext("Is tried again"), gettext("Delivered"), gettext("Given up")
        return list(zip(self._states, names, strict=True))

    def queryset(self, request: HttpRequest, queryset: QuerySet[WebhookMessage]) -> QuerySet[WebhookMessage]:
        return queryset.filter(self._states[value]) if (value := self.value()) else queryset


class KindFilter(AllowedFilter):
    title = _("event")
    parameter_name = "event"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[WebhookMessage]) -> list[tuple[str, str]]:
        return [(kind.value, kind.value) for kind in EventKind]

    def queryset(self, request: HttpRequest, queryset: QuerySet[WebhookMessage]) -> QuerySet[WebhookMessage]:
        return queryset.filter(event__kind=self.value()) if self.value() else queryset


@admin.action(description=_("Send again"), permissions=["replay"])
def replay_selected(_admin: "WebhookMessageAdmin", request: HttpRequest, queryset: QuerySet[WebhookMessage]) -> None:
    sent = 0
    for message in queryset.order_by("event")[:MAX_REPLAYED]:
        try:
            replays.replay(message, timezone.now())
            sent += 1
        except Refused as refused:
            messages.error(request, refusals.explain(refused))
            return
    text = ngettext("%(count)s event is sent again.", "%(count)s events are sent again.", sent)
    messages.success(request, text % {"count": sent})


@admin.register(WebhookMessage)
class WebhookMessageAdmin(HistoryListAdmin[WebhookMessage]):
    list_display = [
        *(
            "shown_at",
            "kind",
            "shown_about",
            "shown_webhook",
            "shown_state",
            "shown_status",
            "took",
            "attempts",
            "next_try",
        ),
        "last_error",
    ]
    list_filter = [WebhookFilter, StateFilter, KindFilter]
    list_select_related = ["event", "webhook"]
    actions = [replay_selected]
    explained = _("What other systems were told, and what they answered. It is kept for 30 days.")

    def has_replay_permission(self, request: HttpRequest) -> bool:
        return may_change(request, Webhook)

    @admin.display(description=_("At"))
    def shown_at(self, message: WebhookMessage) -> str:
        return show_moment(message.event.at)

    @admin.display(description=_("event"))
    def kind(self, message: WebhookMessage) -> str:
        return message.event.kind

    @admin.display(description=_("About"))
    def shown_about(self, message: WebhookMessage) -> str:
        event = message.event
        if event.link_id:
            return format_html('<a href="{}">#{}</a>', address(ShareLink, "change", event.link_id), event.link_id)
        page = address(Incident, "change", event.incident_id)
        return format_html('<a href="{}">{}</a>', page, gettext("Incident"))

    @admin.display(description=_("webhook"))
    def shown_webhook(self, message: WebhookMessage) -> str:
        return message.webhook.name

    @admin.display(description=_("State"))
    def shown_state(self, message: WebhookMessage) -> badges.Badge:
        return badges.of_webhook_message(message)

    @admin.display(description=_("Answer"))
    def shown_status(self, message: WebhookMessage) -> str:
        return f"HTTP {message.status}" if message.status else NOTHING

    @admin.display(description=_("milliseconds"))
    def took(self, message: WebhookMessage) -> str:
        return str(message.took_ms) if message.attempts else NOTHING

    @admin.display(description=_("Next try"))
    def next_try(self, message: WebhookMessage) -> str:
        return show_moment(message.due_at)
