"""What answering a time request gives, as staff are told before they press."""

from datetime import datetime, timedelta

from django.utils.translation import gettext

from links.models import ShareLink
from links.queries.link_state import LinkState, read_state

DAYS = timedelta(days=7)


def name_question(link: ShareLink, now: datetime) -> str:
    if read_state(link, now) is LinkState.USED_UP:
        return gettext("The customer requests another download")
    return gettext("The customer requests more time")


def name_grant(link: ShareLink, now: datetime) -> str:
    """The button that gives a week: of a link that is used up another download, too, or that alone."""
    if not link.is_used_up:
        return gettext("Grant 7 days")
    if link.promised_until < now + DAYS:
        return gettext("Allow another download and 7 days")
    return gettext("Allow another download")
