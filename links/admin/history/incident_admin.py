"""The pages of incidents and of the notices about them."""

from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from links.admin.base import badges
from links.admin.base.change_lists import OfferedFilter
from links.admin.base.columns import NOTHING, show_moment
from links.admin.base.finding_views import FindingView, build_finding_view, name_about, name_cause, read_cause
from links.admin.base.history_lists import OutboxAdmin
from links.admin.base.model_admin import ReadOnlyModelAdmin, SearchedModelAdmin, who
from links.admin.link_actions.bulk import choose
from links.admin.links.link_admin import LinkAdmin
from links.domain.incidents import NoticeKind
from links.models import Incident, Notice, ShareLink
from links.queries.link_state import read_state
from links.services import rescue
from links.words import states

SHOWN_LINKS = 100
SHOWN_NOTICES = 100


class OpenFilter(OfferedFilter):
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
    list_display = ["gravity", "cause", "about", "since", "link_count", "dies_by", "told", "over"]
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

    @admin.display(description=_("Bites"))
    def dies_by(self, incident: Incident) -> str:
        return show_moment(incident.bites_at if incident.is_open else None)

    @admin.display(description=_("Resolved"))
    def over(self, incident: Incident) -> str:
        return show_moment(incident.resolved_at)

    @admin.display(description=_("Notices"))
    def told(self, incident: Incident) -> str:
        """How many are in which state."""
        shown = [badges.of_notice(notice) for notice in incident.notices.all()]
        counts = [(badge, shown.count(badge)) for badge in dict.fromkeys(shown)]
        return format_html_join(" ", "{} {}", ((badge, count) for badge, count in counts)) or NOTHING

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.rescue_view))
        return [path("<path:object_id>/rescue/", view, name="links_incident_rescue"), *super().get_urls()]

    def rescue_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        self.require(self.has_view_permission(request) and self._may_rescue(request))
        incident = self.find(request, object_id)
        chosen = choose(rescue.list_rescuable(incident, who(request)))
        return _links(self).rescue(request, chosen, cancel=self.address("change", incident.pk))

    def _may_rescue(self, request: HttpRequest) -> bool:
        """All that an incident harms, whoever made it."""
        return _links(self).may_rescue(request) and who(request).has_perm("links.see_every_sharelink")

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        self.require(object_id is not None and self.has_view_permission(request))
        incident = self.find(request, str(object_id))
        return self.render(
            request,
            "incident/page",
            title=name_cause(incident),
            incident=incident,
            badge=badges.of_incident(incident),
            about=name_about(incident),
            told=_tell_cause(incident),
            harmed=_list_harmed(incident, request),
            rescuable=rescue.count_rescuable(incident, who(request)) if self._may_rescue(request) else 0,
            notices=_list_notices(incident),
        )


def _links(desk: IncidentAdmin) -> LinkAdmin:
    found = desk.admin_site.get_model_admin(ShareLink)
    assert isinstance(found, LinkAdmin)  # noqa: S101  it was registered for them
    return found


def _tell_cause(incident: Incident) -> FindingView | None:
    finding = read_cause(incident, Incident.objects.with_unasked().get(pk=incident.pk).unasked_since)
    return build_finding_view(finding) if finding else None


def _list_harmed(incident: Incident, request: HttpRequest) -> list[dict[str, object]]:
    """Those that this member of staff may know of, the first to die first."""
    harms = incident.harms.filter(over_at=None) if incident.is_open else incident.harms.all()
    seen = harms.seen_by(request.user).select_related("link__owner")
    now = timezone.now()
    first = seen.order_by(F("bites_at").asc(nulls_last=True), "link_id")[:SHOWN_LINKS]
    return [{"harm": harm, "badge": badges.of_link(read_state(harm.link, now), harm.link.findings)} for harm in first]


def _list_notices(incident: Incident) -> list[dict[str, object]]:
    return [
        {
            "row": notice,
            "badge": badges.of_notice(notice),
            "kind": _name_kind(notice),
            "channel": states.channel_label(notice.channel),
        }
        for notice in list(incident.notices.all())[:SHOWN_NOTICES]
    ]


def _name_kind(notice: Notice) -> str:
    return states.label(NoticeKind(notice.kind)) if notice.kind in set(NoticeKind) else notice.kind


@admin.register(Notice)
class IncidentNoticeAdmin(OutboxAdmin[Notice]):
    list_display = ["shown_state", "kind_name", "about", "shown_channel", "made", "delivered", "attempts", "last_error"]
    list_select_related = ["incident"]
    explained = _("What is sent about incidents to those who run this site, by mail and the other channels.")

    @admin.display(description=_("Kind"))
    def kind_name(self, notice: Notice) -> str:
        return _name_kind(notice)

    @admin.display(description=_("channel"))
    def shown_channel(self, notice: Notice) -> str:
        return states.channel_label(notice.channel)

    @admin.display(description=_("Incident"))
    def about(self, notice: Notice) -> str:
        page = reverse("admin:links_incident_change", args=[notice.incident_id])
        return format_html('<a href="{}">{}</a>', page, name_cause(notice.incident))
