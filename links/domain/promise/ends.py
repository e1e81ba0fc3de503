"""What a new end does to a link's promise."""

from datetime import datetime
from enum import StrEnum

from links.domain.link_state import LinkAccess
from links.domain.promise.promises import Promise, PromiseReason


class EndChange(StrEnum):
    EXTEND = "extend"
    SHORTEN = "shorten"
    REVIVE = "revive"


def name_change(asked_until: datetime, promised_until: datetime, *, is_revoked: bool, now: datetime) -> EndChange:
    """A promise that is over or was revoked is revived; one that runs is extended or cut short."""
    if not LinkAccess(promised_until, is_revoked=is_revoked).read_state(now).is_live:
        return EndChange.REVIVE
    return EndChange.SHORTEN if asked_until < promised_until else EndChange.EXTEND


def cut(promised_until: datetime, reasons: tuple[PromiseReason, ...], end: datetime) -> Promise:
    """The promise that is left when it is cut at `end`, without the reasons that would only come true later."""
    left = tuple(reason for reason in reasons if reason.at is None or reason.at < end)
    return Promise(end, min(promised_until, end), left)
