"""Reminders: who made a link is told, once, some days before its promise ends."""

from datetime import datetime

from django.db import transaction

from links.domain.letters import LetterKind
from links.models import ShareLink
from links.services.letters import write_to_owner

BATCH = 500  # links for one tick; the next goes on


def remind_of_endings(now: datetime) -> int:
    """Write to the owners of the links whose reminder is due; how many letters. Twice does no harm."""
    due = ShareLink.objects.filter(remind_at__lte=now).select_related("owner").order_by("remind_at")
    return sum(_remind(link, now) for link in due[:BATCH])


def _remind(link: ShareLink, now: datetime) -> bool:
    """The letter is written with the UPDATE that takes the reminder away: who comes second finds none."""
    with transaction.atomic():
        ours = ShareLink.objects.filter(pk=link.pk, remind_at=link.remind_at)
        if ours.lasting().filter(promised_until__gt=now).update(remind_at=None):
            return write_to_owner(link, LetterKind.ENDING, now) is not None
        ours.update(remind_at=None)
        return False
