"""Incidents brought in line with what validations find: opened, changed and resolved."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, Min, OuterRef, Q

from links.domain.findings import Code, Finding, Verdict
from links.domain.incidents import (
    SITE,
    IncidentContext,
    NoticeKind,
    RootCause,
    find_alarming,
    find_common,
    find_root,
    find_store,
    settle_resolution,
)
from links.domain.judging.resolution import continues
from links.domain.judging.verdicts import Judgement
from links.models import Incident, IncidentLink, ShareLink
from links.models.bulk import write_each
from links.queries.secrets import list_unreadable_keys
from links.services.incidents import notices, revalidate
from links.services.incidents.opening import (
    Roots,
    announce,
    announce_joining,
    claim_incidents,
    count_openings,
    open_incident,
)
from links.services.mail import imports
from links.services.webhooks import events

log = structlog.get_logger(__name__)


def update_incidents(
    judged: Sequence[tuple[ShareLink, Judgement]], now: datetime, out: Collection[str] = frozenset()
) -> None:
    """Bring incidents in line with these links' new judgements; call it in the transaction that records them, and
    that has locked the links.

    What affected a link before and was not found again is over only where the judgement has shown that it is: what
    could not be asked about affects it still. `out` are the stores that could not tell anything often enough.
    """
    judgements = {link.pk: judgement for link, judgement in judged}
    # Whoever brought these in is told of all of them by one mail, which still waits: that is enough.
    reported_by_mail = imports.find_reported_by_mail([link for link, _ in judged], now)
    under_way = _find_under_way(judgements)
    lasting = [row for row in under_way if not _ends(judgements[row.link_id], row, now)]
    lasting_of: dict[int, list[IncidentLink]] = defaultdict(list)
    for row in lasting:
        lasting_of[row.link_id].append(row)
    wanted = {link.pk: _find_roots(link, judgement, lasting_of[link.pk], out) for link, judgement in judged}
    opened = _align(wanted, under_way, lasting, now, reported_by_mail)
    ended = {link.pk for link, judgement in judged if judgement.verdict is Verdict.ENDED}
    over = _find_unfound(under_way, wanted, besides=lasting)
    revalidate.schedule_affected(Counter(row.incident_id for row in over if row.link_id not in ended), now)
    newly_broken = _find_newly_broken([link for link, _ in judged], wanted, under_way, opened)
    revalidate.schedule_related(newly_broken, opened, now)


def resolve_for_links(link_ids: Iterable[int], now: datetime) -> None:
    """These links are over: nothing affects them any more. As for `update_incidents`, the caller has locked them."""
    wanted: dict[int, Roots] = {link_id: {} for link_id in link_ids}
    _align(wanted, _find_under_way(wanted), [], now)


def end(incident_links: Sequence[IncidentLink], now: datetime) -> None:
    """These causes affect these links no more, as somebody has found out by other means than a validation. As for
    `update_incidents`, the caller has locked the links."""
    _align({one.link_id: {} for one in incident_links}, incident_links, [], now)


def open_site_incident(finding: Finding, now: datetime) -> None:
    """Open an incident about the site itself, which affects no link in particular; where it is open already, its
    details are brought up to date."""
    root = RootCause(finding.code, SITE)
    known = Incident.objects.open().filter(code=finding.code.value, subject=SITE)
    if not known.update(params=dict(finding.params), changed_at=now):
        with suppress(IntegrityError), transaction.atomic():
            incident = open_incident(root, finding, now)
            events.tell_opened([incident.pk], now)
            announce([incident], now)


def resolve_site_incident(code: Code, now: datetime) -> None:
    affecting = IncidentLink.objects.filter(incident=OuterRef("pk"), over_at=None)
    known = Incident.objects.open().filter(~Exists(affecting), code=code.value, subject=SITE)
    if not known.exists():
        return
    with transaction.atomic():
        over = list(known.select_for_update(of=("self",)).order_by("pk"))
        for incident in over:
            incident.link_count = 0
        _resolve(over, now)


def _ends(judgement: Judgement, row: IncidentLink, now: datetime) -> bool:
    """Whether this cause, where it was not found again, affects the link no more."""
    known = row.incident.read_finding()
    if known is None:
        return True
    verdict, params = Verdict(row.verdict or known.verdict), row.params or known.params
    return judgement.ends(replace(known, verdict=verdict, fails_at=row.fails_at, params=params), now)


def _find_under_way(link_ids: Iterable[int]) -> list[IncidentLink]:
    return list(IncidentLink.objects.filter(link_id__in=list(link_ids), over_at=None).select_related("incident"))


def _align(
    wanted: dict[int, Roots],
    under_way: Sequence[IncidentLink],
    lasting: Sequence[IncidentLink],
    now: datetime,
    reported_by_mail: Collection[int] = frozenset(),
) -> dict[RootCause, int]:
    """The ids of the incidents that are open now, by root cause. `reported_by_mail` are links of which nobody else has
    to be told."""
    opened = claim_incidents({row.incident_id for row in under_way}, _merge(wanted.values()), now)
    joining = _find_joining(wanted, opened)
    over = _find_unfound(under_way, wanted, besides=lasting)
    IncidentLink.objects.filter(pk__in=[row.pk for row in over]).update(over_at=now)
    touched = {row.incident_id for row in over} | _open_incident_links(wanted, opened, now)
    # Something else kept these from being asked about; they count as they were.
    unasked = [row.pk for row in _find_unfound(lasting, wanted)]
    IncidentLink.objects.filter(pk__in=unasked, unasked_since=None).update(unasked_since=now)
    _refresh(touched, now)
    events.tell_opened(opened.values(), now)
    announce_joining(joining, opened, reported_by_mail, now)
    return opened


def _merge(wanted: Iterable[Roots]) -> Roots:
    """What the findings of each root cause have in common."""
    merged: Roots = {}
    for roots in wanted:
        for root, finding in roots.items():
            merged[root] = find_common(merged[root], finding) if root in merged else finding
    return merged


def _find_joining(wanted: dict[int, Roots], opened: Mapping[RootCause, int]) -> dict[RootCause, set[int]]:
    """The links that a cause affects for the first time, by root cause."""
    known = IncidentLink.objects.filter(link_id__in=list(wanted), incident_id__in=set(opened.values()))
    pairs = set(known.values_list("link_id", "incident_id"))
    joining: dict[RootCause, set[int]] = defaultdict(set)
    for link_id, roots in wanted.items():
        for root in roots:
            if (link_id, opened[root]) not in pairs:
                joining[root].add(link_id)
    return joining


def _find_newly_broken(
    links: Iterable[ShareLink],
    wanted: dict[int, Roots],
    under_way: Iterable[IncidentLink],
    opened: Mapping[RootCause, int],
) -> dict[RootCause, list[ShareLink]]:
    """The links that were found broken by a cause that did not affect them before."""
    known = {(row.link_id, row.incident_id) for row in under_way}
    found: dict[RootCause, list[ShareLink]] = defaultdict(list)
    for link in links:
        for root, finding in wanted[link.pk].items():
            if finding.verdict is Verdict.BROKEN and (link.pk, opened[root]) not in known:
                found[root].append(link)
    return found


def _find_roots(link: ShareLink, judgement: Judgement, lasting: Iterable[IncidentLink], out: Collection[str]) -> Roots:
    context = IncidentContext(
        access_key_id=link.access_key_id,
        bucket=link.bucket.name if link.bucket else "",
        host=link.host,
    )
    known = {Code(row.incident.code) for row in lasting if not row.params.get("one_of")}
    is_out = find_store(context.bucket, context.host) in out
    alarming = find_alarming(judgement.findings, link.unknown_streak, known, is_store_out=is_out)
    return {find_root(finding, context): finding for finding in alarming}


def _find_unfound(
    incident_links: Iterable[IncidentLink], wanted: dict[int, Roots], *, besides: Iterable[IncidentLink] = ()
) -> list[IncidentLink]:
    """Those of them that were not found again; `besides` are left out."""
    left_out = {row.pk for row in besides}
    return [
        row
        for row in incident_links
        if row.pk not in left_out
        and not any(
            row.incident.code in root.names and row.incident.subject == root.subject for root in wanted[row.link_id]
        )
    ]


def _open_incident_links(wanted: dict[int, Roots], opened: dict[RootCause, int], now: datetime) -> set[int]:
    """Write down which incident affects which link; the ids of the incidents."""
    incident_links = [
        IncidentLink(
            incident_id=opened[root],
            link_id=link_id,
            since=now,
            fails_at=finding.fails_at,
            verdict=finding.verdict.value,
            params=dict(finding.params),
        )
        for link_id, roots in wanted.items()
        for root, finding in roots.items()
    ]
    IncidentLink.objects.bulk_create(
        incident_links,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["incident", "link"],
        update_fields=["fails_at", "verdict", "params", "over_at", "unasked_since"],
    )
    return set(opened.values())


def _refresh(incident_ids: set[int], now: datetime) -> None:
    """Bring counts up to date, and resolve what affects nothing any more."""
    if not incident_ids:
        return
    present = Q(over_at=None)
    affected = IncidentLink.objects.filter(incident__in=incident_ids).values_list("incident")
    counted = affected.annotate(
        now=Count("pk", filter=present), first=Min("fails_at", filter=present), ever=Count("pk")
    ).order_by()
    counts = {incident_id: found for incident_id, *found in counted}
    lasting, over = list[Incident](), list[Incident]()
    for incident in Incident.objects.open().filter(pk__in=incident_ids).order_by("pk"):
        count, first, ever = counts.get(incident.pk, (0, None, 0))
        incident.changed_at = now
        if count or _fails_own_test(incident):
            incident.link_count, incident.fails_at = count, first
            lasting.append(incident)
        else:
            incident.link_count = ever
            over.append(incident)
    write_each(lasting, ["link_count", "fails_at", "changed_at"])
    _resolve(over, now)


def _fails_own_test(incident: Incident) -> bool:
    """Whether it is the site's and goes on though it affects none of its links at the moment."""
    return incident.code == Code.SECRETS_UNREADABLE and bool(list_unreadable_keys())


def _resolve(incidents: Sequence[Incident], now: datetime) -> None:
    """Nothing is affected by them any more; their `link_count` says of how many links that is true."""
    if not incidents:
        return
    for incident in incidents:
        incident.resolved_at = now
        log.info("incident resolved", incident=incident.pk, code=incident.code, about=incident.subject)
    write_each(incidents, ["resolved_at", "link_count", "changed_at"])
    events.tell_resolved(incidents, now)
    for kind in (NoticeKind.OPENED, NoticeKind.FLAPPING, NoticeKind.GREW):
        notices.withdraw([incident.pk for incident in incidents], kind)
    going_on = _find_going_on(incidents)
    ended = [incident for incident in incidents if incident.pk not in going_on]
    openings = count_openings(ended, now)
    settled: dict[timedelta, list[Incident]] = defaultdict(list)
    for each in ended:
        settled[settle_resolution(openings[each.code, each.subject])].append(each)
    for settle, those in settled.items():
        notices.announce(those, NoticeKind.RESOLVED, now, settle)


def _find_going_on(incidents: Iterable[Incident]) -> set[int]:
    """The ids of those whose trouble goes on under another name, as that of a warning that came true: the incident of
    that tells."""
    known = {each.pk: finding for each in incidents if (finding := each.read_finding()) is not None}
    of_the_same_links = IncidentLink.objects.filter(over_at=None, link__incident_links__incident__in=known)
    beside = of_the_same_links.values_list("link__incident_links__incident", "incident__code").distinct()
    codes = {code.value: code for code in Code}
    return {pk for pk, other in beside if other in codes and continues(known[pk], codes[other])}
