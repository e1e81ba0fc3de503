"""Which links a member of staff may know of, and which of them they may change."""

from django.http import HttpRequest

from links.admin.base.pages import find_row, get_row, may_change, require
from links.models import ShareLink
from links.models.links.share_links import ShareLinkQuerySet


def seen_links(request: HttpRequest) -> ShareLinkQuerySet:
    return ShareLink.objects.seen_by(request.user)


def find_link(request: HttpRequest, object_id: str) -> ShareLink | None:
    """None where there is no such link, or this member of staff may not know of it."""
    return find_row(seen_links(request), object_id)


def get_link(request: HttpRequest, object_id: str) -> ShareLink:
    """The same; raises `Http404` for none."""
    return get_row(seen_links(request), object_id)


def get_link_to_change(request: HttpRequest, object_id: str) -> ShareLink:
    """Raises `Http404`, then `PermissionDenied`."""
    link = get_link(request, object_id)
    require(may_change(request, ShareLink))
    return link
