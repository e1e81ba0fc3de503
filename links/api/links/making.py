"""Links made: from an object, as a copy, or in place of a URL that will not last. Each answer tells the new link's URL,
this once."""

from django.contrib.admin.models import ADDITION, CHANGE
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from ninja import Status

from links.api.authentication import BearerToken, require
from links.api.bodies import Body
from links.api.conditions import add_etag
from links.api.idempotency import idempotent
from links.api.links.reading import get_link
from links.api.links.requests import Lifetime, NewLinkIn, build_request
from links.api.links.routing import router
from links.api.links.schemas import NewLinkOut, PromiseOut, write_new_link, write_promise
from links.domain.errors import Refused
from links.domain.people.scopes import Scope
from links.domain.reasons import Reason
from links.models import ShareLink
from links.services.links import creation, remake, sharing, staff_log
from links.services.links.creation import NewLink
from links.services.links.remake import Remade
from links.texts.pages.histories import ADDED, COPIED, MADE_INSTEAD, REPLACED, log_message


class CopyIn(Body):
    lifetime: Lifetime = ""


@router.post("", response={201: NewLinkOut}, auth=BearerToken(Scope.LINKS_WRITE), operation_id="create_link")
@idempotent
def create_link(request: HttpRequest, response: HttpResponse, body: NewLinkIn) -> Status[NewLinkOut]:
    """Make a link. The object has to be there, and the token's owner has to be let share it."""
    owner, now = require(request, "add_sharelink"), timezone.now()
    made = creation.create_link(build_request(body, owner, now), now)
    staff_log.write(owner, ADDITION, [made.link], ADDED)
    return _answer(response, made)


@router.post("/preview", response=PromiseOut, auth=BearerToken(Scope.LINKS_WRITE), operation_id="preview_link")
def preview_link(request: HttpRequest, body: NewLinkIn) -> PromiseOut:
    """Until when such a link would work, and why no longer. Nothing is made."""
    owner, now = require(request, "add_sharelink"), timezone.now()
    return write_promise(creation.preview(build_request(body, owner, now), now))


@router.post(
    "/{int:link_id}/duplicate",
    response={201: NewLinkOut},
    auth=BearerToken(Scope.LINKS_WRITE),
    operation_id="duplicate_link",
)
@idempotent
def duplicate_link(request: HttpRequest, response: HttpResponse, link_id: int, body: CopyIn) -> Status[NewLinkOut]:
    """Make another link to the same object on the same terms. Without a `lifetime` it has that of the first, anew."""
    link, now = get_link(request, link_id), timezone.now()
    owner = require(request, "add_sharelink")
    zone, scope = timezone.get_current_timezone(), sharing.find_scope(owner)
    made = _require_made(remake.duplicate_links([link], body.lifetime, owner=owner, scope=scope, zone=zone, now=now))
    staff_log.write(owner, ADDITION, [made.link], log_message(COPIED))
    return _answer(response, made)


@router.post(
    "/{int:link_id}/rescue", response={201: NewLinkOut}, auth=BearerToken(Scope.LINKS_WRITE), operation_id="rescue_link"
)
@idempotent
def rescue_link(request: HttpRequest, response: HttpResponse, link_id: int) -> Status[NewLinkOut]:
    """Make a stable link that keeps the rest of the promise of a presigned or foreign URL, which is watched no more."""
    link, now = get_link(request, link_id), timezone.now()
    require(request, "add_sharelink")
    owner = require(request, "change_sharelink")
    made = _require_made(remake.rescue_links([link], owner, sharing.find_scope(owner), now))
    log_rescue(request, [link], [made.link])
    return _answer(response, made)


def log_rescue(request: HttpRequest, old: list[ShareLink], new: list[ShareLink]) -> None:
    owner = require(request, "change_sharelink")
    staff_log.write(owner, ADDITION, new, log_message(MADE_INSTEAD))
    staff_log.write(owner, CHANGE, old, log_message(REPLACED))


def _require_made(results: list[Remade]) -> NewLink:
    """The one that was made; raises what it was refused for."""
    (result,) = results
    if result.done is None:
        raise result.refused or Refused(Reason.LINK_CHANGED)
    return result.done


def _answer(response: HttpResponse, made: NewLink) -> Status[NewLinkOut]:
    response["Location"] = reverse("api:read_link", args=[made.link.pk])
    add_etag(response, made.link)
    return Status(201, write_new_link(made, timezone.now()))
