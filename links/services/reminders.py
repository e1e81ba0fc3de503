"""Reminders: who made a link is told, once, some days before its promise ends."""

from datetime import datetime, timedelta

import structlog
from django.db import transaction

from links.domain.letters import LetterKind
from links.models import ShareLink
from links.queries.link_state import where_live
from links.services.letters import write_to_owner

log = structlog.get_logger(__name__)

BATCH = 500  # links for one tick; the next goes on
TRY_AGAIN = timedelta(minutes=5)


def remind_of_endings(now: datetime) -> int:
    """Write to the owners of the links whose reminder is due; how many letters. Twice does no harm."""
    due = ShareLink.objects.filter(remind_at__lte=now).order_by("remind_at").values_list("pk", flat=True)
    return sum(_try_to_remind(link_id, now) for link_id in list(due[:BATCH]))


def _try_to_remind(link_id: int, now: datetime) -> bool:
    """That it is tried is written down first: a link that ends in an error, or kills the worker, stands behind the
    others next time."""
    later = now + TRY_AGAIN
    if not ShareLink.objects.filter(pk=link_id, remind_at__lte=now).update(remind_at=later):
        return False  # another worker has it
    try:
        return _remind(ShareLink.objects.select_related("owner").get(pk=link_id), now)
    except Exception:
        log.exception("owner not reminded", link=link_id)
        return False


def _remind(link: ShareLink, now: datetime) -> bool:
    """The letter is written with the UPDATE that takes the reminder away: who comes second finds none."""
    with transaction.atomic():
        ours = ShareLink.objects.filter(pk=link.pk, remind_at=link.remind_at)
        if ours.filter(where_live(now)).update(remind_at=None):
            return write_to_owner(link, LetterKind.ENDING, now) is not None
        ours.update(remind_at=None)
        return False
