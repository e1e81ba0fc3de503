"""Incidents opened: which are there already, which are new, and who is told."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Q

from links.domain.findings import Finding, Subject, Verdict
from links.domain.incidents import FLAPPING_WINDOW, NoticeKind, RootCause, find_common
from links.models import Incident
from links.models.bulk import write_each
from links.models.incidents.incidents import Cause, share_cause
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
            claimed: dict[RootCause, Incident] = {}
            missing: dict[RootCause, Finding] = {}
            widened: list[Incident] = []
            for root in sorted(roots, key=lambda root: (root.names, root.subject)):
                shared = (known.get((code, root.subject)) for code in root.names)
                incident = next(filter(None, shared), None)
                if incident is None:
                    incident, missing[root] = _build_incident(root, roots[root], now), roots[root]
                elif incident.code == root.code and _merge_finding(incident, roots[root]):
                    widened.append(incident)
                known[root.code, root.subject] = claimed[root] = incident
            _save_opened([claimed[root] for root in missing])
            write_each(widened, ["params", "verdict"])
            return {root: incident.pk for root, incident in claimed.items()}
    raise IntegrityError("incidents")


def _lock_open(incident_ids: set[int], roots: Iterable[RootCause]) -> dict[tuple[str, str], Incident]:
    """All at once and in one order: two workers who share causes wait for each other, and neither resolves what
    the other adds to."""
    codes = {code.value for root in roots for code in root.names}
    named = Q(code__in=codes, subject__in={root.subject for root in roots})
    touched = Incident.objects.open().filter(Q(pk__in=incident_ids) | named).order_by("pk")
    locked = touched.select_for_update(of=("self",), no_key=True)
    return {(incident.code, incident.subject): incident for incident in locked}


def _merge_finding(incident: Incident, finding: Finding) -> bool:
    """One more finding shares the incident: it says what is true of all of them. Whether that changed it."""
    known = Finding(finding.code, Verdict(incident.verdict), None, incident.params)
    common = find_common(known, finding)
    incident.params, incident.verdict = dict(common.params), common.verdict.value
    return (common.params, common.verdict) != (known.params, known.verdict)


def open_incident(root: RootCause, finding: Finding, now: datetime) -> Incident:
    """Raises IntegrityError where it is open already."""
    incident = _build_incident(root, finding, now)
    _save_opened([incident])
    return incident


def _build_incident(root: RootCause, finding: Finding, now: datetime) -> Incident:
    return Incident(
        code=root.code.value,
        subject=root.subject,
        params=dict(finding.params),
        verdict=finding.verdict.value,
        fails_at=finding.fails_at,
        opened_at=now,
        changed_at=now,
    )


def _save_opened(incidents: Sequence[Incident]) -> None:
    for incident in Incident.objects.bulk_create(incidents):
        log.warning("incident opened", incident=incident.pk, code=incident.code, about=incident.subject)


def announce_joining(
    joining: Mapping[RootCause, set[int]],
    opened: Mapping[RootCause, int],
    reported_by_mail: Collection[int],
    now: datetime,
) -> None:
    """Say what opened; and where each link is mended for itself, that there are more of them than were told of."""
    news = {
        opened[root]: root for root, ids in joining.items() if root.about is Subject.SITE or ids - set(reported_by_mail)
    }
    incidents = list(Incident.objects.filter(pk__in=news).order_by("pk")) if news else []
    announce([each for each in incidents if each.announced_at is None], now)
    grown = [each for each in incidents if each.announced_at and news[each.pk].affects_each_apart]
    notices.announce_growth(grown, now)


def announce(incidents: Sequence[Incident], now: datetime) -> None:
    """Say that they opened, unless people still believe that they never ended."""
    if not incidents:
        return
    Incident.objects.filter(pk__in=[each.pk for each in incidents]).update(announced_at=now)
    over = Incident.objects.filter(share_cause(incidents), resolved_at__isnull=False)
    last = over.values("code", "subject").annotate(last=Max("pk")).order_by().values("last")
    causes = {(each.code, each.subject) for each in incidents}  # the rows are perhaps some others' as well
    rows = Incident.objects.filter(pk__in=last).values_list("pk", "code", "subject")
    former = {pk: (code, subject) for pk, code, subject in rows if (code, subject) in causes}
    unsaid = {former[pk] for pk in notices.withdraw(former, NoticeKind.RESOLVED)}
    notices.announce_openings(incidents, count_openings(incidents, now), unsaid, now)


def count_openings(incidents: Iterable[Incident], now: datetime) -> Counter[Cause]:
    """How often each one's cause opened an incident lately, by the cause."""
    lately = Incident.objects.filter(share_cause(incidents), opened_at__gt=now - FLAPPING_WINDOW)
    counted = lately.values_list("code", "subject").annotate(count=Count("pk")).order_by()
    return Counter({(code, subject): count for code, subject, count in counted})
