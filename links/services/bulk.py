"""Many links changed at one press: one row for each, which says what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import partial

from django.contrib.auth.models import User

from links.domain.errors import HoldfastError, Refused, Unavailable
from links.models import ShareLink
from links.services import bell, changes
from links.services.abreast import ask_all
from links.services.changes import NewEnd

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
    done, name = changes.hand_all([link.pk for link in links], colleague), colleague.get_username()
    already = Refused("handed-already", colleague=name)
    return [Row(link, refused=None if link.pk in done else already) for link in links]


def change_ends(links: Sequence[ShareLink], lifetime: str, *, zone: tzinfo, now: datetime) -> list[Row]:
    """Extend, shorten or revive each. A revoked link is left as it is: it is revived alone, by somebody who read when
    it was revoked. The links' buckets and keys are loaded already.

    Raises what `lifetimes` refuses of the lifetime itself.
    """
    changes.find_end(lifetime, zone, now)
    asked = [link for link in links if not link.is_revoked]
    foreseen = ask_all({link.pk: partial(changes.foresee_end, link, lifetime, zone=zone, now=now) for link in asked})
    rows = [_settle(link, lifetime, foreseen.get(link.pk), now) for link in links]
    bell.ring_after_commit("validate_due_links")
    return rows


def _settle(link: ShareLink, lifetime: str, foreseen: NewEnd | HoldfastError | None, now: datetime) -> Row:
    try:
        if link.is_revoked:
            raise Refused("revive-first")
        if foreseen is None:
            raise Unavailable("store-unanswered", bucket=str(link.bucket or ""))
        if isinstance(foreseen, HoldfastError):
            raise foreseen
        changes.write_promise(link, lifetime, foreseen.promise, now)
        return Row(link, end=foreseen)
    except HoldfastError as refused:
        return Row(link, refused=refused)
