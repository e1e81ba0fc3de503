"""Rescue: a foreign or presigned link becomes a stable one, after a question."""

from collections.abc import Sequence
from functools import partial

from django.contrib import admin
from django.contrib.admin.models import ADDITION, CHANGE
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language, gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from links.admin.base.model_admin import AT_ONCE, log_all, who
from links.admin.link_actions.bulk import BulkDesk, Selection, choose
from links.admin.link_actions.new_urls import NewUrl, build_new_urls
from links.admin.link_actions.rescue_preview import build_rescue_preview
from links.admin.links.handover import to_handover
from links.models import ShareLink
from links.services import sharing
from links.services.rescue import Row, foresee_rescue, rescue_links
from links.words import handing
from links.words.handing import Message
from links.words.histories import keep


class RescuingDesk(BulkDesk):
    def rescue_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        link = self.find(request, object_id)
        return self.rescue(request, Selection([link]), cancel=self.address("change", link.pk))

    @admin.action(description=_("Rescue: make stable links"), permissions=["change", "add"])
    def rescue_selected(self, request: HttpRequest, queryset: QuerySet[ShareLink]) -> HttpResponse:
        return self._ask_whether(request, choose(queryset), action=self.address("rescue_many"))

    def rescue_many_view(self, request: HttpRequest) -> HttpResponse:
        return self.rescue(request, self.read_chosen(request), cancel=self.address("changelist"))

    def rescue(self, request: HttpRequest, chosen: Selection, *, cancel: str) -> HttpResponse:
        """Ask first; do it where the answer is posted back."""
        self.require(self.may_rescue(request))
        if "confirm" not in request.POST:
            return self._ask_whether(request, chosen, cancel=cancel)
        scope = sharing.find_scope(who(request))
        return self._show_rescued(request, rescue_links(chosen.links, who(request), scope, timezone.now()), chosen)

    def may_rescue(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request) and self.has_add_permission(request)

    def _ask_whether(
        self, request: HttpRequest, chosen: Selection, *, action: str = "", cancel: str = ""
    ) -> HttpResponse:
        return self.render(
            request,
            "sharelink/rescue",
            title=gettext("Are you sure?"),
            page=build_rescue_preview(foresee_rescue(chosen.links, sharing.find_scope(who(request)), timezone.now())),
            chosen=chosen if action else None,
            has_more=chosen.has_more,
            action=action,
            cancel=cancel or self.address("changelist"),
        )

    def _show_rescued(self, request: HttpRequest, rows: Sequence[Row], chosen: Selection) -> HttpResponse:
        """The one page that shows the new links' URLs; it is the answer to the request that made them."""
        made = [row.issued.link for row in rows if row.issued]
        log_all(request, ADDITION, made, keep(gettext_noop("Made by a rescue.")))
        log_all(request, CHANGE, [row.link for row in rows if row.issued], keep(gettext_noop("Rescued.")))
        return self.render(
            request,
            "sharelink/rescued",
            title=gettext("Rescue"),
            page=build_new_urls(rows, "rescued_link", who(request), partial(_invite, who(request))),
            has_more=chosen.has_more,
            at_once=AT_ONCE,
        )


def _invite(sender: User, rows: Sequence[NewUrl]) -> Message:
    """In the customer's language, or the sender's where no customer is named."""
    customer = rows[0].new.customer
    handovers = [to_handover(row.new, row.url, sender) for row in rows]
    return handing.write_anew(handovers, customer.language if customer else get_language() or "")
