"""Validation: probe each link for real, judge it, record it, and tell the incidents."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from time import monotonic

import structlog
from django.conf import settings
from django.db import DatabaseError

from links.domain.errors import HoldfastError
from links.domain.facts import BucketFacts, Delivery, Facts, Obstacle
from links.domain.findings import Code
from links.domain.obstacles import name_obstacle
from links.domain.signed_urls import read
from links.models import Pulse, ShareLink
from links.s3.probe import ProbePolicy, ProbeRequest, probe_all
from links.services import site_clock
from links.services.probing import make_policy
from links.services.pulse import VALIDATE
from links.services.validation.cases import Case, Clock, Judged
from links.services.validation.clocks import ask_in_time, judge_in_time
from links.services.validation.confirm import Inquiry
from links.services.validation.guard import EXHAUSTED, guard
from links.services.validation.record import record
from links.services.validation.set_aside import give_back, set_aside
from links.services.visit import sign_as_click

__all__ = ["BATCH", "LEASE", "Clock", "Judged", "validate_due_links", "validate_links"]

log = structlog.get_logger(__name__)

# A batch must end before its lease does, also where every probe takes its full 10 s and 16 share a host.
BATCH = 200
LEASE = timedelta(minutes=5)
ALONE_SECONDS = 10.0  # in which links are begun that are claimed alone, after each batch


def validate_due_links(clock: Clock, *, batch: int = BATCH) -> list[Judged]:
    """Claim one batch of due links and validate it; an empty list where nothing was due.

    Links at which a worker failed before come after the batch, each alone: one that kills this worker too takes
    nobody with it.
    """
    set_aside(clock())
    policy = make_policy()  # where this fails no link is to blame
    lease = ShareLink.objects.filter(claim_count=0).claim(clock(), limit=batch, lease=LEASE)
    judged = _validate_leased(lease, policy, clock)
    Pulse.beat(VALIDATE, clock())
    begin_until = monotonic() + ALONE_SECONDS
    while monotonic() < begin_until and ShareLink.objects.suspected().due(clock()).exists():
        lease = ShareLink.objects.suspected().claim(clock(), limit=1, lease=LEASE)
        judged += _validate_leased(lease, policy, clock)
    return judged


def validate_links(ids: Sequence[int], clock: Clock) -> list[Judged]:
    """Validate these links now, due or not; what is revoked, rescued, or leased by somebody else, is left out."""
    judged: list[Judged] = []
    policy = make_policy()
    for start in range(0, len(ids), BATCH):
        some = ShareLink.objects.filter(pk__in=ids[start : start + BATCH])
        some.lasting().update(due_at=clock())
        while some.due(clock()).exists():
            judged += _validate_leased(some.claim(clock(), limit=BATCH, lease=LEASE), policy, clock)
    return judged


def _validate_leased(lease: uuid.UUID, policy: ProbePolicy, clock: Clock) -> list[Judged]:
    """Each link is prepared, judged and recorded for itself: what goes wrong with one keeps no other waiting, and it
    is claimed alone next."""
    try:
        links = ShareLink.objects.filter(lease_id=lease).select_related("bucket__key", "owner").order_by("pk")
        prepared = [guard(link.pk, "prepare", partial(_prepare, link, clock()), None) for link in links]
        cases = [case for case in prepared if case is not None]
        if not cases:
            return []
        cases = Inquiry(policy, clock).confirm(ask_in_time(_probe(cases, policy, clock), policy, clock))
        now = clock()
        offset = site_clock.compare_with_stores([(case.store, case.answer) for case in cases if case.answer], now)
        judged = [guard(case.link.pk, "judge", partial(_judge, case, offset, now), None) for case in cases]
        kept = record([one for one in judged if one is not None], lease, now)
        site_clock.report(offset, [one.judgement for one in judged if one is not None], now)
        return kept
    except DatabaseError:
        raise
    except Exception:
        log.exception("batch of links not validated")
        return []
    finally:
        give_back(lease, clock())


def _judge(case: Case, offset: timedelta | None, now: datetime) -> Judged:
    return Judged(case.link, judge_in_time(case, offset, now), case.answer)


def _prepare(link: ShareLink, now: datetime) -> Case:
    facts = Facts(
        delivery=Delivery(link.delivery),
        url=None,
        promised_until=link.promised_until,
        seen_at=link.created_at,
        bucket=link.bucket.name if link.bucket else "",
        object_key=link.object_key,
        key=link.bucket.key.to_facts() if link.bucket else None,
        file=link.to_file_facts(),
        configuration=guard(link.pk, "configuration", link.bucket.to_facts, BucketFacts())
        if link.bucket
        else BucketFacts(),
        handed_out_at=link.site,
        site=settings.BASE_URL,
    )
    if link.is_over(now):
        return Case(link, facts, "")
    try:
        url = _take_url(link)
        return Case(link, replace(facts, url=read(url)), url)
    except HoldfastError as error:
        return Case(link, replace(facts, obstacle=name_obstacle(error)), "")
    except EXHAUSTED:  # says nothing of whether a click can sign
        raise
    except Exception as error:
        # One link that nobody can sign must not keep the rest of its batch from being watched.
        log.exception("link not prepared", link=link.pk)
        return Case(link, replace(facts, obstacle=Obstacle(Code.GATE_REFUSED, type(error).__name__)), "")


def _take_url(link: ShareLink) -> str:
    """The very URL that was handed out; for a stable link one signed as a click would."""
    if link.delivery != Delivery.STABLE:
        return link.url.open() if link.url else ""
    return sign_as_click(link)


def _probe(cases: list[Case], policy: ProbePolicy, clock: Clock) -> list[Case]:
    asked = [case for case in cases if case.url]
    answers = iter(probe_all([ProbeRequest(case.url) for case in asked], policy=policy, now=clock))
    return [replace(case, answer=next(answers)) if case.url else case for case in cases]
