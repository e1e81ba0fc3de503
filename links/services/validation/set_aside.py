"""Links at which every validation ends in vain: set aside, told once, and tried again each hour."""

import uuid
from datetime import datetime

import structlog
from django.db import DatabaseError, transaction

from links.domain.findings import Code, Finding, Verdict
from links.domain.judging.claims import RETRY_AFTER, SET_ASIDE_AFTER, TRY_SET_ASIDE_EVERY
from links.domain.judging.verdicts import Judgement
from links.models import ShareLink, Validation
from links.models.leases import finished
from links.services.incidents import incidents
from links.services.validation.record import settle

log = structlog.get_logger(__name__)

BATCH_SIZE = 100  # links for one tick; the next goes on
ALONE_UP_TO = 10  # set aside at once are no longer one link's affair, and share one incident


_not_released: set[uuid.UUID] = set()


def release_lease(lease: uuid.UUID, now: datetime) -> None:
    """What a batch could not record is free again; its claim stays counted, so that it is claimed alone next. Raises
    `DatabaseError` where the database is away: `release_leases_left` does it once it is back."""
    try:
        ShareLink.objects.watched().filter(lease_id=lease).update_in_order(leased_until=now, due_at=now + RETRY_AFTER)
    except DatabaseError:
        _not_released.add(lease)
        raise


def release_leases_left() -> None:
    """What this process has leased and could not release, for the database was away, is free at once; no link of it is
    to blame. Nobody else knows that this process has given it up."""
    while _not_released:
        lease = next(iter(_not_released))
        ShareLink.objects.filter(lease_id=lease).update_in_order(**finished())
        _not_released.discard(lease)


def put_off(lease: uuid.UUID, link_ids: set[int]) -> None:
    """What a batch had no time for is free at once, and was not claimed in vain."""
    ShareLink.objects.filter(lease_id=lease, pk__in=link_ids).update_in_order(**finished())


def set_aside(now: datetime) -> int:
    """Set aside the links that were claimed in vain once too often; how many."""
    in_vain = ShareLink.objects.watched().in_vain(now).order_by()
    return sum(_set_aside(link_id, now) for link_id in list(in_vain.values_list("pk", flat=True)[:BATCH_SIZE]))


def _set_aside(link_id: int, now: datetime) -> bool:
    """Its next try is written first, by itself and without reading the row: whatever is wrong with it must not keep
    it in the way of others. What is told of it comes second."""
    ours = ShareLink.objects.watched().in_vain(now).filter(pk=link_id)
    later = now + TRY_SET_ASIDE_EVERY
    if not ours.update(due_at=later, leased_until=None, lease_id=None):
        return False
    log.error("link set aside", link=link_id, next_try_at=later.isoformat())
    finding = Finding(Code.VALIDATION_FAILS, Verdict.UNKNOWN, None, {"many": "yes"} if _count() > ALONE_UP_TO else {})
    try:
        with transaction.atomic():
            _open_incident(link_id, Judgement(finding.verdict, (finding,)), now)
    except Exception:
        log.exception("incident of a link that was set aside not opened", link=link_id)
        values = {"verdict": finding.verdict.value, "findings": [finding.to_json()]}
        ShareLink.objects.filter(pk=link_id).update(**values)
    return True


def _open_incident(link_id: int, judgement: Judgement, now: datetime) -> None:
    link = ShareLink.objects.select_for_update(of=("self",)).select_related("bucket").get(pk=link_id)
    standing = settle(link, judgement, now)
    link.verdict, link.findings = standing.verdict.value, [finding.to_json() for finding in standing.findings]
    link.save(update_fields=["verdict", "findings"])
    found = [finding.to_json() for finding in judgement.findings]
    Validation.objects.create(link=link, at=now, verdict=judgement.verdict.value, findings=found, is_change=True)
    if not link.incident_links.filter(over_at=None, incident__code=Code.VALIDATION_FAILS.value).exists():
        incidents.update_incidents([(link, judgement)], now)


def _count() -> int:
    """How many links are set aside, this one among them."""
    return ShareLink.objects.watched().filter(claim_count__gte=SET_ASIDE_AFTER)[: ALONE_UP_TO + 1].count()
