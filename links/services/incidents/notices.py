"""Telling: notices about incidents, made in the transaction that found them and delivered later, at least once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import product
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone, translation

from links.channels import Channel, Message, configured
from links.conf import site
from links.database.locks import delete_in_order
from links.domain.findings import Finding, find_worst_verdict
from links.domain.incidents import GREW_EVERY, REMINDER_EVERY, SETTLE, STAYED, NoticeKind, announce_opening
from links.domain.judging.cures import Act, is_signed_elsewhere
from links.domain.promise.terms import ShownIn
from links.models import Heartbeat, Incident, IncidentLink, IncidentNotice, NoticeDigest, ShareLink
from links.models.incidents.incidents import Cause, share_cause
from links.queries.cure_pages import find_cure_pages
from links.queries.health import DELIVER
from links.queries.link_state import forecast_incident, read_forecast
from links.services.incidents import digests
from links.services.link_terms import read_shown
from links.services.mail.admin_pages import cure_page_of, list_of, page_of
from links.services.mail.outbox import NO_LONGER_CONFIGURED, Clock, Route, Send, Tally, deliver
from links.texts import labels
from links.texts.mail import incident_digests as digest_words
from links.texts.mail import incident_notices
from links.texts.people import name_person

_DIGEST_UNDER_WAY = Q(digest__lease_id__isnull=False) | Q(digest__delivered_at__isnull=False)
# Told to nobody, and not being told at this moment.
_WAITING = Q(lease_id=None, delivered_at=None, given_up_at=None) & ~_DIGEST_UNDER_WAY


def announce(
    incidents: Sequence[Incident], kind: NoticeKind, now: datetime, settle: timedelta = SETTLE
) -> list[IncidentNotice]:
    """Put one notice per configured channel of each incident in its place, due after `settle`; call it in the
    transaction that changes them.

    A resolution goes only to the channels whose readers believe that the cause is still there. Earlier incidents of
    the same cause count: when it returns before its end was told, nothing is said twice.
    """
    if not incidents:
        return []
    identities = [channel.identity for channel in configured()]
    pairs = [(incident, identity) for incident in incidents for identity in identities]
    if kind is NoticeKind.RESOLVED:
        withdraw([incident.pk for incident in incidents], NoticeKind.REMINDER)
        informed = _find_informed_channels(incidents)
        pairs = [(one, identity) for one, identity in pairs if identity in informed[one.code, one.subject]]
    return IncidentNotice.objects.bulk_create(
        _build_notice(one, kind, identity, now, settle) for one, identity in pairs
    )


def announce_openings(
    incidents: Sequence[Incident], openings: Mapping[Cause, int], unannounced_ends: Collection[Cause], now: datetime
) -> None:
    """As `announce`: to each channel what is news there. The end of what is in `unannounced_ends` was told nowhere,
    and is taken back."""
    last_words = _find_last_words(incidents)
    drafts = list[IncidentNotice]()
    for incident, channel in product(incidents, configured()):
        cause = (incident.code, incident.subject)
        last_word = last_words[cause].get(channel.identity)
        is_informed = cause in unannounced_ends and last_word not in (None, NoticeKind.RESOLVED)
        if kind := announce_opening(openings[cause], last_word, is_informed=is_informed):
            drafts.append(_build_notice(incident, kind, channel.identity, now))
    IncidentNotice.objects.bulk_create(drafts)


def announce_growth(incidents: Sequence[Incident], now: datetime) -> None:
    """More links are harmed than was told; call it in the transaction that adds them. Nothing is said where a notice
    that waits will count them, nor where people were told that it comes and goes, and no sooner than `GREW_EVERY` after
    the last word."""
    if not incidents:
        return
    ours = IncidentNotice.objects.filter(incident__in=incidents).order_by()
    waiting = set(ours.filter(_WAITING).values_list("incident", "channel"))
    last_ones = ours.filter(given_up_at=None).values("incident", "channel").annotate(last=Max("pk")).values("last")
    said = {(each.incident_id, each.channel): each for each in IncidentNotice.objects.filter(pk__in=last_ones)}
    last_words = _find_last_words(incidents)
    drafts = list[IncidentNotice]()
    for incident, channel in product(incidents, configured()):
        place = (incident.pk, channel.identity)
        last = said.get(place)
        last_word = last_words[incident.code, incident.subject].get(channel.identity)
        if place in waiting or last_word is NoticeKind.FLAPPING:
            continue
        kind = NoticeKind.OPENED if last is None else NoticeKind.GREW
        draft = _build_notice(incident, kind, channel.identity, now)
        if last is not None and last.delivered_at is not None:
            draft.due_at = max(now + SETTLE, last.delivered_at + GREW_EVERY)
        drafts.append(draft)
    IncidentNotice.objects.bulk_create(drafts)


def withdraw(incident_ids: Collection[int], kind: NoticeKind) -> set[int]:
    """Take back the notices of this kind that nobody was told or is just being told; the ids of the incidents of which
    some were."""
    waiting = IncidentNotice.objects.filter(_WAITING, incident__in=incident_ids, kind=kind.value)
    found = dict(waiting.order_by().values_list("pk", "incident")) if incident_ids else {}
    if not found:
        return set()
    delete_in_order(IncidentNotice.objects.filter(_WAITING, pk__in=found))
    kept = set(IncidentNotice.objects.filter(pk__in=found).values_list("pk", flat=True))  # told in this very moment
    return {incident_id for pk, incident_id in found.items() if pk not in kept}


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
        digests.admit(channel.identity, site.ALERTS_PER_HOUR, clock())
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
    with _in_language(language):
        report = _build_context(notice.incident, NoticeKind(notice.kind), now)
        return Message(
            key=notice.key.hex,
            subject=incident_notices.subject(report),
            text=incident_notices.body(report),
            kind=report.kind,
            gravity=report.finding.verdict,
        )


@contextmanager
def _in_language(language: str) -> Iterator[None]:
    with translation.override(language or site.ALERT_LANGUAGE), timezone.override(settings.TIME_ZONE):
        yield


def compose_digest(digest: NoticeDigest, now: datetime, language: str = "") -> Message | None:
    """What a digest says at this moment of the notices in it; None where all of them were withdrawn."""
    notices = list(digest.notices.select_related("incident").order_by("pk"))
    if not notices:
        return None
    if len(notices) == 1:
        return replace(compose(notices[0], now, language), key=digest.key.hex)
    entries = [_enter(notice, now) for notice in notices]
    with _in_language(language):
        return Message(
            key=digest.key.hex,
            subject=digest_words.subject(entries),
            text=digest_words.body(entries, site.ALERTS_PER_HOUR, list_of("incident")),
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
        acts=tuple(_find_acts(incident, finding)),
        unasked_since=Incident.objects.with_unasked().get(pk=incident.pk).unasked_since,
        # What shares the cause is due as soon as one link shows it.
        is_counting=ShareLink.objects.filter(due_at__lte=now).exists(),
    )


def _find_acts(incident: Incident, finding: Finding) -> Iterator[tuple[str, str]]:
    """What can be done with the key or the bucket that it is about, and on which page."""
    ids = (incident.subject, str(incident.params.get("access_key_id", "")))
    for page in find_cure_pages(finding, access_key_ids=ids, bucket_name=incident.subject):
        yield labels.name_act(page.act, page.name), cure_page_of(page)
    if is_signed_elsewhere(finding):
        yield labels.label(Act.RESCUE), page_of("incident", incident.pk)


def _find_incident_links(incident: Incident) -> QuerySet[IncidentLink]:
    """The links affected now, or, once it is over, those that were; the first to die first."""
    incident_links = incident.incident_links.filter(over_at=None) if incident.is_open else incident.incident_links.all()
    return incident_links.select_related("link__owner").order_by(F("fails_at").asc(nulls_last=True), "link_id")


def _describe(row: IncidentLink, now: datetime) -> incident_notices.AffectedLink:
    return incident_notices.AffectedLink(
        label=str(row.link),
        url=page_of("sharelink", row.link_id),
        owner=name_person(row.link.owner) if row.link.owner else "",
        promised_until=row.link.promised_until,
        forecast=read_forecast(row.link, now),
        terms=read_shown(row.link, ShownIn.NOTICE),
    )


# To whom --------------------------------------------------------------------------------------------------------


def _build_notice(
    incident: Incident, kind: NoticeKind, identity: str, now: datetime, settle: timedelta = SETTLE
) -> IncidentNotice:
    return IncidentNotice(incident=incident, kind=kind.value, channel=identity, created_at=now, due_at=now + settle)


def _find_last_words(incidents: Iterable[Incident]) -> dict[Cause, dict[str, NoticeKind]]:
    """What each channel was told last, or is just being told, of each one's cause: by the cause, and the channel."""
    said = IncidentNotice.objects.filter(
        Q(delivered_at__isnull=False) | Q(lease_id__isnull=False) | _DIGEST_UNDER_WAY,
        share_cause(incidents, "incident__"),
    )
    cause = ("incident__code", "incident__subject")
    last_words = said.order_by().values(*cause, "channel").annotate(last=Max("pk")).values("last")
    told: dict[Cause, dict[str, NoticeKind]] = defaultdict(dict)
    for code, subject, channel, kind in IncidentNotice.objects.filter(pk__in=last_words).values_list(
        *cause, "channel", "kind"
    ):
        told[code, subject][channel] = NoticeKind(kind)
    return told


def _find_informed_channels(incidents: Iterable[Incident]) -> dict[Cause, set[str]]:
    """The channels where the last word on each one's cause was not its end, by the cause."""
    last_words = _find_last_words(incidents).items()
    informed = {
        cause: {channel for channel, kind in kinds.items() if kind is not NoticeKind.RESOLVED}
        for cause, kinds in last_words
    }
    return defaultdict(set, informed)


def _remind_through(channel: Channel, now: datetime) -> int:
    with transaction.atomic():
        candidates = list(_find_due_for_reminder(channel, now).values_list("pk", flat=True))
        # Two reminders at once: the second waits here, and then finds nothing left to say.
        list(Incident.objects.select_for_update(of=("self",)).filter(pk__in=candidates).order_by("pk"))
        due = list(_find_due_for_reminder(channel, now).filter(pk__in=candidates))
        informed = _find_informed_channels(due)
        drafts = list[IncidentNotice]()
        for incident in due:
            is_informed = channel.identity in informed[incident.code, incident.subject]
            kind = NoticeKind.REMINDER if is_informed else NoticeKind.OPENED
            drafts.append(_build_notice(incident, kind, channel.identity, now))
        return len(IncidentNotice.objects.bulk_create(drafts))


def _find_due_for_reminder(channel: Channel, now: datetime) -> QuerySet[Incident]:
    """What has been open and unsaid for long enough; and what came and went, as was said, and has stayed since."""
    lately = now - REMINDER_EVERY
    through = IncidentNotice.objects.filter(incident=OuterRef("pk"), channel=channel.identity)
    waiting = through.filter(delivered_at=None, given_up_at=None)
    fresh = through.filter(delivered_at__gt=lately, delivered_at__lte=now)
    delivered = IncidentNotice.objects.filter(
        incident__code=OuterRef("code"),
        incident__subject=OuterRef("subject"),
        channel=channel.identity,
        delivered_at__isnull=False,
    )
    last_word = Subquery(delivered.order_by("-pk").values("kind")[:1])
    has_stayed = Q(opened_at__lte=now - STAYED, last_word=NoticeKind.FLAPPING.value)
    silent = Incident.objects.open().filter(~Exists(waiting), opened_at__lte=now - STAYED).annotate(last_word=last_word)
    return silent.filter(has_stayed | (Q(opened_at__lte=lately) & ~Exists(fresh)))


# Delivery -------------------------------------------------------------------------------------------------------


def _give_up_strangers(channels: Sequence[Channel], now: datetime) -> int:
    known = [channel.identity for channel in channels]
    ended = {"given_up_at": now, "due_at": None, "lease_id": None, "leased_until": None}
    digests = NoticeDigest.objects.due(now).exclude(channel__in=known)
    digests.update_in_order(last_error=NO_LONGER_CONFIGURED, **ended)
    strangers = IncidentNotice.objects.due(now).exclude(channel__in=known)
    return strangers.update_in_order(last_error=NO_LONGER_CONFIGURED, **ended)


def _route(channel: Channel) -> Route[IncidentNotice]:
    """The oldest of each incident first: no end is told before its beginning."""
    return Route(
        waiting=IncidentNotice.objects.in_turn().filter(channel=channel.identity, admitted_at__isnull=False),
        rows=IncidentNotice.objects.select_related("incident"),
        compose=lambda notice, now: partial(channel.deliver, compose(notice, now, channel.language)),
        channel=channel.identity,
    )


def _route_digests(channel: Channel) -> Route[NoticeDigest]:
    def compose_for(digest: NoticeDigest, now: datetime) -> Send | None:
        message = compose_digest(digest, now, channel.language)
        return partial(channel.deliver, message) if message else None

    waiting = NoticeDigest.objects.filter(channel=channel.identity)
    return Route(waiting=waiting, rows=NoticeDigest.objects.all(), compose=compose_for, channel=channel.identity)
