"""The list of customers' visits: when, what came of them, and how far that can be known."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from links.admin.base import badges
from links.admin.base.columns import NOTHING, show_moment
from links.admin.base.history_lists import LinkHistoryListAdmin
from links.models import Visit


@admin.register(Visit)
class VisitAdmin(LinkHistoryListAdmin[Visit]):
    list_display = ["shown_at", "shown_outcome", "shown_link", "shown_address", "shown_browser", "times"]
    change_list_template = "admin/links/visit/change_list.html"

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
