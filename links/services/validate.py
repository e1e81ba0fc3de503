"""Validation: probe each link for real, judge it, record it, and tell the incidents."""

import random
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction

from links.domain import cadence
from links.domain.answers import Answer
from links.domain.causes import is_ambiguous, is_denial, is_of_an_unknown_key
from links.domain.errors import HoldfastError
from links.domain.facts import BucketFacts, Delivery, Facts, ListedKey, Obstacle
from links.domain.findings import Code, Verdict
from links.domain.incidents import find_store
from links.domain.objects import ObjectFacts
from links.domain.obstacles import name_obstacle
from links.domain.signed_urls import read
from links.domain.stores import Store
from links.domain.verdicts import Judgement, judge, remember, settle_clocks
from links.models import Pulse, ShareLink, Validation, VerdictTally
from links.models.bulk import write_each
from links.s3 import objects
from links.s3.probe import ProbePolicy, ProbeRequest, probe_all
from links.services import incidents, keys, site_clock, store_clocks
from links.services.buckets import to_store
from links.services.probing import make_policy
from links.services.pulse import VALIDATE
from links.services.visit import CLICK_SECONDS, sign_as_click

log = structlog.get_logger(__name__)

# A batch must end before its lease does, also where every probe takes its full 10 s and 16 share a host.
BATCH = 200
LEASE = timedelta(minutes=5)
LOOKING_UP = 8
LOOK_UP_WITHIN = timedelta(seconds=60)
MOST_KEYS = 4  # whose identity service is asked for one batch: each may take 20 s

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Judged:
    """One link's validation."""

    link: ShareLink
    judgement: Judgement
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class _Case:
    """A link on its way through one validation. `url` is empty where nothing could be signed."""

    link: ShareLink
    facts: Facts
    url: str
    answer: Answer | None = None

    @property
    def store(self) -> str:
        return find_store(self.facts.bucket, self.link.host)

    def __repr__(self) -> str:
        return f"<case of link {self.link.pk}>"


def validate_due_links(clock: Clock, *, batch: int = BATCH) -> list[Judged]:
    """Claim one batch of due links and validate it; an empty list where nothing was due."""
    lease = ShareLink.objects.claim(clock(), limit=batch, lease=LEASE)
    judged = _validate_leased(lease, clock)
    Pulse.beat(VALIDATE, clock())
    return judged


def validate_links(ids: Sequence[int], clock: Clock) -> list[Judged]:
    """Validate these links now, due or not; what is revoked, rescued, or leased by somebody else, is left out."""
    judged: list[Judged] = []
    for start in range(0, len(ids), BATCH):
        some = ShareLink.objects.filter(pk__in=ids[start : start + BATCH])
        some.lasting().update(due_at=clock())
        judged += _validate_leased(some.claim(clock(), limit=BATCH, lease=LEASE), clock)
    return judged


def _validate_leased(lease: uuid.UUID, clock: Clock) -> list[Judged]:
    links = ShareLink.objects.filter(lease_id=lease).select_related("bucket__key", "owner").order_by("pk")
    cases = [_prepare(link, clock()) for link in links]
    if not cases:
        return []
    policy = make_policy()
    cases = _confirm(_ask_in_time(_probe(cases, policy, clock), policy, clock), policy, clock)
    now = clock()
    offset = site_clock.compare_with_stores([(case.store, case.answer) for case in cases if case.answer], now)
    judged = [Judged(case.link, _judge(case, offset, now), case.answer) for case in cases]
    kept = _record(judged, lease, now)
    site_clock.report(offset, [one.judgement for one in judged], now)
    return kept


def _judge(case: _Case, offset: timedelta | None, now: datetime) -> Judgement:
    """By the right time, as far as it is known: a clock of ours that is wrong is the site's trouble, and no link's."""
    judgement = judge(case.facts, case.answer, now + (offset or timedelta()))
    return settle_clocks(judgement, offset, case.answer.skew if case.answer else None)


def _prepare(link: ShareLink, now: datetime) -> _Case:
    facts = Facts(
        delivery=Delivery(link.delivery),
        url=None,
        promised_until=link.promised_until,
        seen_at=link.created_at,
        bucket=link.bucket.name if link.bucket else "",
        object_key=link.object_key,
        key=link.bucket.key.to_facts() if link.bucket else None,
        file=link.to_file_facts(),
        configuration=link.bucket.to_facts() if link.bucket else BucketFacts(),
        handed_out_at=link.site,
        site=settings.BASE_URL,
    )
    if link.is_over(now):
        return _Case(link, facts, "")
    try:
        url = _take_url(link)
        return _Case(link, replace(facts, url=read(url)), url)
    except HoldfastError as error:
        return _Case(link, replace(facts, obstacle=name_obstacle(error)), "")
    except Exception as error:
        # One link that nobody can sign must not keep the rest of its batch from being watched.
        log.exception("link not prepared", link=link.pk)
        return _Case(link, replace(facts, obstacle=Obstacle(Code.GATE_REFUSED, type(error).__name__)), "")


def _take_url(link: ShareLink) -> str:
    """The very URL that was handed out; for a stable link one signed as a click would."""
    if link.delivery != Delivery.STABLE:
        return link.url.open() if link.url else ""
    return sign_as_click(link)


def _probe(cases: list[_Case], policy: ProbePolicy, clock: Clock) -> list[_Case]:
    asked = [case for case in cases if case.url]
    answers = iter(probe_all([ProbeRequest(case.url) for case in asked], policy=policy, now=clock))
    return [replace(case, answer=next(answers)) if case.url else case for case in cases]


def _ask_in_time(cases: list[_Case], policy: ProbePolicy, clock: Clock) -> list[_Case]:
    """A store whose clock is ahead of ours takes what we sign for too old: once that is known, it is signed again, so
    that it lives for as much longer, and asked again."""
    for case in cases:
        if case.answer:
            store_clocks.learn(case.link.host, case.answer)
    late = [case for case in cases if _is_too_old(case)]
    signed = {case.link.pk: replace(case, url=url) for case in late if (url := _try_to_sign(case.link))}
    signed = {pk: replace(case, facts=replace(case.facts, url=read(case.url))) for pk, case in signed.items()}
    asked = {case.link.pk: case for case in _probe(list(signed.values()), policy, clock)}
    return [asked.get(case.link.pk, case) for case in cases]


def _is_too_old(case: _Case) -> bool:
    if not _is_stable(case) or case.answer is None or case.answer.served or case.facts.url is None:
        return False
    missing = CLICK_SECONDS + store_clocks.find_extra_seconds(case.link.host) - (case.facts.url.lifetime or 0)
    return missing >= CLICK_SECONDS // 3


def _confirm(cases: list[_Case], policy: ProbePolicy, clock: Clock) -> list[_Case]:
    """Where a refusal may have several causes, ask what tells them apart: does a URL signed now by the bucket's
    key work, is the object there, may that key list the bucket, is it known, and what does its user list?"""
    doubtful = [case for case in cases if _is_refused(case, is_ambiguous)]
    fresh = _ask_afresh(doubtful, policy, clock)
    found = _look_up_all([case for case in doubtful if _is_refused(case, is_denial)])
    cases = [_add_evidence(case, fresh.get(case.link.pk), found.get(case.link.pk)) for case in cases]
    return _ask_callers(_read_listings(cases))


def _is_refused(case: _Case, kind: Callable[[Answer], bool]) -> bool:
    answer = case.answer
    return answer is not None and not answer.served and case.link.bucket is not None and kind(answer)


def _read_listings(cases: list[_Case]) -> list[_Case]:
    """A key that the store does not know may be another key of the same user as the bucket's, and only inactive."""
    asked: dict[int, Mapping[str, ListedKey]] = {}

    def read_listing(case: _Case) -> _Case:
        if not _is_refused(case, is_of_an_unknown_key) or case.facts.signed_by_own_key or not case.link.bucket:
            return case
        key = case.link.bucket.key
        if key.pk not in asked and len(asked) < MOST_KEYS:
            asked[key.pk] = keys.list_of_user(key)
        listed = asked.get(key.pk, {}).get(case.facts.url.access_key_id) if case.facts.url else None
        return replace(case, facts=replace(case.facts, listing=listed.state if listed else None))

    return [read_listing(case) for case in cases]


def _ask_callers(cases: list[_Case]) -> list[_Case]:
    """Where neither object nor listing could be seen, the bucket's own key may be what is refused."""
    asked: dict[int, bool | None] = {}

    def ask_caller(case: _Case) -> _Case:
        unseen = case.facts.exists is None and case.facts.signed_by_own_key
        if not unseen or not _is_refused(case, is_denial) or not case.link.bucket:
            return case
        key = case.link.bucket.key
        if key.pk not in asked and len(asked) < MOST_KEYS:
            asked[key.pk] = keys.answers(key)
        return replace(case, facts=replace(case.facts, caller_answers=asked.get(key.pk)))

    return [ask_caller(case) for case in cases]


def _ask_afresh(cases: list[_Case], policy: ProbePolicy, clock: Clock) -> dict[int, Answer]:
    """What a URL signed now gets, by link. A stable link's was: that is how it is probed."""
    answers = {case.link.pk: case.answer for case in cases if case.answer and _is_stable(case)}
    urls = {case.link.pk: url for case in cases if not _is_stable(case) and (url := _try_to_sign(case.link))}
    asked = probe_all([ProbeRequest(url) for url in urls.values()], policy=policy, now=clock)
    return answers | dict(zip(urls, asked, strict=True))


def _is_stable(case: _Case) -> bool:
    return case.facts.delivery is Delivery.STABLE


def _try_to_sign(link: ShareLink) -> str:
    try:
        return sign_as_click(link)
    except HoldfastError:
        return ""


def _look_up_all(cases: list[_Case]) -> dict[int, ObjectFacts]:
    """Each object looked up once, a few at a time and not for ever: what is not found out leaves the case open."""
    wanted: dict[tuple[Store, str], list[int]] = {}
    for case in cases:
        if store := _try_to_open(case.link):
            wanted.setdefault((store, case.link.object_key), []).append(case.link.pk)
    threads = ThreadPoolExecutor(LOOKING_UP)
    running = {threads.submit(objects.look_up, *place): links for place, links in wanted.items()}
    done, _ = wait(running, timeout=LOOK_UP_WITHIN.total_seconds())
    threads.shutdown(wait=False, cancel_futures=True)
    return {link: future.result() for future in done if not future.exception() for link in running[future]}


def _try_to_open(link: ShareLink) -> Store | None:
    try:
        return to_store(link.bucket) if link.bucket else None
    except HoldfastError:
        return None


def _add_evidence(case: _Case, fresh: Answer | None, found: ObjectFacts | None) -> _Case:
    if fresh is None and found is None:
        return case
    exists = found.exists if found else None
    may_not_list = found is not None and exists is None and found.reason is Code.PERMISSION_LOST
    facts = replace(case.facts, fresh=fresh, exists=exists, may_list=False if may_not_list else None)
    return replace(case, facts=facts)


def _record(judged: list[Judged], lease: uuid.UUID, now: datetime) -> list[Judged]:
    """Write verdicts, history and incidents in one transaction; rows whose lease was lost are left alone."""
    with transaction.atomic():
        ours = set(
            ShareLink.objects.select_for_update(of=("self",))
            .lasting()
            .filter(lease_id=lease)
            .values_list("pk", flat=True)
        )
        kept = [one for one in judged if one.link.pk in ours]
        for one in kept:
            _mark(one, now)
        write_each([one.link for one in kept], _MARKED)
        Validation.objects.bulk_create([_to_row(one, now) for one in kept], batch_size=500)
        incidents.absorb([(one.link, one.judgement) for one in kept], now)
        keys.doubt({one.link.access_key_id for one in kept if _blames_key(one.judgement)}, now)
        VerdictTally.add(now.astimezone(UTC).date(), Counter(one.judgement.verdict.value for one in kept))
    for one in kept:
        _log(one)
    return kept


def _blames_key(judgement: Judgement) -> bool:
    return any(finding.code is Code.KEY_UNKNOWN for finding in judgement.findings)


_MARKED = [
    "etag",
    "size",
    "verdict",
    "findings",
    "bites_at",
    "validated_at",
    "unknown_streak",
    "due_at",
    "leased_until",
    "lease_id",
]


def _mark(one: Judged, now: datetime) -> None:
    link, judgement = one.link, one.judgement
    since_broken = now - link.validated_at if link.validated_at and link.verdict == Verdict.BROKEN else None
    standing = remember(link.last_findings, link.last_verdict, judgement, now)
    link.unknown_streak = link.unknown_streak + 1 if judgement.could_not_tell else 0
    link.verdict = standing.verdict.value
    link.findings = [finding.to_json() for finding in standing.findings]
    link.bites_at = standing.bites_at
    _remember_file(one)
    link.validated_at = now
    link.leased_until = link.lease_id = None
    link.due_at = cadence.plan_next(
        judgement,
        made_at=link.created_at,
        ends=(link.promised_until, link.signature_ends_at),
        streak=link.unknown_streak,
        since_broken=since_broken,
        jitter=random.random(),  # noqa: S311  spreads the load, keeps no secret
        now=now,
    )


def _remember_file(one: Judged) -> None:
    """The file that a foreign link leads to is the one that was there when it was first served; a link that follows
    the latest remembers that one."""
    link, answer = one.link, one.answer
    if answer is None or not answer.served or (link.etag and not link.follows_latest):
        return
    link.etag = answer.etag[:128]
    link.size = link.size if answer.size is None else answer.size


def _to_row(one: Judged, now: datetime) -> Validation:
    return Validation(
        link=one.link,
        at=now,
        verdict=one.judgement.verdict.value,
        findings=[finding.to_json() for finding in one.judgement.findings],
        status=one.answer.status if one.answer else None,
        store_code=one.answer.code[:100] if one.answer else "",
        took_ms=one.answer.took_ms if one.answer else 0,
    )


def _log(one: Judged) -> None:
    if one.judgement.verdict in (Verdict.HEALTHY, Verdict.ENDED):
        return
    codes = ",".join(finding.code for finding in one.judgement.findings)
    bites_at = one.judgement.bites_at.isoformat() if one.judgement.bites_at else None
    log.warning(
        "link validated", link=one.link.pk, verdict=one.judgement.verdict.value, findings=codes, bites_at=bites_at
    )
