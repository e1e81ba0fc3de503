"""Lists of what happened: the product appends to them, and people read, the latest first."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from links.admin.base import badges
from links.admin.base.change_lists import NumberFilter, Row
from links.admin.base.columns import show_link, show_moment
from links.admin.base.model_admin import ListOnlyAdmin
from links.models import IncidentNotice, LinkMail, TimeRequest, Validation, Visit


class HistoryListAdmin(ListOnlyAdmin[Row]):
    # Rows are appended as time goes: the primary key orders them without a sort.
    ordering = ["-pk"]


class LinkFilter(NumberFilter):
    title = _("link")
    parameter_name = "link"

    def narrow(self, queryset: QuerySet[Any], number: int) -> QuerySet[Any]:
        return queryset.filter(link=number)


class LinkHistoryListAdmin(HistoryListAdmin[Row]):
    """What happened to links: only to those that the reader may know of."""

    list_select_related = ["link"]
    list_filter = [LinkFilter]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Row]:
        return super().get_queryset(request).seen_by(request.user)  # type: ignore[attr-defined,no-any-return]

    @admin.display(description=_("Link"))
    def shown_link(self, row: LinkMail | TimeRequest | Validation | Visit) -> str:
        return show_link(row.link)


class OutboxAdmin(HistoryListAdmin[Row]):
    @admin.display(description=_("State"))
    def shown_state(self, message: LinkMail | IncidentNotice) -> badges.Badge:
        return badges.of_notice(message)

    @admin.display(description=_("Made at"))
    def made(self, message: LinkMail | IncidentNotice) -> str:
        return show_moment(message.created_at)

    @admin.display(description=_("Delivered at"))
    def delivered(self, message: LinkMail | IncidentNotice) -> str:
        return show_moment(message.delivered_at)
