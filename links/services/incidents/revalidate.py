"""Siblings: links that share a cause with one that was just judged are asked about soon, not at a time of their own.

They come in waves: each link that found the cause, or its end, hastens `GROWTH` others, and those find out whether it
is theirs too. So one link that is odd disturbs few, and a cause that thousands share is known of all in minutes.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Reverse
from django.db.models.lookups import Exact, StartsWith

from links.domain.findings import Subject
from links.domain.incidents import RootCause
from links.models import Bucket, Incident, IncidentLink, ShareLink
from links.queries.link_state import where_not_withdrawn

MIN_LINKS = 100
GROWTH = 10

_OLDEST_VALIDATION_FIRST = F("validated_at").asc(nulls_first=True)


def schedule_related(
    found: Mapping[RootCause, Sequence[ShareLink]], opened: Mapping[RootCause, int], now: datetime
) -> None:
    """A cause was found in these links: others that share it and have not been asked about since its incident opened
    are due. What it is known to affect was asked about, and by whom does not matter: two workers find a cause at almost
    the same time, and the one whose incident opens may have looked at its clock after the other did."""
    shared = [root for root in found if root.about in _SHARED or root.about is Subject.OBJECT]
    incidents = {opened[root] for root in shared}
    if not incidents:
        return
    since = dict(Incident.objects.filter(pk__in=incidents).values_list("pk", "opened_at"))
    alike: dict[tuple[Subject, datetime], list[RootCause]] = defaultdict(list)
    for root in shared:
        alike[root.about, since[opened[root]]].append(root)
    for (about, opened_at), roots in alike.items():
        if about is Subject.OBJECT:
            sharing = _share_object({(root.subject, link.object_key) for root in roots for link in found[root]})
        else:
            sharing = _SHARED[about]({root.subject for root in roots})
        affected = IncidentLink.objects.filter(link=OuterRef("pk"), incident__in=incidents, over_at=None)
        _schedule(
            sharing & _unseen_since(opened_at) & ~Q(Exists(affected)), sum(len(found[root]) for root in roots), now
        )


def schedule_affected(over: Counter[int], now: datetime) -> None:
    """Some links are affected no more by these incidents: the others that they affect are due."""
    if over:
        affected = IncidentLink.objects.filter(incident__in=list(over), over_at=None).values("link")
        _schedule(Q(pk__in=affected) & _unseen_since(now), over.total(), now)


def _schedule(siblings: Q, found: int, now: datetime) -> None:
    waiting = ShareLink.objects.filter(where_not_withdrawn(), siblings).order_by(_OLDEST_VALIDATION_FIRST)
    waiting.schedule_now(now, limit=max(MIN_LINKS, found * GROWTH))


def _unseen_since(moment: datetime) -> Q:
    return Q(validated_at=None) | Q(validated_at__lt=moment)


def _share_key(ids: Iterable[str]) -> Q:
    return Q(access_key_id__in=ids)


def _share_bucket(names: Iterable[str]) -> Q:
    ids = list(Bucket.objects.filter(name__in=names).values_list("pk", flat=True))
    return Q(bucket__in=ids) | Q(bucket=None, host__in=names)


def of_stores(hosts: Iterable[str]) -> Q:
    """The host itself and all that end with it, read backwards as an index has them (migration 0002)."""
    below = Q()
    backwards = Reverse("host")
    for host in hosts:
        below |= Q(Exact(backwards, host[::-1])) | Q(StartsWith(backwards, f".{host}"[::-1]))
    return below


def _share_object(objects: Iterable[tuple[str, str]]) -> Q:
    """Each is named by its bucket or host, and its key."""
    keys: dict[str, list[str]] = defaultdict(list)
    for place, key in objects:
        keys[place].append(key)
    shared = Q()
    for place, named in keys.items():
        shared |= Q(object_key__in=named) & _share_bucket([place])
    return shared


_SHARED = {
    Subject.KEY: _share_key,
    Subject.BUCKET: _share_bucket,
    Subject.HOST: of_stores,
}
