"""Links: listed, found and read."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query
from pydantic import Field

from links.api.authentication import BearerToken, require
from links.api.bodies import Body, Text
from links.api.conditions import add_etag
from links.api.links.filters import LinkFilters, narrow
from links.api.links.routing import router
from links.api.links.schemas import LinkOut, LinkPageOut, write_link
from links.api.paging import add_next, find_page
from links.domain.people.scopes import Scope
from links.models import ShareLink
from links.models.links.share_links import ShareLinkQuerySet
from links.queries import link_search

SEEN = ("view_sharelink", "change_sharelink")
MAX_URL_LENGTH = 10_000


class UrlToFind(Body):
    url: Text = Field(max_length=MAX_URL_LENGTH, description="As somebody has it, also from a mail that broke it.")


@router.get("", response=LinkPageOut, auth=BearerToken(Scope.LINKS_READ), operation_id="list_links")
def list_links(request: HttpRequest, response: HttpResponse, chosen: Query[LinkFilters]) -> LinkPageOut:
    """Links that the token's owner may see, the newest first."""
    owner, now = require(request, *SEEN), timezone.now()
    page = find_page(narrow(seen_links(request), chosen, owner, now), chosen)
    add_next(request, response, page)
    return LinkPageOut(items=[write_link(link, now) for link in page.rows], next=page.next)


@router.post("/find", response=LinkOut, auth=BearerToken(Scope.LINKS_READ), operation_id="find_link")
def find_link(request: HttpRequest, response: HttpResponse, body: UrlToFind) -> LinkOut:
    """The link that has this URL. It is sent in the body: it is a secret, and addresses are logged."""
    require(request, *SEEN)
    found = link_search.find_by_url(link_search.read_term(body.url.strip()), seen_links(request))
    if found is None:
        raise Http404
    add_etag(response, found)
    return write_link(found, timezone.now())


@router.get("/{int:link_id}", response=LinkOut, auth=BearerToken(Scope.LINKS_READ), operation_id="read_link")
def read_link(request: HttpRequest, response: HttpResponse, link_id: int) -> LinkOut:
    """One link, and its `ETag` to change it by."""
    require(request, *SEEN)
    link = get_link(request, link_id)
    add_etag(response, link)
    return write_link(link, timezone.now())


def seen_links(request: HttpRequest) -> ShareLinkQuerySet:
    """Those that the token's owner may know of, with all that is written of each."""
    return ShareLink.objects.seen_by(request.user).select_related("bucket__key", "owner", "customer")


def get_link(request: HttpRequest, link_id: int) -> ShareLink:
    """Raises `Http404` for one that is not there, or that the token's owner may not know of."""
    found = seen_links(request).filter(pk=link_id).first()
    if found is None:
        raise Http404
    return found
