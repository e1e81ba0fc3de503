"""Events written down, in the transaction of what happened, where some webhook wants them."""

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from links.database.locks import keep
from links.domain.events.kinds import EventKind, find_kind_of_change
from links.domain.events.payloads import (
    FindingData,
    IncidentData,
    IncidentEvent,
    LinkChanged,
    LinkData,
    LinkEvent,
    LinkJudged,
    LinkMade,
    Origin,
    Payload,
    TimeAsked,
    write_body,
)
from links.domain.findings import read_findings
from links.models import Incident, ShareLink, TimeRequest, Webhook, WebhookEvent, WebhookMessage

LOOK_SECONDS = 5.0
"""For so long a process goes by what it read of webhooks: a click costs no statement more where none wants to know."""
BATCH_SIZE = 500


class _Wanted:
    kinds: frozenset[EventKind] = frozenset()
    read_at = float("-inf")


def is_wanted(*kinds: EventKind) -> bool:
    """Whether some webhook wants one of these kinds, on or off: what it misses while it is off can be replayed."""
    if monotonic() - _Wanted.read_at > LOOK_SECONDS:
        _Wanted.kinds = frozenset[EventKind]().union(*(webhook.read_kinds() for webhook in Webhook.objects.all()))
        _Wanted.read_at = monotonic()
    return not _Wanted.kinds.isdisjoint(kinds)


def forget_wanted() -> None:
    """This process looks again at once; the others do so within `LOOK_SECONDS`."""
    _Wanted.read_at = float("-inf")


# What happens to links ------------------------------------------------------------------------------------------------


def tell_made(made: Mapping[int, int | None], origin: Origin, now: datetime) -> None:
    """Links that were just saved, each with the number of the link that it was made from."""
    _tell_of_links(EventKind.LINK_MADE, made, now, lambda link, data: LinkMade(data, origin, made[link.pk]))


def tell_changed(ids: Collection[int], changed: Iterable[str], now: datetime) -> None:
    names = tuple(sorted(changed))
    _tell_of_links(EventKind.LINK_CHANGED, ids, now, lambda _link, data: LinkChanged(data, names))


def tell_revoked(ids: Collection[int], now: datetime) -> None:
    _tell_of_links(EventKind.LINK_REVOKED, ids, now, lambda _link, data: LinkEvent(data))


def wants_download(link: ShareLink) -> bool:
    """Whether anybody wants to know that this link is downloaded, as it was read before that."""
    first = (EventKind.LINK_OPENED,) if link.visit_count == 0 else ()
    return is_wanted(EventKind.LINK_DOWNLOADED, *first)


def tell_downloaded(link: ShareLink, now: datetime) -> None:
    """A download was counted, and the link was read, and locked, before that; the first one has opened the link."""
    if link.visit_count == 0:
        _tell_of_links(EventKind.LINK_OPENED, [link.pk], now, lambda _link, data: LinkEvent(data))
    _tell_of_links(EventKind.LINK_DOWNLOADED, [link.pk], now, lambda _link, data: LinkEvent(data))


def tell_judged(verdicts: Mapping[int, str], now: datetime) -> None:
    """Links whose verdict was written, each with the one that it had before, "" for none."""
    kinds = {kind for kind in map(EventKind, _JUDGED) if is_wanted(kind)}
    if not kinds:
        return
    drafts = []
    for link in _read_links(verdicts):
        before = verdicts[link.pk]
        kind = find_kind_of_change(before, link.verdict)
        if kind in kinds:
            payload = LinkEvent(_describe(link)) if kind is EventKind.LINK_ENDED else _judge(link, before)
            drafts.append(_Draft(kind, payload, link=link.pk))
    _write(drafts, now)


def tell_time_asked(asked: TimeRequest, now: datetime) -> None:
    _tell_of_links(EventKind.TIME_ASKED, [asked.link_id], now, lambda _link, data: TimeAsked(data, asked.pk))


_JUDGED = (EventKind.LINK_AT_RISK, EventKind.LINK_BROKEN, EventKind.LINK_HEALTHY, EventKind.LINK_ENDED)


def _judge(link: ShareLink, before: str) -> LinkJudged:
    findings = read_findings(link.findings)
    said = tuple(FindingData(each.code.value, each.verdict.value, each.fails_at) for each in findings)
    return LinkJudged(_describe(link), before, said)


def _tell_of_links(
    kind: EventKind, ids: Collection[int], now: datetime, build: Callable[[ShareLink, LinkData], Payload]
) -> None:
    if ids and is_wanted(kind):
        _write([_Draft(kind, build(link, _describe(link)), link=link.pk) for link in _read_links(ids)], now)


def _read_links(ids: Iterable[int]) -> Iterable[ShareLink]:
    """As they are now that the change was written, in the order of their numbers."""
    return ShareLink.objects.filter(pk__in=list(ids)).select_related("bucket").order_by("pk")


def _describe(link: ShareLink) -> LinkData:
    return LinkData(
        id=link.pk,
        delivery=link.delivery,
        bucket=link.bucket.name if link.bucket else "",
        object_key=link.object_key,
        title=link.title,
        reference=link.reference,
        customer=link.customer_id,
        created_at=link.created_at,
        promised_until=link.promised_until,
        revoked_at=link.revoked_at,
        downloads=link.visit_count,
        download_limit=link.download_limit,
        verdict=link.verdict,
    )


# Incidents ------------------------------------------------------------------------------------------------------------


def tell_opened(ids: Iterable[int], now: datetime) -> None:
    """Those of these incidents that were opened at this moment, and of which nothing was told yet."""
    if is_wanted(EventKind.INCIDENT_OPENED):
        fresh = Incident.objects.filter(pk__in=list(ids), opened_at=now, webhook_events=None).order_by("pk")
        _tell_of_incidents(EventKind.INCIDENT_OPENED, fresh, now)


def tell_resolved(incidents: Iterable[Incident], now: datetime) -> None:
    if is_wanted(EventKind.INCIDENT_RESOLVED):
        _tell_of_incidents(EventKind.INCIDENT_RESOLVED, incidents, now)


def _tell_of_incidents(kind: EventKind, incidents: Iterable[Incident], now: datetime) -> None:
    _write([_Draft(kind, IncidentEvent(_describe_incident(one)), incident=one.pk) for one in incidents], now)


def _describe_incident(incident: Incident) -> IncidentData:
    return IncidentData(
        id=incident.pk,
        code=incident.code,
        verdict=incident.verdict,
        about=incident.subject,
        links=incident.link_count,
        opened_at=incident.opened_at,
        resolved_at=incident.resolved_at,
    )


# Rows -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Draft:
    kind: EventKind
    payload: Payload
    link: int | None = None
    incident: int | None = None


def _write(drafts: Sequence[_Draft], now: datetime) -> None:
    """The events that some webhook wants, and a message to each that wants them and is on."""
    keep(Webhook.objects.all())  # a message to one that is deleted at this moment would undo all of the transaction
    webhooks = [(webhook, webhook.read_kinds()) for webhook in Webhook.objects.order_by("pk")]
    wanted = [draft for draft in drafts if any(draft.kind in kinds for _webhook, kinds in webhooks)]
    events = WebhookEvent.objects.bulk_create([_build_event(draft, now) for draft in wanted], batch_size=BATCH_SIZE)
    messages = [
        build_message(webhook, event, now)
        for draft, event in zip(wanted, events, strict=True)
        for webhook, kinds in webhooks
        if webhook.is_on and draft.kind in kinds
    ]
    WebhookMessage.objects.bulk_create(messages, batch_size=BATCH_SIZE)


def _build_event(draft: _Draft, now: datetime) -> WebhookEvent:
    event = WebhookEvent(
        key=uuid.uuid4(), kind=draft.kind.value, at=now, link_id=draft.link, incident_id=draft.incident
    )
    event.body = write_body(event.event_id, draft.kind, draft.payload, now)
    return event


def build_message(webhook: Webhook, event: WebhookEvent, now: datetime) -> WebhookMessage:
    return WebhookMessage(webhook=webhook, event=event, about=event.about, created_at=now, due_at=now)
