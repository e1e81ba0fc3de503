"""Incidents opened: which are there already, which are new, and who is told."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from datetime import datetime

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Q

from links.domain.findings import Finding, Subject, Verdict
from links.domain.incidents import FLAPPING_WINDOW, NoticeKind, RootCause, announce_opening, find_common
from links.models import Incident
from links.services.incidents import notices

log = structlog.get_logger(__name__)

Roots = dict[RootCause, Finding]

MAX_ATTEMPTS = 20  # each fails only because another worker has opened one more incident


def claim_incidents(incident_ids: set[int], roots: Roots, now: datetime) -> dict[RootCause, int]:
    """Lock every incident that this round may touch, and open those that are missing; the ids by root cause.

    Who finds that another worker has just opened one gives its locks back and begins again: a lock that is taken
    out of order, sooner or later, is a deadlock. The order is that of what is unique: an outage has two names.
    """
    for _ in range(MAX_ATTEMPTS):
        with suppress(IntegrityError), transaction.atomic():
            known = _lock_open(incident_ids, roots)
            claimed: dict[RootCause, int] = {}
            for root in sorted(roots, key=lambda root: (root.names, root.subject)):
                shared = (known.get((code, root.subject)) for code in root.names)
                incident = next(filter(None, shared), None)
                if incident is None:
                    incident = open_incident(root, roots[root], now)
                elif incident.code == root.code:
                    _widen(incident, roots[root])
                known[root.code, root.subject] = incident
                claimed[root] = incident.pk
            return claimed
    raise IntegrityError("incidents")


def _lock_open(incident_ids: set[int], roots: Iterable[RootCause]) -> dict[tuple[str, str], Incident]:
    """All at once and in one order: two workers who share causes wait for each other, and neither resolves what
    the other adds to."""
    codes = {code.value for root in roots for code in root.names}
    named = Q(code__in=codes, subject__in={root.subject for root in roots})
    touched = Incident.objects.open().filter(Q(pk__in=incident_ids) | named).order_by("pk")
    locked = touched.select_for_update(of=("self",), no_key=True)
    return {(incident.code, incident.subject): incident for incident in locked}


def _widen(incident: Incident, finding: Finding) -> None:
    """One more finding shares the incident: it says what is true of all of them."""
    known = Finding(finding.code, Verdict(incident.verdict), None, incident.params)
    common = find_common(known, finding)
    if (common.params, common.verdict) != (known.params, known.verdict):
        incident.params, incident.verdict = dict(common.params), common.verdict.value
        incident.save(update_fields=["params", "verdict"])


def open_incident(root: RootCause, finding: Finding, now: datetime) -> Incident:
    """Raises IntegrityError where it is open already."""
    incident = Incident.objects.create(
        code=root.code.value,
        subject=root.subject,
        params=dict(finding.params),
        verdict=finding.verdict.value,
        fails_at=finding.fails_at,
        opened_at=now,
        changed_at=now,
    )
    log.warning("incident opened", incident=incident.pk, code=incident.code, about=incident.subject)
    return incident


def announce_joining(
    joining: Mapping[RootCause, set[int]], opened: Mapping[RootCause, int], told_apart: Collection[int], now: datetime
) -> None:
    """Say what opened; and where each link is mended for itself, that there are more of them than were told of."""
    news = {opened[root]: root for root, ids in joining.items() if root.about is Subject.SITE or ids - set(told_apart)}
    for incident in Incident.objects.filter(pk__in=news).order_by("pk"):
        if incident.announced_at is None:
            announce(incident, now)
        elif news[incident.pk].affects_each_apart:
            notices.announce_growth(incident, now)


def announce(incident: Incident, now: datetime) -> None:
    """Say that it opened, unless people still believe that it never ended."""
    incident.announced_at = now
    incident.save(update_fields=["announced_at"])
    earlier = Incident.objects.filter(code=incident.code, subject=incident.subject, resolved_at__isnull=False)
    withdrawn = sum(notices.withdraw(past, NoticeKind.RESOLVED) for past in earlier.order_by("-pk")[:1])
    kind = announce_opening(count_openings(incident, now))
    if kind is not None and (not withdrawn or kind is NoticeKind.FLAPPING):
        notices.announce(incident, kind, now)


def count_openings(incident: Incident, now: datetime) -> int:
    same = Incident.objects.filter(code=incident.code, subject=incident.subject)
    return same.filter(opened_at__gt=now - FLAPPING_WINDOW).count()
