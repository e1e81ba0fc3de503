"""Admission: what a customer's request for a link meets."""

from datetime import datetime, timedelta
from enum import StrEnum

from links.domain.link_state import LinkAccess, LinkState
from links.domain.visits.throttling import Limit

GRANT_LIFETIME = timedelta(hours=6)  # long enough for a large file over a poor line, with its resumes
FRESH_DOWNLOADS = 5  # of one grant, from the file's beginning: a line breaks, a page is opened again
RESUMES = 100  # of one grant; a download manager asks for some sixteen parts
RESUMES_OF_CLICK = Limit(RESUMES, GRANT_LIFETIME)
AN_HOUR = timedelta(hours=1)
QUESTIONS = Limit(5, AN_HOUR)  # of one network, about one link
ASKERS = 10  # whose messages one open time request keeps; more than one network sends within an hour
MAILS_TO_STRANGERS = Limit(3, timedelta(days=1))  # to one address that no customer's record has
TRIES_WINDOW = timedelta(minutes=15)
TRIES_PER_NETWORK = 10  # at one address
TRIES_UNDER_ATTACK = 2
TRIES_ANYWHERE = Limit(30, TRIES_WINDOW)  # of one network, at whatever addresses
UNDER_ATTACK = Limit(100, TRIES_WINDOW)  # of everybody, at one address
OPENED_LIFETIME = timedelta(days=1)
GUESSES = Limit(60, TRIES_WINDOW)  # of one network: tokens that are nobody's
LOOKS = Limit(300, TRIES_WINDOW)  # of one network: at addresses that people chose, whether there is one or not
GUESSES_OF_ALL = Limit(1_000, AN_HOUR)  # from there on it is an attack
HASHES = Limit(30, timedelta(minutes=1))  # of one network, right passwords among them


class Outcome(StrEnum):
    """What came of a visit."""

    SERVED = "served"
    RESUMED = "resumed"  # a part of the file, not its beginning: not counted
    AGAIN = "again"  # once more from its beginning, by the browser that pressed: not counted
    LOOKED = "looked"  # the page was shown, nothing more
    PREVIEW = "preview"  # a program looked ahead of people: it counts as nothing
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


def why_closed(access: LinkAccess, now: datetime, *, granted: bool = False) -> Outcome | None:
    """Why nobody is let through, or None. Who holds a grant has been counted: a limit is not theirs any more."""
    state = access.read_state(now)
    if state.is_withdrawn:
        return Outcome.REVOKED
    if state is LinkState.ENDED:
        return Outcome.ENDED
    if access.is_stopped:
        return Outcome.REPLACED
    if access.starts_at is not None and now < access.starts_at:
        return Outcome.NOT_YET
    return Outcome.USED_UP if state is LinkState.USED_UP and not granted else None


def refuse_grant(fresh_count: int, resume_count: int, *, goes_on: bool) -> Outcome | None:
    """Why a press that was followed so often is followed no longer, or None."""
    left = RESUMES - resume_count if goes_on else FRESH_DOWNLOADS - fresh_count
    return None if left > 0 else Outcome.GRANT_USED


_BOUNDED_BY_WHAT_THEY_NEED = (Outcome.SERVED, Outcome.RESUMED, Outcome.AGAIN, Outcome.WRONG_PASSWORD)
_ROWS_AN_HOUR = {Outcome.LOOKED: 20, Outcome.FAILED: 20}


def limit_rows(outcome: Outcome) -> Limit | None:
    """How many rows the visits of one network to one link may make; what comes besides is counted in the last of them.
    None where something else bounds them: a download, a password that was hashed."""
    if outcome in _BOUNDED_BY_WHAT_THEY_NEED:
        return None
    return Limit(_ROWS_AN_HOUR.get(outcome, 1), AN_HOUR)


def limit_tries(*, under_attack: bool, has_opened: bool) -> Limit:
    """How many wrong passwords a network may try at one address.

    Nobody is ever locked out by others: where many try, whoever is new still has a few, and a network from which it
    was opened lately as many as always.
    """
    return Limit(TRIES_UNDER_ATTACK if under_attack and not has_opened else TRIES_PER_NETWORK, TRIES_WINDOW)
