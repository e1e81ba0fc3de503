"""What is said of an event: typed values, which become the JSON that is signed and sent.

They are numbers, dates and names that staff gave. None of them opens anything: no token, no slug, no URL, no signature;
and of people there is nothing but the customer's number.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Literal

from links.domain.events.kinds import TEST, VERSION, EventKind

Origin = Literal["created", "copied", "rescued", "watched"]


@dataclass(frozen=True, slots=True)
class LinkData:
    """A link as it was when the event happened. `customer` is the customer's number; `verdict` is "" before the first
    validation."""

    id: int
    delivery: str
    bucket: str
    object_key: str
    title: str
    reference: str
    customer: int | None
    created_at: datetime
    promised_until: datetime
    revoked_at: datetime | None
    downloads: int
    download_limit: int | None
    verdict: str


@dataclass(frozen=True, slots=True)
class FindingData:
    """One reason why the link will not, or does not, keep its promise."""

    code: str
    verdict: str
    fails_at: datetime | None


@dataclass(frozen=True, slots=True)
class LinkMade:
    """`made_from` is the link that was copied, or whose promise this one took over."""

    link: LinkData
    origin: Origin
    made_from: int | None = None


@dataclass(frozen=True, slots=True)
class LinkChanged:
    """`changed` names what is otherwise now."""

    link: LinkData
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LinkEvent:
    """What needs no more words than its type: opened, downloaded, ended, revoked."""

    link: LinkData


@dataclass(frozen=True, slots=True)
class LinkJudged:
    """A validation found the link otherwise than before; `before` is the verdict until then, "" for none."""

    link: LinkData
    before: str
    findings: tuple[FindingData, ...]


@dataclass(frozen=True, slots=True)
class TimeAsked:
    """A customer asks for more time. What they wrote is theirs, and stays in Holdfast."""

    link: LinkData
    time_request: int


@dataclass(frozen=True, slots=True)
class IncidentData:
    """`about` names the bucket, key, store or file that has to be mended; `links` is how many it affected."""

    id: int
    code: str
    verdict: str
    about: str
    links: int
    opened_at: datetime
    resolved_at: datetime | None


@dataclass(frozen=True, slots=True)
class IncidentEvent:
    incident: IncidentData


@dataclass(frozen=True, slots=True)
class WebhookTest:
    """Sent by "send a test"."""

    message: str = "This is a test."


Payload = LinkMade | LinkChanged | LinkEvent | LinkJudged | TimeAsked | IncidentEvent | WebhookTest

PAYLOADS: Mapping[EventKind, type[Payload]] = MappingProxyType(
    {
        EventKind.LINK_MADE: LinkMade,
        EventKind.LINK_CHANGED: LinkChanged,
        EventKind.LINK_OPENED: LinkEvent,
        EventKind.LINK_DOWNLOADED: LinkEvent,
        EventKind.LINK_AT_RISK: LinkJudged,
        EventKind.LINK_BROKEN: LinkJudged,
        EventKind.LINK_HEALTHY: LinkJudged,
        EventKind.LINK_ENDED: LinkEvent,
        EventKind.LINK_REVOKED: LinkEvent,
        EventKind.TIME_ASKED: TimeAsked,
        EventKind.INCIDENT_OPENED: IncidentEvent,
        EventKind.INCIDENT_RESOLVED: IncidentEvent,
    }
)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is sent: the event's id, type, version and time, and what it says. `id` is the header `webhook-id`, too."""

    id: str
    type: str
    version: int
    timestamp: datetime
    data: Payload


def write_body(event_id: str, kind: EventKind | None, payload: Payload, now: datetime) -> str:
    """The JSON of an event, without blanks, in one spelling; None is a test. The very same text is signed and sent each
    time."""
    envelope = Envelope(event_id, kind.value if kind else TEST, VERSION, now, payload)
    return json.dumps(asdict(envelope), default=_write_moment, ensure_ascii=False, separators=(",", ":"))


def _write_moment(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    raise TypeError(type(value).__name__)
