"""One stable link for each object and purpose, which is found again and not made anew: what a storage hands out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from django.contrib.auth.models import User
from django.db import transaction

from links.domain.audit.acts import Act
from links.domain.reasons import Reason
from links.domain.results import ItemResult
from links.domain.viewers import OPERATOR
from links.models import ShareLink
from links.models.links.share_links import Viewer
from links.queries.object_links import find_links
from links.queries.own_urls import reveal_url
from links.services.audit.recording import record
from links.services.links import bulk
from links.services.links.creation import NewLinkRequest
from links.services.parallel import TIMEOUT_SECONDS

PROGRAM_SECONDS = 10.0
"""For a program that asks over the API: twice as long is less than what a storage elsewhere waits."""


@dataclass(frozen=True, slots=True)
class ObjectLink:
    """A link that was there, or was made just now. `url` is a bearer secret."""

    link: ShareLink
    url: str = field(repr=False)
    is_new: bool = False


Found: TypeAlias = ItemResult[NewLinkRequest, ObjectLink]


def find_or_create(
    requests: Sequence[NewLinkRequest], now: datetime, reader: Viewer = OPERATOR, *, timeout: float = TIMEOUT_SECONDS
) -> list[Found]:
    """Each object's link for the purpose of its request, in their order, or why there is none.

    What has a link keeps it, whatever has become of it: one that has ended or was revoked is not revived by whoever
    asks for its URL, nor does another lifetime change it. Of the others each object is looked up, several at a time
    within `timeout` seconds, and links are begun for as long again. All requests are for one bucket and one purpose.
    Refusals are those of `create_link`; `Unavailable("store-unanswered")` for what was not done in time; and
    `Refused("purpose-taken")` where the link is one that the reader may not know of.
    """
    if not requests:
        return []
    links = _find(requests[0], [request.object_key for request in requests], reader)
    new = {request.object_key: request for request in requests if request.object_key not in links}
    made = bulk.create_links(list(new.values()), now, timeout=timeout)
    links |= {one.item.object_key: ObjectLink(one.done.link, one.done.url, is_new=True) for one in made if one.done}
    refused = {one.item.object_key: one.refused for one in made if one.refused}
    # There is one: made while the store was asked, or somebody else's.
    taken = [key for key, why in refused.items() if why.reason is Reason.PURPOSE_TAKEN]
    links |= _find(requests[0], taken, reader) if taken else {}
    return [
        Found(one, links.get(one.object_key), None if one.object_key in links else refused.get(one.object_key))
        for one in requests
    ]


def find_or_create_for(person: User, requests: Sequence[NewLinkRequest], now: datetime) -> list[Found]:
    """As `find_or_create`, among the links that this person may know of and is told the URLs of: one record tells which
    were there before. A record for each, as where a single URL is revealed, would be thousands for each page of a
    program."""
    results = find_or_create(requests, now, person, timeout=PROGRAM_SECONDS)
    told = {one.done.link.pk for one in results if one.done and not one.done.is_new}
    if told:
        with transaction.atomic():
            after = {"purpose": requests[0].purpose, "links": sorted(told)}
            record(Act.URLS_REVEALED, requests[0].bucket, after=after)
    return results


def _find(like: NewLinkRequest, keys: Collection[str], reader: Viewer) -> dict[str, ObjectLink]:
    """The links that there are, for the purpose of this request. Raises `Unavailable("secrets-unreadable")`."""
    links = find_links(like.bucket.name, like.bucket.endpoint, keys, like.purpose, reader)
    return {key: ObjectLink(link, reveal_url(link)) for key, link in links.items()}
