"""The admin of webhooks: their list, and the addresses of all their pages."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from links.admin.base import badges
from links.admin.base.columns import show_moment
from links.admin.base.model_admin import HoldfastModelAdmin
from links.admin.webhooks import (
    add_webhook,
    delete_webhook,
    replay_events,
    rotate_secret,
    send_test,
    turn,
    webhook_page,
)
from links.models import Webhook


@admin.register(Webhook)
class WebhookAdmin(HoldfastModelAdmin[Webhook]):
    list_display = ["name", "host", "shown_state", "event_count", "shown_failing", "added"]
    sortable_by = ("name", "host")
    explained = _("Other systems that are told by signed messages what happens to links and incidents.")

    @admin.display(description=_("State"))
    def shown_state(self, webhook: Webhook) -> badges.Badge:
        return badges.of_webhook(webhook)

    @admin.display(description=_("Events"))
    def event_count(self, webhook: Webhook) -> int:
        return len(webhook.read_kinds())

    @admin.display(description=_("failing since"))
    def shown_failing(self, webhook: Webhook) -> str:
        return show_moment(webhook.failing_since)

    @admin.display(description=_("Added at"))
    def added(self, webhook: Webhook) -> str:
        return show_moment(webhook.created_at)

    def get_row(self, request: HttpRequest, object_id: str) -> Webhook:
        return webhook_page.get_webhook(request, object_id)

    def get_urls(self) -> list[URLPattern]:
        return [
            self.page("<path:object_id>/test/", require_POST(send_test.send_test), "test"),
            self.page("<path:object_id>/on/", require_POST(turn.turn_on), "on"),
            self.page("<path:object_id>/off/", require_POST(turn.turn_off), "off"),
            self.page("<path:object_id>/rotate/", rotate_secret.rotate_secret, "rotate"),
            self.page("<path:object_id>/replay/", replay_events.replay_events, "replay"),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return add_webhook.add_webhook(request)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        return webhook_page.show_webhook(request, object_id)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return delete_webhook.delete_webhook(request, object_id)
