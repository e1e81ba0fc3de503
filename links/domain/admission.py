"""Admission: what a customer's request for a link meets."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from links.domain.throttling import Limit

GRANT_LASTS = timedelta(hours=6)  # long enough for a large file over a poor line, with its resumes
FRESH_DOWNLOADS = 5  # of one grant, from the file's beginning: a line breaks, a page is opened again
RESUMES = 100  # of one grant; a download manager asks for some sixteen parts
TRIES_WITHIN = timedelta(minutes=15)
TRIES_PER_NETWORK = 10  # at one address
TRIES_UNDER_ATTACK = 2
TRIES_ANYWHERE = Limit(30, TRIES_WITHIN)  # of one network, at whatever addresses
UNDER_ATTACK = Limit(100, TRIES_WITHIN)  # of everybody, at one address
OPENED_LASTS = timedelta(days=1)
HASHES = Limit(30, timedelta(minutes=1))  # of one network, right passwords among them


class Outcome(StrEnum):
    """What came of a visit."""

    SERVED = "served"
    RESUMED = "resumed"  # a part of the file, not its beginning: not counted
    AGAIN = "again"  # once more from its beginning, by the browser that pressed: not counted
    LOOKED = "looked"  # the page was shown, nothing more
    ASKED = "asked"  # for more time
    WRONG_PASSWORD = "wrong-password"  # noqa: S105  no password
    TOO_MANY_TRIES = "too-many-tries"
    BUSY = "busy"  # others' passwords are being checked
    NOT_YET = "not-yet"
    USED_UP = "used-up"
    ENDED = "ended"
    REVOKED = "revoked"
    REPLACED = "replaced"
    GRANT_OVER = "grant-over"  # the link was changed since the button was pressed
    GRANT_USED = "grant-used"  # as often as one press allows
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a link stands when somebody comes. Moments are aware."""

    promised_until: datetime
    starts_at: datetime | None = None
    is_revoked: bool = False
    is_stopped: bool = False
    is_used_up: bool = False


def refuse(standing: Standing, now: datetime, *, granted: bool = False) -> Outcome | None:
    """Why nobody is let through, or None. Who holds a grant has been counted: a limit is not theirs any more."""
    if standing.is_revoked:
        return Outcome.REVOKED
    if now >= standing.promised_until:
        return Outcome.ENDED
    if standing.is_stopped:
        return Outcome.REPLACED
    if standing.starts_at is not None and now < standing.starts_at:
        return Outcome.NOT_YET
    return Outcome.USED_UP if standing.is_used_up and not granted else None


def refuse_grant(fresh_count: int, resume_count: int, *, goes_on: bool) -> Outcome | None:
    """Why a press that was followed so often is followed no longer, or None."""
    left = RESUMES - resume_count if goes_on else FRESH_DOWNLOADS - fresh_count
    return None if left > 0 else Outcome.GRANT_USED


def limit_tries(*, under_attack: bool, has_opened: bool) -> Limit:
    """How many wrong passwords a network may try at one address.

    Nobody is ever locked out by others: where many try, whoever is new still has a few, and a network from which it
    was opened lately as many as always.
    """
    return Limit(TRIES_UNDER_ATTACK if under_attack and not has_opened else TRIES_PER_NETWORK, TRIES_WITHIN)


def begins_midway(range_header: str) -> bool:
    """Whether a request goes on with a download: one range that does not begin at the file's beginning."""
    unit, _, spans = range_header.replace(" ", "").partition("=")
    start = spans.partition("-")[0]
    return unit.lower() == "bytes" and "," not in spans and start.isdecimal() and int(start[:20]) > 0
