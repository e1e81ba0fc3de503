"""The kinds of event that a webhook may want."""

from enum import StrEnum
from types import MappingProxyType

from links.domain.findings import Verdict


class EventKind(StrEnum):
    LINK_MADE = "link.made"
    LINK_CHANGED = "link.changed"
    LINK_OPENED = "link.opened"
    LINK_DOWNLOADED = "link.downloaded"
    LINK_AT_RISK = "link.at_risk"
    LINK_BROKEN = "link.broken"
    LINK_HEALTHY = "link.healthy"
    LINK_ENDED = "link.ended"
    LINK_REVOKED = "link.revoked"
    TIME_ASKED = "time_request.asked"
    INCIDENT_OPENED = "incident.opened"
    INCIDENT_RESOLVED = "incident.resolved"


TEST = "webhook.test"
"""The type of what "send a test" sends; nothing happened, and no webhook has to want it."""

VERSION = 1
"""Of every payload: it is raised where a field is taken away or means something else, not where one is added."""

KIND_OF_VERDICT = MappingProxyType(
    {
        Verdict.AT_RISK: EventKind.LINK_AT_RISK,
        Verdict.BROKEN: EventKind.LINK_BROKEN,
        Verdict.HEALTHY: EventKind.LINK_HEALTHY,
        Verdict.ENDED: EventKind.LINK_ENDED,
    }
)


def find_kind_of_change(before: str, after: str) -> EventKind | None:
    """What a validation's verdict tells that took the place of another, "" for none; None where it is no news.

    A link that works is news only where it was in trouble, or where nobody could tell. `unknown` tells nothing.
    """
    if before == after:
        return None
    kind = KIND_OF_VERDICT.get(Verdict(after))
    if kind is EventKind.LINK_HEALTHY and before in ("", Verdict.ENDED):
        return None
    return kind


def read_kinds(stored: object) -> frozenset[EventKind]:
    """The kinds in a list as it is stored; what an older version wrote and nobody knows any more is left out."""
    known = {kind.value: kind for kind in EventKind}
    return frozenset(known[name] for name in stored if name in known) if isinstance(stored, list) else frozenset()
