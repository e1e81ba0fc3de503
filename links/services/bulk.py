"""Many links changed at one press: one row for each, which says what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import partial

from django.contrib.auth.models import User

from links.domain.errors import HoldfastError, Refused, Unavailable
from links.domain.sharing import ShareScope
from links.models import ShareLink
from links.services import changes, queue
from links.services.changes import NewEnd
from links.services.click_signing import OpenBuckets
from links.services.parallel import call_all

MOST_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Row:
    """One link. `end` where its end was changed; `refused` where nothing was done to it."""

    link: ShareLink
    end: NewEnd | None = None
    refused: HoldfastError | None = None


def revoke_links(links: Sequence[ShareLink], now: datetime) -> list[Row]:
    done = changes.revoke_all([link.pk for link in links], now)
    return [Row(link, refused=None if link.pk in done else Refused("revoked-already")) for link in links]


def hand_links(links: Sequence[ShareLink], colleague: User) -> list[Row]:
    """Raises `Refused("colleague-unfit")`."""
    refused = changes.hand_all(links, colleague)
    return [Row(link, refused=refused.get(link.pk)) for link in links]


def foresee_ends(
    links: Sequence[ShareLink], lifetime: str, *, scope: ShareScope, zone: tzinfo, now: datetime
) -> list[Row]:
    """What `change_ends` would do, as far as can be known before."""
    changes.find_end(lifetime, zone, now)
    asked = [link for link in links if not link.is_revoked]
    opened = OpenBuckets()
    foresee = partial(changes.foresee_end, lifetime=lifetime, scope=scope, zone=zone, now=now, opened=opened)
    foreseen = call_all({link.pk: partial(foresee, link) for link in asked})
    return [_tell(link, foreseen.get(link.pk)) for link in links]


def change_ends(
    links: Sequence[ShareLink], lifetime: str, *, scope: ShareScope, zone: tzinfo, now: datetime
) -> list[Row]:
    """Extend, shorten or revive each. A revoked link is left as it is: it is revived alone, by somebody who read when
    it was revoked. The links' buckets and keys are loaded already.

    Raises what `lifetimes` refuses of the lifetime itself.
    """
    rows = [_write(row, lifetime, now) for row in foresee_ends(links, lifetime, scope=scope, zone=zone, now=now)]
    queue.enqueue("validate_due_links")
    return rows


def _tell(link: ShareLink, foreseen: NewEnd | HoldfastError | None) -> Row:
    if link.is_revoked:
        return Row(link, refused=Refused("revive-first"))
    if isinstance(foreseen, NewEnd):
        return Row(link, end=foreseen)
    return Row(link, refused=foreseen or Unavailable("store-unanswered", bucket=str(link.bucket or "")))


def _write(row: Row, lifetime: str, now: datetime) -> Row:
    if row.end is None:
        return row
    try:
        changes.write_promise(row.link, lifetime, row.end.promise, now)
    except HoldfastError as refused:
        return Row(row.link, refused=refused)
    return row
