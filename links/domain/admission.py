"""Admission: what a customer's request for a link meets."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

GRANT_LASTS = timedelta(hours=6)  # long enough for a large file over a poor line, with its resumes
TRIES_WITHIN = timedelta(minutes=15)
TRIES_PER_NETWORK = 10
TRIES_PER_LINK = 100  # a stranger who tries must not lock everybody else out at once


class Outcome(StrEnum):
    """What came of a visit."""

    SERVED = "served"
    RESUMED = "resumed"  # a part of the file, not its beginning: not counted
    LOOKED = "looked"  # the page was shown, nothing more
    ASKED = "asked"  # for more time
    WRONG_PASSWORD = "wrong-password"  # noqa: S105  no password
    TOO_MANY_TRIES = "too-many-tries"
    NOT_YET = "not-yet"
    USED_UP = "used-up"
    ENDED = "ended"
    REVOKED = "revoked"
    REPLACED = "replaced"
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


def has_tried_too_often(by_network: int, by_anybody: int) -> bool:
    """Judge the wrong passwords of the last `TRIES_WITHIN`, this try among them."""
    return by_network > TRIES_PER_NETWORK or by_anybody > TRIES_PER_LINK


def begins_midway(range_header: str) -> bool:
    """Whether a request goes on with a download: one range that does not begin at the file's beginning."""
    unit, _, spans = range_header.replace(" ", "").partition("=")
    start = spans.partition("-")[0]
    return unit.lower() == "bytes" and "," not in spans and start.isdecimal() and int(start[:20]) > 0
