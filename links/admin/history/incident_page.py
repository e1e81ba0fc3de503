"""The page of one incident: its cause, whom it affects, and who was told."""

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import capfirst

from links.admin.base import badges
from links.admin.base.finding_views import (
    FindingView,
    build_finding_view,
    explain_end,
    link_acts,
    name_about,
    name_cause,
    read_cause,
)
from links.admin.base.pages import get_row, may_view, render_page, require, staff_user
from links.admin.history.incident_notice_admin import name_kind
from links.admin.history.rescue_affected import may_rescue_affected
from links.channels import configured
from links.models import Incident
from links.queries.cure_pages import find_cure_pages
from links.queries.link_state import read_forecast, read_state
from links.services.links import remake
from links.texts import labels
from links.texts.pages import forecasts

SHOWN_LINKS = 100
SHOWN_NOTICES = 100


def show_incident(request: HttpRequest, object_id: str) -> HttpResponse:
    require(may_view(request, Incident))
    incident = get_row(Incident.objects.prefetch_related("notices"), object_id)
    return render_page(
        request,
        "incident/page",
        Incident,
        title=name_cause(incident),
        incident=incident,
        badge=badges.of_incident(incident),
        about=name_about(incident),
        finding=_view_cause(incident, request),
        outlook=explain_end(incident, timezone.now()),
        affected=_list_affected(incident, request),
        to_rescue=remake.count_to_rescue(incident, staff_user(request)) if may_rescue_affected(request) else 0,
        notices=_list_notices(incident),
        has_channels=bool(configured()),
    )


def _view_cause(incident: Incident, request: HttpRequest) -> FindingView | None:
    finding = read_cause(incident, Incident.objects.with_unasked().get(pk=incident.pk).unasked_since)
    if finding is None:
        return None
    ids = (incident.subject, str(incident.params.get("access_key_id", "")))
    pages = find_cure_pages(finding, access_key_ids=ids, bucket_name=incident.subject)
    return build_finding_view(finding, link_acts(pages, request.user) if incident.is_open else ())


def _list_affected(incident: Incident, request: HttpRequest) -> list[dict[str, object]]:
    """Those that this member of staff may know of, the first to die first."""
    incident_links = incident.incident_links.filter(over_at=None) if incident.is_open else incident.incident_links.all()
    seen = incident_links.seen_by(request.user).select_related("link__owner")
    now = timezone.now()
    first = seen.order_by(F("fails_at").asc(nulls_last=True), "link_id")[:SHOWN_LINKS]
    return [
        {
            "row": row,
            "badge": badges.of_link(read_state(row.link, now), row.link.findings),
            "outlook": capfirst(forecasts.brief(read_forecast(row.link, now))) if incident.is_open else "",
        }
        for row in first
    ]


def _list_notices(incident: Incident) -> list[dict[str, object]]:
    return [
        {
            "row": notice,
            "badge": badges.of_notice(notice),
            "kind": name_kind(notice),
            "channel": labels.channel_label(notice.channel),
        }
        for notice in list(incident.notices.all())[:SHOWN_NOTICES]
    ]
