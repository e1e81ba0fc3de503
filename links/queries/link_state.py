"""A link's state as staff see it: the last verdict, unless something else matters more."""

from datetime import datetime
from enum import StrEnum

from django.db.models import F, Q

from links.models import ShareLink


class LinkState(StrEnum):
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
    def is_live(self) -> bool:
        """Whether its promise still runs: what is used up opens for nobody, and can be given another download."""
        return self not in (LinkState.ENDED, LinkState.REVOKED, LinkState.RESCUED)


def read_state(link: ShareLink, now: datetime) -> LinkState:
    if link.is_revoked:
        return LinkState.REVOKED
    if link.is_rescued:
        return LinkState.RESCUED
    if link.is_over(now):
        return LinkState.ENDED
    if link.is_used_up:
        return LinkState.USED_UP
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
    if state is LinkState.USED_UP:
        return where_live(now) & Q(download_limit__isnull=False, visit_count__gte=F("download_limit"))
    judged = Q(verdict__in=["", "ended"] if state is LinkState.NEW else [state.value])
    return where_live(now) & judged & (Q(download_limit=None) | Q(visit_count__lt=F("download_limit")))


def where_live(now: datetime) -> Q:
    return Q(revoked_at=None, rescued_by=None, promised_until__gt=now)
