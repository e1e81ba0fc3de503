"""Customers' visits: listed."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from links.api.authentication import BearerToken, require
from links.api.bodies import Moment
from links.api.paging import PageRequest, add_next, find_page
from links.domain.people.scopes import Scope
from links.domain.visits.access import Outcome
from links.models import Visit

router = Router()


class VisitFilters(PageRequest):
    link: int | None = Field(None, ge=1, le=2**63 - 1)
    outcome: Outcome | None = None
    since: Moment | None = None


class VisitOut(Schema):
    """`times` says how often, where one row stands for several; `address` is as much as the site keeps."""

    id: int
    link: int
    at: datetime
    outcome: str
    times: int
    address: str
    browser: str


class VisitPageOut(Schema):
    items: list[VisitOut]
    next: str | None


@router.get("", response=VisitPageOut, auth=BearerToken(Scope.VISITS_READ), operation_id="list_visits")
def list_visits(request: HttpRequest, response: HttpResponse, chosen: Query[VisitFilters]) -> VisitPageOut:
    """Visits of links that the token's owner may see, the newest first."""
    require(request, "view_visit")
    given = {"link": chosen.link, "outcome": chosen.outcome, "at__gte": chosen.since}
    rows = Visit.objects.seen_by(request.user).filter(**{name: value for name, value in given.items() if value})
    page = find_page(rows, chosen)
    add_next(request, response, page)
    names = ("at", "outcome", "times", "address", "browser")
    items = [
        VisitOut(id=visit.pk, link=visit.link_id, **{name: getattr(visit, name) for name in names})
        for visit in page.rows
    ]
    return VisitPageOut(items=items, next=page.next)
