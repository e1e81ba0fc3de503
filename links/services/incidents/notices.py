"""Telling: notices about incidents, made in the transaction that found them and delivered later, at least once."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone, translation

from links.channels import Channel, Message, configured
from links.domain.findings import Code, find_worst_verdict
from links.domain.incidents import GREW_EVERY, REMINDER_EVERY, SETTLE, NoticeKind
from links.domain.promise.terms import ShownIn
from links.models import Heartbeat, Incident, IncidentLink, IncidentNotice, NoticeDigest
from links.queries.cure_pages import find_cure_pages
from links.queries.health import DELIVER
from links.queries.link_state import forecast_incident, read_forecast
from links.services.incidents import digests
from links.services.link_terms import read_shown
from links.services.mail.admin_pages import list_of, page_of
from links.services.mail.outbox import NO_LONGER_CONFIGURED, Clock, Route, Send, Tally, deliver
from links.texts import labels
from links.texts.mail import incident_digests as digest_words
from links.texts.mail import incident_notices

_DIGEST_UNDER_WAY = Q(digest__lease_id__isnull=False) | Q(digest__delivered_at__isnull=False)
# Told to nobody, and not being told at this moment.
_WAITING = Q(lease_id=None, delivered_at=None, given_up_at=None) & ~_DIGEST_UNDER_WAY


def announce(incident: Incident, kind: NoticeKind, now: datetime) -> list[IncidentNotice]:
    """Put one notice per configured channel in its place; call it in the transaction that changes the incident.

    A resolution goes only to the channels whose readers believe that the cause is still there.
    """
    identities = [channel.identity for channel in configured()]
    if kind is NoticeKind.RESOLVED:
        withdraw(incident, NoticeKind.REMINDER)
        believers = _find_believers(incident)
        identities = [identity for identity in identities if identity in believers]
    return IncidentNotice.objects.bulk_create([_build_notice(incident, kind, identity, now) for identity in identities])


def announce_growth(incident: Incident, now: datetime) -> None:
    """More links are harmed than was told; call it in the transaction that adds them. Nothing is said where a notice
    that waits will count them, nor where people were told that it comes and goes, and no sooner than `GREW_EVERY` after
    the last word."""
    drafts = list[IncidentNotice]()
    for channel in configured():
        through = incident.notices.filter(channel=channel.identity)
        if through.filter(_WAITING).exists():
            continue
        last = through.filter(given_up_at=None).order_by("pk").last()
        if last is not None and last.kind == NoticeKind.FLAPPING:
            continue
        kind = NoticeKind.OPENED if last is None else NoticeKind.GREW
        draft = _build_notice(incident, kind, channel.identity, now)
        if last is not None and last.delivered_at is not None:
            draft.due_at = max(now + SETTLE, last.delivered_at + GREW_EVERY)
        drafts.append(draft)
    IncidentNotice.objects.bulk_create(drafts)


def withdraw(incident: Incident, kind: NoticeKind) -> int:
    """Take back the notices of this kind that nobody was told or is just being told; how many."""
    return incident.notices.filter(_WAITING, kind=kind.value).delete()[0]


def was_delivered(incident: Incident) -> bool:
    """Whether anybody was told, or is just being told, of this cause and not yet of its end.

    Earlier incidents of the same cause count: when it returns before its end was told, nothing is said twice.
    """
    return bool(_find_believers(incident))


def remind(now: datetime) -> int:
    """Say again, through each channel, what has been open and unsaid there for `REMINDER_EVERY`; how many notices.

    What a channel was never told, because it is new or gave up, is announced as an opening.
    """
    return sum(_remind_through(channel, now) for channel in configured())


def deliver_due(clock: Clock, *, limit: int = 50) -> Tally:
    """Deliver up to `limit` due notices through each channel (links.services.mail.outbox), and what is beyond
    `ALERTS_PER_HOUR` in digests."""
    channels = configured()
    given_up = _give_up_strangers(channels, clock())
    digests.settle()
    for channel in channels:
        digests.admit(channel.identity, settings.ALERTS_PER_HOUR, clock())
    # A digest has a thread of its own, and with it a channel of its own.
    routes: list[Route[Any]] = [*map(_route, channels), *map(_route_digests, configured())]
    tally = deliver(routes, clock, limit=limit)
    digests.settle()
    Heartbeat.record(DELIVER, clock())
    return replace(tally, given_up=tally.given_up + given_up)


# What is said ---------------------------------------------------------------------------------------------------


def compose(notice: IncidentNotice, now: datetime, language: str = "") -> Message:
    """What a notice says at this moment, in this language, else in `ALERT_LANGUAGE`: its count grows while links are
    still being found.

    Raises ValueError where the incident's code is no longer known.
    """
    with _told_in(language):
        report = _build_context(notice.incident, NoticeKind(notice.kind), now)
        return Message(
            key=notice.key.hex,
            subject=incident_notices.subject(report),
            text=incident_notices.body(report),
            kind=report.kind,
            gravity=report.finding.verdict,
        )


@contextmanager
def _told_in(language: str) -> Iterator[None]:
    with translation.override(language or settings.ALERT_LANGUAGE), timezone.override(settings.TIME_ZONE):
        yield


def compose_digest(digest: NoticeDigest, now: datetime, language: str = "") -> Message | None:
    """What a digest says at this moment of the notices in it; None where all of them were withdrawn."""
    notices = list(digest.notices.select_related("incident").order_by("pk"))
    if not notices:
        return None
    if len(notices) == 1:
        return replace(compose(notices[0], now, language), key=digest.key.hex)
    entries = [_enter(notice, now) for notice in notices]
    with _told_in(language):
        return Message(
            key=digest.key.hex,
            subject=digest_words.subject(entries),
            text=digest_words.body(entries, settings.ALERTS_PER_HOUR, list_of("incident")),
            kind=min((entry.kind for entry in entries), key=list(NoticeKind).index),
            gravity=find_worst_verdict(entry.finding for entry in entries if entry.finding),
        )


def _enter(notice: IncidentNotice, now: datetime) -> digest_words.Entry:
    incident = notice.incident
    return digest_words.Entry(
        kind=NoticeKind(notice.kind),
        finding=incident.read_finding(),
        code=incident.code,
        about=incident.subject,
        link_count=incident.link_count,
        forecast=forecast_incident(incident, now),
        url=page_of("incident", incident.pk),
    )


def _build_context(incident: Incident, kind: NoticeKind, now: datetime) -> incident_notices.NoticeContext:
    finding = incident.read_finding()
    if finding is None:
        raise ValueError(incident.code)
    return incident_notices.NoticeContext(
        kind=kind,
        finding=finding,
        about=incident.subject,
        opened_at=incident.opened_at,
        composed_at=now,
        resolved_at=incident.resolved_at,
        link_count=incident.link_count,
        links=tuple(_describe(row, now) for row in _find_incident_links(incident)[: incident_notices.LISTED]),
        forecast=forecast_incident(incident, now),
        list_url=page_of("incident", incident.pk),
        acts=tuple(_find_acts(incident, finding.code)),
        unasked_since=Incident.objects.with_unasked().get(pk=incident.pk).unasked_since,
    )


def _find_acts(incident: Incident, code: Code) -> Iterator[tuple[str, str]]:
    """What can be done with the key or the bucket that it is about, and on which page."""
    ids = (incident.subject, str(incident.params.get("access_key_id", "")))
    for page in find_cure_pages(code, access_key_ids=ids, bucket_name=incident.subject):
        yield labels.name_act(page.act, page.name), f"{list_of(page.model)}{page.pk}/{page.page}/"


def _find_incident_links(incident: Incident) -> QuerySet[IncidentLink]:
    """The links affected now, or, once it is over, those that were; the first to die first."""
    incident_links = incident.incident_links.filter(over_at=None) if incident.is_open else incident.incident_links.all()
    return incident_links.select_related("link__owner").order_by(F("fails_at").asc(nulls_last=True), "link_id")


def _describe(row: IncidentLink, now: datetime) -> incident_notices.AffectedLink:
    return incident_notices.AffectedLink(
        label=str(row.link),
        url=page_of("sharelink", row.link_id),
        owner=row.link.owner.get_username() if row.link.owner else "",
        promised_until=row.link.promised_until,
        forecast=read_forecast(row.link, now),
        terms=read_shown(row.link, ShownIn.NOTICE),
    )


# To whom --------------------------------------------------------------------------------------------------------


def _build_notice(incident: Incident, kind: NoticeKind, identity: str, now: datetime) -> IncidentNotice:
    return IncidentNotice(incident=incident, kind=kind.value, channel=identity, created_at=now, due_at=now + SETTLE)


def _find_believers(incident: Incident) -> set[str]:
    """The channels where the last word on this cause was not its end."""
    said = IncidentNotice.objects.filter(
        Q(delivered_at__isnull=False) | Q(lease_id__isnull=False) | _DIGEST_UNDER_WAY,
        incident__code=incident.code,
        incident__subject=incident.subject,
    )
    last_words = dict(said.order_by("pk").values_list("channel", "kind"))
    return {channel for channel, kind in last_words.items() if kind != NoticeKind.RESOLVED}


def _remind_through(channel: Channel, now: datetime) -> int:
    with transaction.atomic():
        candidates = list(_find_unsaid(channel, now).values_list("pk", flat=True))
        # Two reminders at once: the second waits here, and then finds nothing left to say.
        list(Incident.objects.select_for_update(of=("self",)).filter(pk__in=candidates).order_by("pk"))
        unsaid = _find_unsaid(channel, now).filter(pk__in=candidates)
        made = IncidentNotice.objects.bulk_create(
            _build_reminder(incident, channel.identity, now) for incident in unsaid
        )
    return len(made)


def _build_reminder(incident: Incident, identity: str, now: datetime) -> IncidentNotice:
    kind = NoticeKind.REMINDER if identity in _find_believers(incident) else NoticeKind.OPENED
    return _build_notice(incident, kind, identity, now)


def _find_unsaid(channel: Channel, now: datetime) -> QuerySet[Incident]:
    lately = now - REMINDER_EVERY
    through = IncidentNotice.objects.filter(incident=OuterRef("pk"), channel=channel.identity)
    waiting_or_fresh = through.filter(
        Q(delivered_at=None, given_up_at=None) | Q(delivered_at__gt=lately, delivered_at__lte=now)
    )
    return Incident.objects.open().filter(~Exists(waiting_or_fresh), opened_at__lte=lately)


# Delivery -------------------------------------------------------------------------------------------------------


def _give_up_strangers(channels: Sequence[Channel], now: datetime) -> int:
    known = [channel.identity for channel in channels]
    ended = {"given_up_at": now, "due_at": None, "lease_id": None, "leased_until": None}
    digests = NoticeDigest.objects.due(now).exclude(channel__in=known).order_by()
    digests.update(last_error=NO_LONGER_CONFIGURED, **ended)
    strangers = IncidentNotice.objects.due(now).exclude(channel__in=known).order_by()
    return strangers.update(last_error=NO_LONGER_CONFIGURED, **ended)


def _route(channel: Channel) -> Route[IncidentNotice]:
    """The oldest of each incident first: no end is told before its beginning."""
    return Route(
        waiting=IncidentNotice.objects.in_turn().filter(channel=channel.identity, admitted_at__isnull=False),
        rows=IncidentNotice.objects.select_related("incident"),
        compose=lambda notice, now: partial(channel.deliver, compose(notice, now, channel.language)),
    )


def _route_digests(channel: Channel) -> Route[NoticeDigest]:
    def compose_for(digest: NoticeDigest, now: datetime) -> Send | None:
        message = compose_digest(digest, now, channel.language)
        return partial(channel.deliver, message) if message else None

    waiting = NoticeDigest.objects.filter(channel=channel.identity)
    return Route(waiting=waiting, rows=NoticeDigest.objects.all(), compose=compose_for)
