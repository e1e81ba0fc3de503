"""Causes that this site can test by itself, without asking a store: they end as soon as the test says so, not when the
slowest link that they affected has been validated."""

from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Q

from links.conf import site
from links.domain.errors import HoldfastError
from links.domain.findings import Code
from links.domain.judging.facts import Delivery
from links.domain.reasons import Reason
from links.models import Incident, IncidentLink, ShareLink
from links.queries.secrets import list_unreadable_keys
from links.services.click_signing import OpenBuckets
from links.services.incidents import incidents

log = structlog.get_logger(__name__)

TESTED_AT_ONCE = 5_000  # links in one round; in any order, so that a few that stay closed keep no other from its turn
_SECRETS = {Code.SECRETS_UNREADABLE: Reason.SECRETS_UNREADABLE, Code.SECRETS_MISPLACED: Reason.SECRETS_MISPLACED}


def resolve_site_causes(now: datetime) -> int:
    """End what holds no more, and validate its links soon; how many links are affected no more by something.

    A link that somebody validates at this moment is left to them: what they record was seen before this test.
    """
    open_ones = Incident.objects.open().filter(code__in=[*_SECRETS, Code.BASE_URL_CHANGED])
    if not open_ones.exists():
        return 0
    keys_are_closed = bool(list_unreadable_keys())
    free = Q(link__leased_until=None) | Q(link__leased_until__lte=now)
    affected = IncidentLink.objects.filter(free, over_at=None, incident__in=open_ones).order_by("?")
    tested, opened = affected.select_related("incident", "link__bucket__key")[:TESTED_AT_ONCE], OpenBuckets()
    mended = [one for one in tested if not _still_holds(one, opened, keys_are_closed=keys_are_closed)]
    count = _end(mended, now) if mended else 0
    if not keys_are_closed:
        incidents.resolve_site_incident(Code.SECRETS_UNREADABLE, now)
    return count


def _still_holds(one: IncidentLink, opened: OpenBuckets, *, keys_are_closed: bool) -> bool:
    code, link = Code(one.incident.code), one.link
    if code is Code.BASE_URL_CHANGED:
        return bool(link.site) and link.site != site.BASE_URL
    if code is Code.SECRETS_UNREADABLE and keys_are_closed:
        return True  # of the site: while any key is closed it is not mended
    try:
        _open_secrets(link, opened)
    except HoldfastError as error:
        return error.reason is _SECRETS[code]
    return False


def _open_secrets(link: ShareLink, opened: OpenBuckets) -> None:
    """What a validation opens before it asks. Raises a `HoldfastError` where that cannot be opened."""
    if link.delivery != Delivery.STABLE:
        if link.url:
            link.url.open()
    elif link.bucket:
        opened.open_key(link.bucket.key)
        link.bucket.require_binding()


def _end(affected: list[IncidentLink], now: datetime) -> int:
    with transaction.atomic():
        free = ShareLink.objects.filter(Q(leased_until=None) | Q(leased_until__lte=now))
        locked = free.filter(pk__in={one.link_id for one in affected}).select_for_update(of=("self",), skip_locked=True)
        still_free = set(locked.values_list("pk", flat=True))
        ours = [one for one in affected if one.link_id in still_free]
        incidents.end(ours, now)
    ShareLink.objects.filter(pk__in=still_free).schedule_now(now, limit=len(still_free))
    log.info("causes ended by the site's own test", links=len(still_free))
    return len(still_free)
