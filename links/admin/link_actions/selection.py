"""The links that were ticked in the list, for an action on many."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest

from links.admin.base.link_lookup import seen_links
from links.admin.base.pages import may_change, require
from links.domain.row_numbers import read_number
from links.models import ShareLink

MAX_SELECTED = 1_000


@dataclass(frozen=True, slots=True)
class Selection:
    """`MAX_SELECTED` links at most; `has_more` where others are left."""

    links: list[ShareLink]
    has_more: bool = False

    @property
    def numbers(self) -> str:
        """All in one field: a form of a thousand fields is taken for an attack."""
        return ",".join(str(link.pk) for link in self.links)


def select(queryset: QuerySet[ShareLink]) -> Selection:
    """The first of these, with all that a row shows and a store is asked for."""
    found = list(queryset.select_related("bucket__key", "customer", "owner")[: MAX_SELECTED + 1])
    return Selection(found[:MAX_SELECTED], has_more=len(found) > MAX_SELECTED)


def read_selection(request: HttpRequest) -> Selection:
    """What the question before an action on many posts back. Raises `PermissionDenied`."""
    require(may_change(request, ShareLink))
    named = map(read_number, request.POST.get("selected", "").split(","))
    numbers = [number for number in named if number is not None]
    return select(seen_links(request).filter(pk__in=numbers[:MAX_SELECTED]).order_by("-pk"))
