"""What has to hold after every scenario, whatever went wrong in it."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from django.db.models import Count, F, Max, Min, Q

from links.domain.judging.claims import SET_ASIDE_AFTER
from links.models import Incident, IncidentNotice, ShareLink, Validation

BETWEEN = timedelta(seconds=20)  # two results of one link are never for one slot where they are further apart


def find_broken(since: datetime, now: datetime, *, may_be_broken: Collection[int] = ()) -> Iterator[str]:
    """What does not hold, in a sentence each. `since` is when the links of the scenario were due; `may_be_broken` are
    the links whose files are truly gone."""
    watched = ShareLink.objects.watched()
    if missed := watched.filter(Q(validated_at=None) | Q(validated_at__lt=since), due_at__lte=now).count():
        yield f"{missed} links that were due have no result"
    doubled = 0
    of_many = Validation.objects.values("link").annotate(n=Count("pk")).filter(n__gt=1).values_list("link", flat=True)
    for link in of_many[:5_000]:
        moments = list(Validation.objects.filter(link=link).order_by("at").values_list("at", flat=True))
        doubled += sum(later - earlier < BETWEEN for earlier, later in pairwise(moments))
    if doubled:
        yield f"{doubled} results are a second one for their slot"
    if waiting := IncidentNotice.objects.undelivered().filter(due_at__lte=now).count():
        yield f"{waiting} messages are not delivered"
    told = IncidentNotice.objects.filter(delivered_at__isnull=False).values("incident")
    if silent := Incident.objects.open().filter(announced_at__isnull=False).exclude(pk__in=told).filter(
        opened_at__lt=now - timedelta(minutes=1)
    ).exclude(pk__in=IncidentNotice.objects.undelivered().values("incident")).count():  # fmt: skip
        yield f"{silent} open incidents were told to nobody"
    if false := Validation.objects.filter(verdict="broken").exclude(link__in=may_be_broken).count():
        yield f"{false} results say broken of links that are not"
    if over := ShareLink.objects.filter(download_limit__isnull=False, visit_count__gt=F("download_limit")).count():
        yield f"{over} links were downloaded more often than they may be"
    if aside := ShareLink.objects.filter(claim_count__gte=SET_ASIDE_AFTER).count():
        yield f"{aside} links were set aside"


def measure_span() -> float:
    """Seconds from the first result to the last."""
    found = Validation.objects.aggregate(first=Min("at"), last=Max("at"))
    return (found["last"] - found["first"]).total_seconds() if found["first"] else 0.0
