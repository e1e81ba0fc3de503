"""Validation that somebody waits for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from django.db import transaction

from links.domain.audit.acts import Act
from links.domain.errors import Refused
from links.domain.findings import Verdict
from links.domain.reasons import Reason
from links.domain.results import ItemResult
from links.models import ShareLink
from links.queries.link_state import read_state, where_not_withdrawn
from links.services import queue
from links.services.audit.recording import record_each
from links.services.validation.batches import Clock, validate_links

IN_PLACE = 20


@dataclass(frozen=True, slots=True)
class ValidationQueued:
    """One link is due. `is_queued`: a worker was told so. `verdict`: it was validated here and now, because none could
    be told."""

    is_queued: bool
    verdict: Verdict | None = None


QueuedResult: TypeAlias = ItemResult[ShareLink, ValidationQueued]


def ask_for_validation(links: Sequence[ShareLink], clock: Clock) -> list[QueuedResult]:
    """Make these links due and tell a worker; where none can be told, validate up to `IN_PLACE` at once. One result for
    each link, in their order; what was revoked or rescued is refused, `validation-left-out`."""
    now = clock()
    ids = [link.pk for link in links if not read_state(link, now).is_withdrawn]
    with transaction.atomic():
        ShareLink.objects.filter(where_not_withdrawn(), pk__in=ids).make_due(now)
        record_each(Act.LINK_VALIDATION_ASKED, [link for link in links if link.pk in set(ids)])
    is_queued = bool(ids) and queue.enqueue_now("validate_links", ids)
    results = validate_links(ids, clock) if ids and not is_queued and len(ids) <= IN_PLACE else []
    verdicts = {one.link.pk: one.judgement.verdict for one in results}
    queued = {pk: ValidationQueued(is_queued, verdicts.get(pk)) for pk in ids}
    return [
        QueuedResult(link, queued[link.pk])
        if link.pk in queued
        else QueuedResult(link, refused=Refused(Reason.VALIDATION_LEFT_OUT))
        for link in links
    ]
