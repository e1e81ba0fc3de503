"""Reminders: who made a link is told, once, some days before its promise ends; else the site's alert channels are."""

from datetime import datetime, timedelta

from django.db import transaction

from links.domain.link_mails import LinkMailKind
from links.models import ShareLink
from links.queries.link_state import where_live
from links.services.due_rows import work_on_each
from links.services.mail.link_mails import write_to_owner

BATCH_SIZE = 500  # links for one tick; the next goes on
TRY_AGAIN = timedelta(minutes=5)


def remind_of_endings(now: datetime) -> int:
    """Write to the owners of the links whose reminder is due; how many mails. Twice does no harm."""
    due = ShareLink.objects.filter(remind_at__lte=now).order_by("remind_at")
    written = work_on_each(due, lambda link: _remind(link, now), limit=BATCH_SIZE, remind_at=now + TRY_AGAIN)
    return written.count(True)


def _remind(link: ShareLink, now: datetime) -> bool:
    """The mail is written with the UPDATE that takes the reminder away: who comes second finds none."""
    with transaction.atomic():
        ours = ShareLink.objects.filter(pk=link.pk, remind_at=link.remind_at)
        if ours.filter(where_live(now)).update(remind_at=None):
            return bool(write_to_owner(link, LinkMailKind.ENDING, now))
        ours.update(remind_at=None)
        return False
