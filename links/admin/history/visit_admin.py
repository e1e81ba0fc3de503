"""The list of customers' visits: when, what came of them, and how far that can be known."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from links.admin.base import badges
from links.admin.base.change_lists import AllowedFilter
from links.admin.base.columns import NOTHING, show_moment
from links.admin.base.history_lists import LinkFilter, LinkHistoryListAdmin
from links.domain.visits.access import Outcome
from links.models import ShareLink, Visit
from links.queries import link_search
from links.texts import labels


class OutcomeFilter(AllowedFilter):
    title = _("outcome")
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Visit]) -> list[tuple[str, str]]:
        return [(outcome.value, labels.visit_label(outcome)) for outcome in Outcome]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Visit]) -> QuerySet[Visit]:
        return queryset.filter(outcome=self.value()) if self.value() else queryset


@admin.register(Visit)
class VisitAdmin(LinkHistoryListAdmin[Visit]):
    list_filter = [OutcomeFilter, LinkFilter]
    search_fields = ["link__object_key"]
    search_help_text = _("Name of the file or of the customer, or a link's number.")
    list_display = ["shown_at", "shown_outcome", "shown_link", "shown_address", "shown_browser", "times"]
    change_list_template = "admin/links/visit/change_list.html"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Visit], search_term: str
    ) -> tuple[QuerySet[Visit], bool]:
        """Those of the links that the same words find in the list of links."""
        text = search_term.strip()
        found = ShareLink.objects.filter(link_search.match(text)) if text else None
        return (queryset if found is None else queryset.filter(link__in=found.order_by().values("pk"))), False

    @admin.display(description=_("At"))
    def shown_at(self, visit: Visit) -> str:
        return show_moment(visit.at)

    @admin.display(description=_("Outcome"))
    def shown_outcome(self, visit: Visit) -> badges.Badge:
        return badges.of_visit(visit.outcome)

    @admin.display(description=_("Network"))
    def shown_address(self, visit: Visit) -> str:
        return visit.address or NOTHING

    @admin.display(description=_("Browser"))
    def shown_browser(self, visit: Visit) -> str:
        return visit.browser or NOTHING
