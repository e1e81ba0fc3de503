"""Customers' requests for more time: listed, read, granted and declined."""

from datetime import datetime

from django.contrib.admin.models import CHANGE
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from links.api.authentication import BearerToken, require
from links.api.bodies import Body, Text
from links.api.idempotency import idempotent
from links.api.paging import PageRequest, add_next, find_page
from links.domain.errors import Refused
from links.domain.people.scopes import Scope
from links.domain.promise.lifetimes import MAX_TEXT_LENGTH
from links.domain.reasons import Reason
from links.models import TimeRequest
from links.models.links.time_requests import TimeRequestQuerySet
from links.services.links import staff_log, time_requests
from links.texts.pages.histories import TIME_DECLINED, log_message
from links.texts.people import name_person

router = Router()
SEEN = ("view_timerequest", "change_timerequest")


class TimeRequestFilters(PageRequest):
    is_open: bool | None = Field(None, description="Only those without an answer, or only those with one.")
    link: int | None = Field(None, ge=1, le=2**63 - 1)


class GrantIn(Body):
    lifetime: Text = Field(
        max_length=MAX_TEXT_LENGTH,
        description="Counted from now, as in `7 days`; from its end, as in `+7 days`; or a date.",
    )


class MessageOut(Schema):
    """What one person said who asked."""

    at: datetime
    message: str
    mail: str


class TimeRequestOut(Schema):
    id: int
    link: int
    at: datetime
    messages: list[MessageOut]
    answered_at: datetime | None
    answered_by: str | None
    granted_until: datetime | None


class TimeRequestPageOut(Schema):
    items: list[TimeRequestOut]
    next: str | None


@router.get("", response=TimeRequestPageOut, auth=BearerToken(Scope.TIME_REQUESTS), operation_id="list_time_requests")
def list_time_requests(
    request: HttpRequest, response: HttpResponse, chosen: Query[TimeRequestFilters]
) -> TimeRequestPageOut:
    """Requests about links that the token's owner may see, the newest first."""
    require(request, *SEEN)
    rows = seen_requests(request)
    if chosen.is_open is not None:
        rows = rows.filter(answered_at__isnull=chosen.is_open)
    if chosen.link is not None:
        rows = rows.filter(link=chosen.link)
    page = find_page(rows, chosen)
    add_next(request, response, page)
    return TimeRequestPageOut(items=[write_time_request(asked) for asked in page.rows], next=page.next)


@router.get(
    "/{int:time_request_id}",
    response=TimeRequestOut,
    auth=BearerToken(Scope.TIME_REQUESTS),
    operation_id="read_time_request",
)
def read_time_request(request: HttpRequest, time_request_id: int) -> TimeRequestOut:
    require(request, *SEEN)
    return write_time_request(get_time_request(request, time_request_id))


@router.post(
    "/{int:time_request_id}/grant",
    response=TimeRequestOut,
    auth=BearerToken(Scope.TIME_REQUESTS),
    operation_id="grant_time_request",
)
@idempotent
def grant_time_request(request: HttpRequest, time_request_id: int, body: GrantIn) -> TimeRequestOut:
    """Give the link more time under the same URL, and write to those who asked."""
    owner, now = require(request, "change_sharelink"), timezone.now()
    asked = get_time_request(request, time_request_id)
    was_used_up, before = asked.link.is_used_up, asked.link.promised_until
    time_requests.grant(asked, body.lifetime, owner, zone=timezone.get_current_timezone(), now=now)
    time_requests.log_grant(asked, owner, before, now, was_used_up=was_used_up)
    return write_time_request(asked)


@router.post(
    "/{int:time_request_id}/decline",
    response=TimeRequestOut,
    auth=BearerToken(Scope.TIME_REQUESTS),
    operation_id="decline_time_request",
)
@idempotent
def decline_time_request(request: HttpRequest, time_request_id: int) -> TimeRequestOut:
    """Close it without more time. The customer gets no mail."""
    owner = require(request, "change_sharelink")
    asked = get_time_request(request, time_request_id)
    if not time_requests.decline(asked, owner, timezone.now()):
        raise Refused(Reason.TIME_ANSWERED)
    staff_log.write(owner, CHANGE, [asked], log_message(TIME_DECLINED))
    return write_time_request(asked)


def seen_requests(request: HttpRequest) -> TimeRequestQuerySet:
    seen = TimeRequest.objects.seen_by(request.user)
    return seen.select_related("link__customer", "link__bucket__key", "answered_by").prefetch_related("messages")


def get_time_request(request: HttpRequest, time_request_id: int) -> TimeRequest:
    """Raises `Http404` where there is none about a link that the token's owner may know of."""
    found = seen_requests(request).filter(pk=time_request_id).first()
    if found is None:
        raise Http404
    return found


def write_time_request(asked: TimeRequest) -> TimeRequestOut:
    return TimeRequestOut(
        id=asked.pk,
        link=asked.link_id,
        at=asked.at,
        messages=[MessageOut(at=said.at, message=said.message, mail=said.mail) for said in asked.messages.all()],
        answered_at=asked.answered_at,
        answered_by=name_person(asked.answered_by) if asked.answered_by else None,
        granted_until=asked.granted_until,
    )
