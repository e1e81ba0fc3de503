"""Rescue: a foreign or presigned link becomes a stable one."""

from collections.abc import Sequence

from django.contrib import admin
from django.contrib.admin.models import ADDITION, CHANGE
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from links.admin.bulk import choose
from links.admin.pages import AT_ONCE, Desk, log_all, who
from links.admin.rescued import tell_rescued
from links.models import ShareLink
from links.services.rescue import Row, rescue_links


class RescuingDesk(Desk[ShareLink]):
    def rescue_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.rescue(request, [self.find(request, object_id)])

    @admin.action(description=_("Rescue: make stable links"), permissions=["change", "add"])
    def rescue_these(self, request: HttpRequest, queryset: QuerySet[ShareLink]) -> HttpResponse:
        chosen = choose(queryset)
        return self.rescue(request, chosen.links, has_more=chosen.has_more)

    def rescue(self, request: HttpRequest, links: Sequence[ShareLink], *, has_more: bool = False) -> HttpResponse:
        self.require(self.may_rescue(request))
        return self.show_rescued(request, rescue_links(links, who(request), timezone.now()), has_more=has_more)

    def may_rescue(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request) and self.has_add_permission(request)

    def show_rescued(self, request: HttpRequest, rows: Sequence[Row], *, has_more: bool = False) -> HttpResponse:
        """The one page that shows the new links' URLs; it is the answer to the request that made them."""
        made = [row.issued.link for row in rows if row.issued]
        log_all(request, ADDITION, made, gettext("Made by a rescue."))
        log_all(request, CHANGE, [row.link for row in rows if row.issued], gettext("Rescued."))
        return self.render(
            request,
            "sharelink/rescued",
            title=gettext("Rescue"),
            page=tell_rescued(rows),
            has_more=has_more,
            at_once=AT_ONCE,
        )
