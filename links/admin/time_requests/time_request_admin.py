"""The admin of customers' requests for more time: their list, and the addresses of their pages."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from links.admin.base import badges
from links.admin.base.columns import NOTHING, show_moment, show_text
from links.admin.base.history_lists import LinkHistoryListAdmin
from links.admin.base.pages import address, require, staff_user
from links.admin.time_requests import decline, grant, time_request_page
from links.admin.time_requests.grant_labels import name_grant
from links.admin.time_requests.time_request_page import BACK_TO_LIST, may_answer
from links.forms.time_requests import WEEK
from links.models import TimeRequest
from links.services.links import changes, sharing
from links.texts.lifetimes import duration


@admin.register(TimeRequest)
class TimeRequestAdmin(LinkHistoryListAdmin[TimeRequest]):
    list_select_related = ["link__customer", "answered_by"]
    ordering = [F("answered_at").desc(nulls_first=True), "-pk"]
    change_list_template = "admin/links/timerequest/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[TimeRequest]:
        return super().get_queryset(request).prefetch_related("messages")

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """On a phone the button is seen beside what it is about."""
        first = ["shown_link", self._offer_answers(request)] if may_answer(request) else ["shown_link"]
        return [*first, "shown_state", "asked_at", "ends_at", "shown_answer"]

    @admin.display(description=_("State"))
    def shown_state(self, asked: TimeRequest) -> badges.Badge:
        return badges.of_time_request(asked)

    @admin.display(description=_("Link"))
    def shown_link(self, asked: TimeRequest) -> str:  # type: ignore[override]  # of one kind of row
        link = asked.link
        said = list(asked.messages.all())
        details = [f"#{link.pk}", link.customer.name if link.customer else "", *(one.mail for one in said)]
        return format_html(
            '<a href="{}">{}</a>{}<br><span class="meta">{}</span>',
            address(TimeRequest, "change", asked.pk),
            show_text(link.name_for_staff),
            format_html_join("", "<br>{}", ((show_text(one.message),) for one in said if one.message)),
            " · ".join(detail for detail in details if detail),
        )

    @admin.display(description=_("Requested at"))
    def asked_at(self, asked: TimeRequest) -> str:
        return show_moment(asked.at)

    @admin.display(description=_("Promised until"))
    def ends_at(self, asked: TimeRequest) -> str:
        return show_moment(asked.link.promised_until)

    @admin.display(description=_("Answered at"))
    def shown_answer(self, asked: TimeRequest) -> str:
        by = asked.answered_by or ""
        return format_html('{} <span class="meta">{}</span>', show_moment(asked.answered_at), by)

    def _offer_answers(self, request: HttpRequest) -> Callable[[TimeRequest], str]:
        """The list is a form already; these buttons send it elsewhere. None where the reader may share the file no
        longer: granting would be refused."""
        scope = sharing.find_scope(staff_user(request))

        @admin.display(description=_("Answer"))
        def buttons(asked: TimeRequest) -> str:
            if not asked.is_open or not changes.may_share_again(asked.link, scope):
                return NOTHING
            return format_html(
                '<button class="button" formaction="{}?back={}" name="lifetime" value="{}">{}</button>',
                address(TimeRequest, "grant", asked.pk),
                BACK_TO_LIST,
                duration(WEEK),
                name_grant(asked.link, timezone.now()),
            )

        return buttons

    # Its pages ----------------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        return [
            self.page("<path:object_id>/grant/", require_POST(grant.grant_time), "grant"),
            self.page("<path:object_id>/decline/", require_POST(decline.decline_time_request), "decline"),
            *super().get_urls(),
        ]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        require(object_id is not None)
        return time_request_page.show_time_request(request, str(object_id))
