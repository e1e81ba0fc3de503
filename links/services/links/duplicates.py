"""Links made once more: the same file under the same terms, for whoever wants it again."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from functools import partial
from typing import TypeAlias

from django.contrib.auth.models import User

from links.domain.errors import HoldfastError, Refused
from links.domain.judging.facts import Delivery
from links.domain.reasons import Reason
from links.domain.results import ItemResult
from links.domain.sharing import ShareScope
from links.models import ShareLink
from links.services import queue
from links.services.click_signing import OpenBuckets
from links.services.link_terms import copy_terms
from links.services.links import changes
from links.services.links.creation import NewLink, NewLinkRequest, look_up, rebuild_link, require_found
from links.services.parallel import call_all

Duplicated: TypeAlias = ItemResult[ShareLink, NewLink]


def duplicate_links(
    links: Sequence[ShareLink],
    lifetime: str,
    *,
    owner: User | None,
    scope: ShareScope,
    zone: tzinfo,
    now: datetime,
) -> list[Duplicated]:
    """One result for each link, in their order. `lifetime` is every copy's; where it is empty each has its own anew.
    Whoever asks must be able to share each object at this moment, by `scope`.

    A link with a password is refused, `duplicate-password`, and so is a foreign one, `duplicate-foreign`. Raises what
    `lifetimes` refuses of the lifetime itself.
    """
    if lifetime:
        changes.find_end(lifetime, zone, now)
    now = now.replace(microsecond=0)
    wishes, new_links = dict[int, NewLinkRequest](), dict[int, NewLink]()
    refused = dict[int, HoldfastError]()
    for link in links:
        if link.delivery == Delivery.FOREIGN or link.bucket is None:
            refused[link.pk] = Refused(Reason.DUPLICATE_FOREIGN)
        elif link.password:
            refused[link.pk] = Refused(Reason.DUPLICATE_PASSWORD)
        else:
            wishes[link.pk] = NewLinkRequest(
                link.bucket,
                link.object_key,
                lifetime or link.lifetime,
                zone,
                scope,
                delivery=Delivery(link.delivery),
                owner=owner,
                terms=copy_terms(link, now),
            )
    opened = OpenBuckets()
    found = call_all({pk: partial(look_up, link_request, opened) for pk, link_request in wishes.items()})
    for pk, link_request in wishes.items():
        try:
            new_links[pk] = rebuild_link(link_request, require_found(found.get(pk), link_request), opened, now)
        except HoldfastError as error:
            refused[pk] = error
    ShareLink.objects.bulk_create([new_link.link for new_link in new_links.values()], batch_size=500)
    queue.enqueue("validate_due_links")
    return [Duplicated(link, new_links.get(link.pk), refused.get(link.pk)) for link in links]
