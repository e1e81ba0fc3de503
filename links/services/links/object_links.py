"""One stable link for each object and purpose, which is found again and not made anew: what a storage hands out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from time import monotonic
from typing import TypeAlias

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from links.domain.audit.acts import Act
from links.domain.errors import HoldfastError, Refused
from links.domain.reasons import Reason
from links.domain.results import ItemResult
from links.domain.viewers import OPERATOR
from links.models import ShareLink
from links.models.links.share_links import Viewer
from links.queries.object_links import find_links
from links.queries.own_urls import reveal_url
from links.services.audit.recording import record
from links.services.click_signing import OpenBuckets
from links.services.links.creation import NewLinkRequest, build_link, look_up, require_found, save_link
from links.services.parallel import TIMEOUT_SECONDS, call_all

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
    now, opened = now.replace(microsecond=0), OpenBuckets()
    links = _find(requests[0], [request.object_key for request in requests], reader)
    new = {request.object_key: request for request in requests if request.object_key not in links}
    found = call_all({key: partial(look_up, request, opened) for key, request in new.items()}, timeout=timeout)
    over_at = monotonic() + timeout
    refused: dict[str, HoldfastError] = {}
    for key, request in new.items():
        try:
            in_time = found.get(key) if monotonic() < over_at else None
            made = build_link(request, require_found(in_time, request), opened, now)
            save_link(made.link)
            links[key] = ObjectLink(made.link, made.url, is_new=True)
        except HoldfastError as why:
            refused[key] = why
        except IntegrityError:  # there is one: made while the store was asked, or somebody else's
            links |= _find(request, [key], reader)
            if key not in links:
                refused[key] = Refused(Reason.PURPOSE_TAKEN)
    return [Found(one, links.get(one.object_key), refused.get(one.object_key)) for one in requests]


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
