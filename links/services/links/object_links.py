"""One stable link for each object and purpose, which is found again and not made anew: what a storage hands out."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import TypeAlias

from django.db import IntegrityError

from links.domain.errors import HoldfastError
from links.domain.results import ItemResult
from links.queries.object_links import find_urls
from links.services.click_signing import OpenBuckets
from links.services.links.creation import NewLinkRequest, build_link, look_up, require_found, save_link
from links.services.parallel import call_all

Found: TypeAlias = ItemResult[NewLinkRequest, str]


def find_or_create(requests: Sequence[NewLinkRequest], now: datetime) -> list[Found]:
    """The URL of each object's link for the purpose of its request, in their order, or why there is none.

    What has a link keeps it, whatever has become of it: one that has ended or was revoked is not revived by whoever
    asks for its URL, nor does another lifetime change it. Of the others each object is looked up, several at a time,
    and its link is made. All requests are for one bucket and one purpose. Refusals are those of `create_link`.
    """
    if not requests:
        return []
    now, opened, first = now.replace(microsecond=0), OpenBuckets(), requests[0]
    find = partial(find_urls, first.bucket.name, first.bucket.endpoint, purpose=first.purpose)
    urls = find([request.object_key for request in requests])
    new = {request.object_key: request for request in requests if request.object_key not in urls}
    found = call_all({key: partial(look_up, request, opened) for key, request in new.items()})
    refused: dict[str, HoldfastError] = {}
    for key, request in new.items():
        try:
            made = build_link(request, require_found(found.get(key), request), opened, now)
            save_link(made.link)
            urls[key] = made.url
        except HoldfastError as why:
            refused[key] = why
        except IntegrityError:  # somebody made it while the store was asked
            urls |= find([key])
    return [Found(one, urls.get(one.object_key), refused.get(one.object_key)) for one in requests]
