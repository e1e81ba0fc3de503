"""What a new end does to a link's promise."""

import unicodedata
from datetime import datetime, tzinfo
from enum import StrEnum

from links.domain.link_state import LinkAccess
from links.domain.promise import lifetimes
from links.domain.promise.lifetimes import Lifetime
from links.domain.promise.promises import Promise, PromiseReason


class EndChange(StrEnum):
    EXTEND = "extend"
    SHORTEN = "shorten"
    REVIVE = "revive"


def count_from_end(text: str, promised_until: datetime, *, zone: tzinfo, now: datetime) -> str:
    """ "+7 days" as the end that it comes to: counted from the present one, or from now where that is past. Anything
    else as it was entered. Raises what `lifetimes` refuses."""
    entered = unicodedata.normalize("NFKC", text[: lifetimes.MAX_TEXT_LENGTH + 1]).strip()
    if not entered.startswith("+"):
        return text
    start = max(promised_until, now.replace(microsecond=0))
    return str(Lifetime(end=lifetimes.parse(entered[1:], zone=zone).ends_at(start.astimezone(zone))))


def is_date(text: str, *, zone: tzinfo) -> bool:
    """Whether an end was entered, and no duration. Raises what `lifetimes` refuses."""
    return lifetimes.parse(text, zone=zone).end is not None


def name_change(asked_until: datetime, promised_until: datetime, *, is_revoked: bool, now: datetime) -> EndChange:
    """A promise that is over or was revoked is revived; one that runs is extended or cut short."""
    if not LinkAccess(promised_until, is_revoked=is_revoked).read_state(now).is_live:
        return EndChange.REVIVE
    return EndChange.SHORTEN if asked_until < promised_until else EndChange.EXTEND


def cut(promised_until: datetime, reasons: tuple[PromiseReason, ...], end: datetime) -> Promise:
    """The promise that is left when it is cut at `end`, without the reasons that would only come true later."""
    left = tuple(reason for reason in reasons if reason.at is None or reason.at < end)
    return Promise(end, min(promised_until, end), left)
