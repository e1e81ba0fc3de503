"""Customers' visits."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from links.admin import badges
from links.admin.columns import show_moment
from links.admin.pages import ReadOnlyDesk
from links.models import Visit


@admin.register(Visit)
class VisitDesk(ReadOnlyDesk[Visit]):
    # Rows are appended as time goes: the primary key orders them without a sort.
    ordering = ["-pk"]
    sortable_by = ()
    list_display = ["shown_at", "link", "shown_outcome", "address"]
    list_display_links = None
    list_select_related = ["link"]

    @admin.display(description=_("At"))
    def shown_at(self, visit: Visit) -> str:
        return show_moment(visit.at)

    @admin.display(description=_("Outcome"))
    def shown_outcome(self, visit: Visit) -> badges.Badge:
        return badges.of_visit(visit.outcome)
