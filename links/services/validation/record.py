"""What a validation writes down: verdicts, history, incidents and tallies."""

import uuid
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import structlog
from django.db import connection, transaction

from links.domain.findings import Code, Verdict, read_findings
from links.domain.judging import cadence
from links.domain.judging.verdicts import Judgement, remember
from links.domain.monitoring.metrics import PROBE_TIMES, VALIDATIONS
from links.domain.stores.answers import OUR_REFUSALS
from links.models import DailyVerdictCount, ShareLink, Validation
from links.models.bulk import write_each
from links.queries.link_state import where_not_withdrawn
from links.services.incidents import incidents
from links.services.keys import proofs
from links.services.monitoring.counting import count, observe
from links.services.validation.cases import ValidationResult
from links.services.webhooks import events

log = structlog.get_logger(__name__)


def record(
    results: list[ValidationResult], lease: uuid.UUID, now: datetime, out: Collection[str] = frozenset()
) -> list[ValidationResult]:
    """Write verdicts, history and incidents; rows whose lease was lost are left alone.

    One transaction for all is the fast way. Where it fails each link is recorded for itself, and one that cannot be
    keeps its claim: it is claimed alone next. `out` are the stores that are out.
    """
    try:
        kept = _record_together(results, lease, now, out)
    except Exception:
        if not connection.is_usable():  # the database is away: no link is to blame
            raise
        log.exception("links not recorded together", links=len(results))
        kept = [recorded for one in results for recorded in _try_to_record(one, lease, now, out)]
    for one in kept:
        _log(one)
        count(VALIDATIONS, one.judgement.verdict.value)
        if one.answer is not None and one.answer.trouble not in OUR_REFUSALS:
            observe(PROBE_TIMES, one.answer.took_ms / 1000)
    return kept


def _try_to_record(
    one: ValidationResult, lease: uuid.UUID, now: datetime, out: Collection[str]
) -> list[ValidationResult]:
    try:
        # The failed attempt has marked the row in memory.
        link = ShareLink.objects.select_related("bucket__key", "owner").get(pk=one.link.pk)
        return _record_together([replace(one, link=link)], lease, now, out)
    except Exception:
        log.exception("link not recorded", link=one.link.pk)
        return []


def _record_together(
    results: list[ValidationResult], lease: uuid.UUID, now: datetime, out: Collection[str]
) -> list[ValidationResult]:
    with transaction.atomic():
        ours = set(
            ShareLink.objects.select_for_update(of=("self",))
            .filter(where_not_withdrawn(), lease_id=lease, pk__in=[one.link.pk for one in results])
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        kept = [one for one in results if one.link.pk in ours]
        counts = _count_links([one.link for one in kept], now, -1)  # as they are now, before the new verdicts
        before = {one.link.pk: one.link.verdict for one in kept}
        changed = {one.link.pk for one in kept if _mark(one, now)}
        write_each([one.link for one in kept], _MARKED)
        after = {one.link.pk: one.link.verdict for one in kept}
        events.tell_judged({pk: verdict for pk, verdict in before.items() if verdict != after[pk]}, now)
        Validation.objects.bulk_create(
            [_to_row(one, now, is_change=one.link.pk in changed) for one in kept], batch_size=500
        )
        incidents.update_incidents([(one.link, one.judgement) for one in kept], now, out)
        unknown = (one for one in kept if any(each.code is Code.KEY_UNKNOWN for each in one.judgement.findings))
        proofs.recheck({one.link.access_key_id for one in unknown}, now)
        counts.update(_count_links([one.link for one in kept], now, 1))
        DailyVerdictCount.add(now.astimezone(UTC).date(), counts)
    return kept


def _count_links(links: Sequence[ShareLink], now: datetime, step: int) -> Counter[str]:
    """Each link that was validated on this day (UTC), by its verdict: once, however often it was validated."""
    day, counts = now.astimezone(UTC).date(), Counter[str]()
    for link in links:
        if link.validated_at is not None and link.validated_at.astimezone(UTC).date() == day:
            counts[link.verdict] += step
    return counts


_MARKED = [
    "etag",
    "size",
    "verdict",
    "findings",
    "fails_at",
    "validated_at",
    "worked_at",
    "unknown_streak",
    "due_at",
    "leased_until",
    "lease_id",
    "claim_count",
]


def settle(link: ShareLink, judgement: Judgement, now: datetime) -> Judgement:
    """What holds of the link now: what was found, and what was known of it before and is not over."""
    before = Verdict(link.verdict) if link.verdict else None
    return remember(read_findings(link.findings), before, judgement, now)


def _mark(one: ValidationResult, now: datetime) -> bool:
    """Write to the link what was found; whether its verdict or its findings were others before."""
    link, judgement = one.link, one.judgement
    since_broken = now - link.validated_at if link.validated_at and link.verdict == Verdict.BROKEN else None
    standing = settle(link, judgement, now)
    before = (link.verdict, {finding.code for finding in read_findings(link.findings)})
    link.unknown_streak = link.unknown_streak + 1 if judgement.is_inconclusive else 0
    link.verdict = standing.verdict.value
    link.findings = [finding.to_json() for finding in standing.findings]
    link.fails_at = standing.fails_at
    _remember_file(one)
    link.validated_at = now
    if one.answer is not None and one.answer.served and judgement.verdict in (Verdict.HEALTHY, Verdict.AT_RISK):
        link.worked_at = now
    link.leased_until = link.lease_id = None
    link.claim_count = 0
    link.due_at = cadence.plan_next(
        judgement,
        made_at=link.created_at,
        ends=(link.promised_until, link.signature_ends_at),
        streak=link.unknown_streak,
        since_broken=since_broken,
        phase=cadence.find_phase(link.pk),
        now=now,
    )
    return before != (link.verdict, {finding.code for finding in standing.findings})


def _remember_file(one: ValidationResult) -> None:
    """The file that a foreign link leads to is the one that was there when it was first served; a link that follows
    the latest remembers that one."""
    link, answer = one.link, one.answer
    if answer is None or not answer.served or (link.etag and not link.follows_latest):
        return
    link.etag = answer.etag[:128]
    link.size = link.size if answer.size is None else answer.size


def _to_row(one: ValidationResult, now: datetime, *, is_change: bool) -> Validation:
    return Validation(
        link=one.link,
        at=now,
        verdict=one.judgement.verdict.value,
        findings=[finding.to_json() for finding in one.judgement.findings],
        status=one.answer.status if one.answer else None,
        store_code=one.answer.code[:100] if one.answer else "",
        took_ms=one.answer.took_ms if one.answer else 0,
        is_change=is_change,
    )


def _log(one: ValidationResult) -> None:
    if one.judgement.verdict in (Verdict.HEALTHY, Verdict.ENDED):
        return
    codes = ",".join(finding.code for finding in one.judgement.findings)
    fails_at = one.judgement.fails_at.isoformat() if one.judgement.fails_at else None
    log.warning(
        "link validated", link=one.link.pk, verdict=one.judgement.verdict.value, findings=codes, fails_at=fails_at
    )
