"""The state of a link: one machine, which everything that asks how a link stands goes by.

The same in SQL is links.queries.link_state; a test holds the two against each other.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from links.domain.findings import Verdict


class LinkState(StrEnum):
    """What matters most about a link: what was decided about it, then what its last validation found."""

    BROKEN = "broken"
    AT_RISK = "at_risk"
    UNKNOWN = "unknown"
    HEALTHY = "healthy"
    NEW = "new"
    USED_UP = "used_up"
    ENDED = "ended"
    REVOKED = "revoked"
    RESCUED = "rescued"

    @property
    def is_withdrawn(self) -> bool:
        """Whether somebody ended it, or put a stable link in its place: it is validated no more."""
        return self in (LinkState.REVOKED, LinkState.RESCUED)

    @property
    def is_live(self) -> bool:
        """Whether its promise still runs: what is used up opens for nobody, and can be given another download."""
        return self is not LinkState.ENDED and not self.is_withdrawn

    @property
    def is_open(self) -> bool:
        """Whether it shall open for customers, as far as its promise goes: its verdict tells whether it does."""
        return self.is_live and self is not LinkState.USED_UP


@dataclass(frozen=True, slots=True)
class LinkAccess:
    """All that decides how a link stands, and whether it lets somebody in. Moments are aware.

    `is_stopped`: another file took the place of the one that was shared. `verdict` is that of the last validation;
    empty before the first.
    """

    promised_until: datetime
    starts_at: datetime | None = None
    is_revoked: bool = False
    is_rescued: bool = False
    is_stopped: bool = False
    is_used_up: bool = False
    verdict: str = ""

    def read_state(self, now: datetime) -> LinkState:
        if self.is_revoked:
            return LinkState.REVOKED
        if self.is_rescued:
            return LinkState.RESCUED
        if has_ended(self.promised_until, now):
            return LinkState.ENDED
        if self.is_used_up:
            return LinkState.USED_UP
        # A promise that was extended after its end has not been looked at since.
        if self.verdict in ("", Verdict.ENDED):
            return LinkState.NEW
        # One that another version wrote tells nothing, and keeps no customer out.
        return LinkState(self.verdict) if self.verdict in set(Verdict) else LinkState.UNKNOWN


def has_ended(promised_until: datetime, now: datetime) -> bool:
    """Whether a promise has been kept to its end. At its very end it is over."""
    return now >= promised_until
