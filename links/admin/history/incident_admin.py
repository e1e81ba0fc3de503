"""The admin of incidents: their list, and the addresses of their pages."""

from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from links.admin.base import badges
from links.admin.base.change_lists import AllowedFilter
from links.admin.base.columns import NOTHING, show_moment
from links.admin.base.finding_views import name_about, name_cause
from links.admin.base.model_admin import ReadOnlyModelAdmin, SearchedModelAdmin
from links.admin.base.pages import require
from links.admin.history import incident_page, rescue_affected
from links.models import Incident
from links.queries.link_state import forecast_incident
from links.texts.pages import forecasts


class OpenFilter(AllowedFilter):
    title = _("state")
    parameter_name = "is"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ANN401
        return [("open", gettext("Open")), ("resolved", gettext("Resolved"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Incident]) -> QuerySet[Incident]:
        if self.value() not in ("open", "resolved"):
            return queryset
        return queryset.filter(resolved_at__isnull=self.value() == "open")


@admin.register(Incident)
class IncidentAdmin(SearchedModelAdmin[Incident], ReadOnlyModelAdmin[Incident]):
    list_display = ["gravity", "cause", "about", "since", "link_count", "stops_working_on", "notices_state", "over"]
    list_display_links = ["cause"]
    list_filter = [OpenFilter]
    search_fields = Incident.searched
    ordering = [F("resolved_at").desc(nulls_first=True), "-opened_at", "-pk"]
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Incident]:
        return super().get_queryset(request).prefetch_related("notices")

    @admin.display(description=_("State"))
    def gravity(self, incident: Incident) -> badges.Badge:
        return badges.of_incident(incident)

    @admin.display(description=_("Cause"))
    def cause(self, incident: Incident) -> str:
        return name_cause(incident)

    @admin.display(description=_("About"))
    def about(self, incident: Incident) -> str:
        return name_about(incident) or NOTHING

    @admin.display(description=_("Since"))
    def since(self, incident: Incident) -> str:
        return show_moment(incident.opened_at)

    @admin.display(description=_("First to stop working"))
    def stops_working_on(self, incident: Incident) -> str:
        found = forecast_incident(incident, timezone.now())
        if found is None:
            return NOTHING
        if found.at is None:
            return forecasts.name(found)
        return format_html("{} {}", forecasts.name(found), show_moment(found.at))

    @admin.display(description=_("Resolved"))
    def over(self, incident: Incident) -> str:
        return show_moment(incident.resolved_at)

    @admin.display(description=_("Alerts"))
    def notices_state(self, incident: Incident) -> str:
        """How many are in which state."""
        shown = [badges.of_notice(notice) for notice in incident.notices.all()]
        counts = [(badge, shown.count(badge)) for badge in dict.fromkeys(shown)]
        return format_html_join(" ", "{} {}", ((badge, count) for badge, count in counts)) or NOTHING

    # Its pages ----------------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        rescue = require_POST(rescue_affected.rescue_affected)
        return [self.page("<path:object_id>/rescue/", rescue, "rescue"), *super().get_urls()]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        require(object_id is not None)
        return incident_page.show_incident(request, str(object_id))
