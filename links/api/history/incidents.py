"""Incidents: listed and read."""

from datetime import datetime
from typing import Any

from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from links.api.authentication import BearerToken, require
from links.api.bodies import Text
from links.api.paging import PageRequest, add_next, find_page
from links.domain.people.scopes import Scope
from links.models import Incident
from links.texts.pages import findings

router = Router()
SHOWN_LINKS = 100


class IncidentFilters(PageRequest):
    is_open: bool | None = Field(None, description="Only open ones, or only resolved ones.")
    code: Text = Field("", max_length=60, description="Of the cause, as in `key-unknown`.")


class IncidentOut(Schema):
    """One cause. `code` never changes; `title`, `detail` and `cure` are for people."""

    id: int
    code: str
    subject: str = Field(description="What it is about: a key's id, a bucket, a store, a link.")
    verdict: str
    title: str
    detail: str
    cure: str
    opened_at: datetime
    resolved_at: datetime | None
    fails_at: datetime | None = Field(description="When the first of its links stops working, where that is known.")
    link_count: int


class AffectedLinkOut(Schema):
    link: int
    since: datetime
    fails_at: datetime | None
    over_at: datetime | None


class IncidentWithLinksOut(IncidentOut):
    """With the first hundred of its links that the token's owner may see, the first to fail first."""

    links: list[AffectedLinkOut]


class IncidentPageOut(Schema):
    items: list[IncidentOut]
    next: str | None


@router.get("", response=IncidentPageOut, auth=BearerToken(Scope.INCIDENTS_READ), operation_id="list_incidents")
def list_incidents(request: HttpRequest, response: HttpResponse, chosen: Query[IncidentFilters]) -> IncidentPageOut:
    """Incidents, the newest first."""
    require(request, "view_incident")
    rows = Incident.objects.all()
    if chosen.is_open is not None:
        rows = rows.filter(resolved_at__isnull=chosen.is_open)
    if chosen.code:
        rows = rows.filter(code=chosen.code)
    page = find_page(rows, chosen)
    add_next(request, response, page)
    return IncidentPageOut(items=[IncidentOut(**describe(incident)) for incident in page.rows], next=page.next)


@router.get(
    "/{int:incident_id}",
    response=IncidentWithLinksOut,
    auth=BearerToken(Scope.INCIDENTS_READ),
    operation_id="read_incident",
)
def read_incident(request: HttpRequest, incident_id: int) -> IncidentWithLinksOut:
    require(request, "view_incident")
    incident = Incident.objects.filter(pk=incident_id).first()
    if incident is None:
        raise Http404
    affected = incident.incident_links.seen_by(request.user)
    if incident.is_open:
        affected = affected.filter(over_at=None)
    first = affected.order_by(F("fails_at").asc(nulls_last=True), "link_id")[:SHOWN_LINKS]
    links = [
        AffectedLinkOut(link=row.link_id, since=row.since, fails_at=row.fails_at, over_at=row.over_at) for row in first
    ]
    return IncidentWithLinksOut(**describe(incident), links=links)


def describe(incident: Incident) -> dict[str, Any]:
    """The fields of an `IncidentOut`. One that an older version named has no words any more."""
    finding = incident.read_finding()
    names = ("code", "subject", "verdict", "opened_at", "resolved_at", "fails_at", "link_count")
    return {
        "id": incident.pk,
        "title": findings.title(finding.code) if finding else incident.code,
        "detail": findings.sentence(finding) if finding else "",
        "cure": findings.cure(finding) if finding else "",
        **{name: getattr(incident, name) for name in names},
    }
