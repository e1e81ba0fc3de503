"""What staff did to links: who revoked, extended or transferred one, and when."""

from collections.abc import Iterable

from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet

from links.models import ShareLink
from links.texts.pages.histories import tells_of_revocation


def list_acts(ids: Iterable[int]) -> QuerySet[LogEntry]:
    """Of the links with these numbers, the latest first; what is said of each is `links.texts.pages.histories`."""
    entries = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(ShareLink), object_id__in=[str(number) for number in ids]
    )
    return entries.select_related("user").order_by("-action_time", "-pk")


def find_makers(ids: Iterable[int]) -> dict[int, User]:
    """Who made each of these links, whoever owns it by now. Of those that a command made, nobody knows."""
    added = list_acts(ids).filter(action_flag=ADDITION)
    return {int(entry.object_id): entry.user for entry in added if entry.object_id}


def find_revocation(link: ShareLink) -> LogEntry | None:
    """The last time that staff revoked it; None where it is not revoked, or nobody knows who did it."""
    if not link.is_revoked:
        return None
    return next((entry for entry in list_acts([link.pk]) if tells_of_revocation(entry.change_message)), None)
