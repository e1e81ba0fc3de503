"""Which notices are sent alone and which together: decided here, and written in their rows, before any is sent."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Case, F, OuterRef, Q, Subquery, When

from links.database.locks import write_alone
from links.domain.alert_limits import DAY, HOUR, SentNotice, find_turn, plan_alerts
from links.domain.findings import Verdict
from links.domain.incidents import MAX_A_DAY, SITE, NoticeKind
from links.models import IncidentNotice, NoticeDigest
from links.models.incidents.incidents import IncidentNoticeQuerySet

MAX_ADMITTED = 1_000

# What is over can wait; what concerns the whole site, or is broken, comes first.
_WEIGHT = Case(
    When(kind=NoticeKind.RESOLVED.value, then=3),
    When(incident__subject=SITE, then=0),
    When(incident__verdict=Verdict.BROKEN.value, then=1),
    default=2,
)


def admit(channel: str, per_hour: int, now: datetime) -> None:
    """Decide for what is due whether it is sent alone, in a digest, or later."""
    if not _find_waiting(channel, now).exists():
        return
    with transaction.atomic():
        # One worker at a time: two would each give away what is left of the hour.
        write_alone(NoticeDigest)
        waiting = list(
            _find_waiting(channel, now).select_related("incident").order_by(_WEIGHT, "due_at", "pk")[:MAX_ADMITTED]
        )
        _find_still(waiting).lock_in_order()
        waiting = _hold_back(channel, waiting, now)
        sent = IncidentNotice.objects.filter(channel=channel, admitted_at__gt=now - HOUR, admitted_at__lte=now)
        last = NoticeDigest.objects.filter(channel=channel).order_by("created_at").last()
        plan = plan_alerts(
            waiting,
            per_hour=per_hour,
            sent_alone=sent.count(),
            last_digest_at=last.created_at if last else None,
            now=now,
        )
        _find_still(plan.alone).update(admitted_at=now)
        _find_still(plan.later).update(due_at=plan.later_at)
        if plan.together:
            digest = NoticeDigest.objects.create(channel=channel, created_at=now, due_at=now)
            _find_still(plan.together).update(digest=digest, due_at=None)


def _hold_back(channel: str, waiting: Sequence[IncidentNotice], now: datetime) -> list[IncidentNotice]:
    """Put off what would be one message too many about a cause that comes and goes; the others. Until its turn comes it
    is withdrawn if it is no longer true."""
    causes = {(notice.incident.code, notice.incident.subject) for notice in waiting}
    same = Q(incident__code__in={code for code, _ in causes}, incident__subject__in={subject for _, subject in causes})
    under_way = ~Q(admitted_at=None, digest=None) & Q(delivered_at=None)  # counts as told now
    earlier = IncidentNotice.objects.filter(
        same, Q(delivered_at__gt=now - DAY) | under_way, channel=channel, given_up_at=None
    )
    sent: dict[tuple[str, str], list[SentNotice]] = defaultdict(list)
    said = earlier.order_by("pk").values_list("incident__code", "incident__subject", "delivered_at", "kind")
    for code, subject, at, kind in said:
        sent[code, subject].append(SentNotice(at or now, kind == NoticeKind.RESOLVED))
    admitted = list[IncidentNotice]()
    for notice in waiting:
        of_cause = sent[notice.incident.code, notice.incident.subject]
        is_end = notice.kind == NoticeKind.RESOLVED
        if turn := find_turn(of_cause, MAX_A_DAY, now, is_end=is_end):
            _find_still([notice]).update(due_at=turn)
        else:
            of_cause.append(SentNotice(now, is_end))
            admitted.append(notice)
    return admitted


def settle() -> None:
    """What a digest told was told, and what it gave up was given up; where a worker was lost between the two, the next
    does it."""
    digest = NoticeDigest.objects.filter(pk=OuterRef("digest"))
    carried = IncidentNotice.objects.undelivered()
    carried.filter(digest__delivered_at__isnull=False).update_in_order(
        delivered_at=Subquery(digest.values("delivered_at")), attempts=F("attempts") + 1
    )
    carried.filter(digest__given_up_at__isnull=False).update_in_order(
        given_up_at=Subquery(digest.values("given_up_at")), last_error=Subquery(digest.values("last_error"))
    )


def _find_waiting(channel: str, now: datetime) -> IncidentNoticeQuerySet:
    fresh = IncidentNotice.objects.in_turn().filter(Q(admitted_at=None, digest=None), channel=channel)
    return fresh.filter(due_at__lte=now)


def _find_still(notices: Sequence[IncidentNotice]) -> IncidentNoticeQuerySet:
    """Those that nobody has withdrawn since."""
    return IncidentNotice.objects.filter(pk__in=[notice.pk for notice in notices])
