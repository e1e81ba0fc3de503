"""Validation: probe each link for real, judge it, record it, and tell the incidents."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from types import MappingProxyType

import structlog
from django.db import DatabaseError

from links.conf import site
from links.domain.errors import HoldfastError
from links.domain.findings import Code
from links.domain.judging.breaker import NOT_ASKED
from links.domain.judging.facts import BucketFacts, Delivery, Facts, Obstacle
from links.domain.judging.signing_obstacles import name_obstacle
from links.domain.signed_urls.reading import SignedUrl, read
from links.models import Heartbeat, ShareLink, StoreBreaker
from links.queries.bucket_registry import make_policy
from links.queries.health import VALIDATE
from links.queries.link_state import where_not_withdrawn
from links.s3.probe import MAX_PER_HOST, ProbePolicy, ProbeRequest
from links.s3.probe_stream import probe_in_portions
from links.services import signs_of_life
from links.services.click_signing import OpenBuckets, sign_as_click
from links.services.incidents.revalidate import of_stores
from links.services.monitoring.tracing import span
from links.services.validation import site_clock
from links.services.validation.breakers import StoreWatch, claim_of_failing_stores
from links.services.validation.cases import Case, Clock, ValidationResult, read_leased
from links.services.validation.clocks import ask_in_time, judge_in_time
from links.services.validation.confirm import FollowUpChecks
from links.services.validation.isolation import EXHAUSTED, run_isolated
from links.services.validation.record import record
from links.services.validation.set_aside import put_off, release_lease, release_leases_left, set_aside
from links.services.validation.site_causes import resolve_site_causes

__all__ = ["BATCH_SIZE", "LEASE", "Clock", "ValidationResult", "validate_due_links", "validate_links"]

log = structlog.get_logger(__name__)

# A batch must end before its lease does: its probes are begun within a minute, and so is what is asked besides.
BATCH_SIZE = 200
LEASE = timedelta(minutes=5)
SUSPECTED_SECONDS = 10.0  # in which links are begun at which a worker failed before, after each batch
TRIES_WANTED = 4


def validate_due_links(clock: Clock, *, batch: int = BATCH_SIZE) -> list[ValidationResult]:
    """Claim one batch of due links and validate it; an empty list where nothing was due.

    Links of stores that are silent or slow are no part of it: some of them come after it, so that they hold up no
    link of a store that answers. Links at which a worker failed before come last, a few at a time and then each alone:
    one that kills this worker too takes hardly anybody with it.
    """
    release_leases_left()
    resolve_site_causes(clock())
    set_aside(clock())
    policy = _share_stores(make_policy(), clock())  # where this fails no link is to blame
    breakers = StoreBreaker.objects.read_worst()
    sound = ShareLink.objects.exclude(of_stores(breakers)) if breakers else ShareLink.objects.all()
    lease = sound.filter(claim_count=0).claim(clock(), limit=batch, lease=LEASE)
    results = _validate_leased(lease, policy, clock)
    Heartbeat.record(VALIDATE, clock())
    lease, tries = claim_of_failing_stores(breakers, policy.per_host, LEASE, clock())
    results += _validate_leased(lease, policy, clock, tries)
    begin_until = monotonic() + SUSPECTED_SECONDS
    while monotonic() < begin_until and ShareLink.objects.suspected().due(clock()).exists():
        lease = ShareLink.objects.suspected().claim(clock(), limit=batch, lease=LEASE)
        results += _validate_leased(lease, policy, clock)
    return results


def validate_links(ids: Sequence[int], clock: Clock) -> list[ValidationResult]:
    """Validate these links now, due or not; what is revoked, rescued, or leased by somebody else, is left out.

    Where somebody wants to know, `TRIES_WANTED` links of a store that is silent are asked nonetheless.
    """
    release_leases_left()
    resolve_site_causes(clock())
    results: list[ValidationResult] = []
    policy = _share_stores(make_policy(), clock())
    tries = {row.store: TRIES_WANTED for row in StoreBreaker.objects.all()}
    for start in range(0, len(ids), BATCH_SIZE):
        some = ShareLink.objects.filter(pk__in=ids[start : start + BATCH_SIZE])
        some.filter(where_not_withdrawn()).make_due(clock())
        while some.due(clock()).exists():
            results += _validate_leased(some.claim(clock(), limit=BATCH_SIZE, lease=LEASE), policy, clock, tries)
    return results


def _share_stores(policy: ProbePolicy, now: datetime) -> ProbePolicy:
    """However many processes work, on however many machines, one store gets `PROBES_PER_STORE` requests at once: each
    process asks with its share of them."""
    share = site.PROBES_PER_STORE // signs_of_life.count_holders(now)
    return replace(policy, per_host=min(max(share, 1), MAX_PER_HOST))


def _validate_leased(
    lease: uuid.UUID, policy: ProbePolicy, clock: Clock, tries: Mapping[str, int] = MappingProxyType({})
) -> list[ValidationResult]:
    with span("validation") as told:
        recorded = _ask_and_record(lease, policy, clock, tries)
        told.set("links", len(recorded))
    return recorded


def _ask_and_record(
    lease: uuid.UUID, policy: ProbePolicy, clock: Clock, tries: Mapping[str, int]
) -> list[ValidationResult]:
    """Each link is prepared, judged and recorded for itself: what goes wrong with one keeps no other waiting, and it
    is claimed alone next. `tries` are how many links of each store are asked though it is silent."""
    recorded: list[ValidationResult] = []
    opened = OpenBuckets()
    try:
        # What is known of each link, and the URL that its customers would use.
        links = read_leased(lease)
        prepared = [run_isolated(link.pk, "prepare", partial(_prepare, link, opened, clock()), None) for link in links]
        cases = [case for case in prepared if case is not None]
        asked, later = [case for case in cases if case.url], [case for case in cases if not case.url]
        # Ask the stores. What is answered is recorded as it comes: no silent store holds it up.
        watch, inquiry = StoreWatch([case.store for case in asked], tries, clock), FollowUpChecks(policy, clock, opened)
        requests, offset = [ProbeRequest(case.url) for case in asked], None
        for portion in probe_in_portions(requests, watch, policy=policy, now=clock):
            watch.write()
            answered = [replace(asked[index], answer=answer) for index, answer in portion]
            later += [case for case in answered if case.answer == NOT_ASKED]
            checked = [case for case in answered if case.answer != NOT_ASKED]
            checked = inquiry.confirm(ask_in_time(checked, opened, policy, clock))
            now = clock()
            offset = site_clock.compare_with_stores([(case.store, case.answer) for case in checked if case.answer], now)
            recorded += _judge_and_record(checked, offset, lease, watch.find_out(), now)
        # What nobody was asked about is judged without an answer; but a store that has answered meanwhile is asked
        # about its others after all.
        unasked = {case.link.pk for case in later if case.answer and not watch.is_silent(case.store)}
        put_off(lease, unasked)
        rest = [case for case in later if case.link.pk not in unasked]
        recorded += _judge_and_record(rest, offset, lease, watch.find_out(), clock())
    except DatabaseError:
        raise
    except Exception:
        log.exception("batch of links not validated")
    finally:
        release_lease(lease, clock())
    return sorted(recorded, key=lambda one: one.link.pk)


def _judge_and_record(
    cases: Sequence[Case], offset: timedelta | None, lease: uuid.UUID, out: frozenset[str], now: datetime
) -> list[ValidationResult]:
    """`offset` is how far the right time is ahead of our clock, `out` the stores that are out."""
    if not cases:
        return []
    found = [
        (case, run_isolated(case.link.pk, "judge", partial(judge_in_time, case, offset, now), None)) for case in cases
    ]
    results = [
        ValidationResult(case.link, judgement, case.answer) for case, judgement in found if judgement is not None
    ]
    kept = record(results, lease, now, out)
    site_clock.report(offset, [one.judgement for one in results], now)
    return kept


def _prepare(link: ShareLink, opened: OpenBuckets, now: datetime) -> Case:
    bucket, configuration = link.bucket, BucketFacts()
    if bucket:
        configuration = run_isolated(link.pk, "configuration", partial(opened.read_facts, bucket), configuration)
    facts = Facts(
        delivery=Delivery(link.delivery),
        url=None,
        promised_until=link.promised_until,
        seen_at=link.created_at,
        bucket=bucket.name if bucket else "",
        object_key=link.object_key,
        key=bucket.key.to_facts() if bucket else None,
        file=link.to_file_facts(),
        configuration=configuration,
        handed_out_at=link.site,
        site=site.BASE_URL,
    )
    case = Case(link, facts, "")
    if link.is_over(now):
        return case
    try:
        return case.take_url(*_take_url(link, opened))
    except HoldfastError as error:
        obstacle = name_obstacle(error)
    except EXHAUSTED:  # says nothing of whether a click can sign
        raise
    except Exception as error:
        # One link that nobody can sign must not keep the rest of its batch from being watched.
        log.exception("link not prepared", link=link.pk)
        obstacle = Obstacle(Code.GATE_REFUSED, type(error).__name__)
    return replace(case, facts=replace(facts, obstacle=obstacle))


def _take_url(link: ShareLink, opened: OpenBuckets) -> tuple[str, SignedUrl]:
    """The very URL that was handed out, and what it says; for a stable link one signed as a click would."""
    if link.delivery != Delivery.STABLE:
        text = link.url.open() if link.url else ""
        return text, read(text)
    url = sign_as_click(link, opened)
    return url.text, url.signed
