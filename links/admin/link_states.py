"""A link's state as staff see it: the last verdict, unless something else matters more."""

from datetime import datetime
from enum import StrEnum

from django.db.models import Q

from links.models import ShareLink


class LinkState(StrEnum):
    BROKEN = "broken"
    AT_RISK = "at_risk"
    UNKNOWN = "unknown"
    HEALTHY = "healthy"
    NEW = "new"
    ENDED = "ended"
    REVOKED = "revoked"
    RESCUED = "rescued"

    @property
    def is_live(self) -> bool:
        return self not in (LinkState.ENDED, LinkState.REVOKED, LinkState.RESCUED)


def read_state(link: ShareLink, now: datetime) -> LinkState:
    if link.is_revoked:
        return LinkState.REVOKED
    if link.is_rescued:
        return LinkState.RESCUED
    if link.is_over(now):
        return LinkState.ENDED
    # A promise that was extended after its end has not been looked at since.
    return LinkState.NEW if link.verdict in ("", "ended") else LinkState(link.verdict)


def where_state(state: LinkState, now: datetime) -> Q:
    """The rows that `read_state` calls so."""
    if state is LinkState.REVOKED:
        return Q(revoked_at__isnull=False)
    if state is LinkState.RESCUED:
        return Q(revoked_at=None, rescued_by__isnull=False)
    if state is LinkState.ENDED:
        return Q(revoked_at=None, rescued_by=None, promised_until__lte=now)
    return where_live(now) & Q(verdict__in=["", "ended"] if state is LinkState.NEW else [state.value])


def where_live(now: datetime) -> Q:
    return Q(revoked_at=None, rescued_by=None, promised_until__gt=now)
