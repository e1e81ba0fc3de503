"""Many links made or changed at once: one result for each, which says what came of it."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from functools import partial
from time import monotonic
from typing import TypeAlias

from django.db import IntegrityError, transaction

from links.domain.errors import HoldfastError, Refused, Unavailable
from links.domain.promise import ends
from links.domain.promise.ends import EndChange
from links.domain.reasons import Reason
from links.domain.results import ItemResult
from links.domain.sharing import ShareScope
from links.models import ShareLink
from links.queries.link_state import read_state
from links.services import queue
from links.services.audit.recording import gather
from links.services.click_signing import OpenBuckets
from links.services.links import changes
from links.services.links.changes import NewEnd
from links.services.links.creation import (
    NewLink,
    NewLinkRequest,
    build_link,
    look_up,
    name_place,
    require_found,
    save_link,
)
from links.services.parallel import call_all

HALF_A_MINUTE = 30.0
Made: TypeAlias = ItemResult[NewLinkRequest, NewLink]
Changed: TypeAlias = ItemResult[ShareLink, None]
EndChanged: TypeAlias = ItemResult[ShareLink, NewEnd]


def create_links(requests: Sequence[NewLinkRequest], now: datetime, *, timeout: float = HALF_A_MINUTE) -> list[Made]:
    """Make each link that it can, as `creation.create_link` does. The objects are looked up several at a time, within
    `timeout` seconds, and links are begun for as long again. The others are refused, `store-unanswered`: a store that
    is silent holds nobody for longer, and keeps no link to another from being made.
    """
    now, opened = now.replace(microsecond=0), OpenBuckets()
    found = call_all({name_place(one): partial(look_up, one, opened) for one in requests}, timeout=timeout)
    results, over_at = list[Made](), monotonic() + timeout  # a bucket's policy may be read once more for each
    for one in requests:
        try:
            in_time = found.get(name_place(one)) if monotonic() < over_at else None
            made = build_link(one, require_found(in_time, one), opened, now)
            save_link(made.link)
        except HoldfastError as refused:
            results.append(Made(one, refused=refused))
        except IntegrityError:
            if not one.purpose:
                raise
            # There is one for this object and purpose already.
            results.append(Made(one, refused=Refused(Reason.PURPOSE_TAKEN)))
        else:
            results.append(Made(one, made))
    return results


def revoke_links(links: Sequence[ShareLink], now: datetime) -> list[Changed]:
    done = changes.revoke_all([link.pk for link in links], now)
    return [Changed(link, refused=None if link.pk in done else Refused(Reason.REVOKED_ALREADY)) for link in links]


def follow_latest(links: Sequence[ShareLink], scope: ShareScope, now: datetime) -> list[Changed]:
    """Of those that stopped because another file took their file's place; the others are left as they are,
    `not-stopped`."""
    with transaction.atomic(), gather():
        ShareLink.objects.filter(pk__in=[link.pk for link in links]).lock_in_order()
        return [_follow(link, scope, now) for link in links]


def _follow(link: ShareLink, scope: ShareScope, now: datetime) -> Changed:
    if not link.is_stopped or not read_state(link, now).is_live:
        return Changed(link, refused=Refused(Reason.NOT_STOPPED))
    try:
        changes.follow_latest(link, scope, now)
    except HoldfastError as refused:
        return Changed(link, refused=refused)
    return Changed(link)


def foresee_ends(
    links: Sequence[ShareLink], lifetime: str, *, scope: ShareScope, zone: tzinfo, now: datetime
) -> list[EndChanged]:
    """What `change_ends` would do, as far as can be known before."""
    changes.find_end(ends.count_from_end(lifetime, now, zone=zone, now=now), zone, now)
    asked = [link for link in links if not link.is_revoked]
    opened = OpenBuckets()
    foresee = partial(changes.foresee_end, lifetime=lifetime, scope=scope, zone=zone, now=now, opened=opened)
    foreseen = call_all({link.pk: partial(foresee, link) for link in asked})
    results = [_to_result(link, foreseen.get(link.pk)) for link in links]
    if ends.is_date(ends.count_from_end(lifetime, now, zone=zone, now=now), zone=zone):
        return results
    return [_refuse_shorter(result) for result in results]


def change_ends(
    links: Sequence[ShareLink], lifetime: str, *, scope: ShareScope, zone: tzinfo, now: datetime
) -> list[EndChanged]:
    """Extend or revive each, or shorten it where an end was entered: who enters a duration for many asks for more time,
    and what lasts longer already is left as it is, `would-shorten`. A revoked link is left as it is, too. The
    links' buckets and keys are loaded already.

    Raises what `lifetimes` refuses of the lifetime itself.
    """
    foreseen = foresee_ends(links, lifetime, scope=scope, zone=zone, now=now)
    with transaction.atomic(), gather():
        ShareLink.objects.filter(pk__in=[link.pk for link in links]).lock_in_order()
        results = [_write(result, now) for result in foreseen]
    queue.enqueue("validate_due_links")
    return results


def _refuse_shorter(result: EndChanged) -> EndChanged:
    if result.done is None or result.done.change is not EndChange.SHORTEN:
        return result
    return EndChanged(result.item, refused=Refused(Reason.WOULD_SHORTEN, end=result.done.before.isoformat()))


def _to_result(link: ShareLink, foreseen: NewEnd | HoldfastError | None) -> EndChanged:
    try:
        changes.require_unrevoked(link)
    except Refused as refused:
        return EndChanged(link, refused=refused)
    if isinstance(foreseen, NewEnd):
        return EndChanged(link, foreseen)
    return EndChanged(link, refused=foreseen or Unavailable(Reason.STORE_UNANSWERED, bucket=str(link.bucket or "")))


def _write(result: EndChanged, now: datetime) -> EndChanged:
    if result.done is None:
        return result
    try:
        changes.write_promise(result.item, result.done.lifetime, result.done.promise, now)
    except HoldfastError as refused:
        return EndChanged(result.item, refused=refused)
    return result
