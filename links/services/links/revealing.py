"""A link's URL is shown to a member of staff: it is a secret, so that each time is recorded."""

from collections.abc import Collection

from django.db import transaction

from links.domain.audit.acts import Act
from links.domain.errors import Refused
from links.domain.reasons import Reason
from links.models import ShareLink
from links.models.links.share_links import Viewer
from links.queries import own_urls
from links.services.audit.recording import record, record_each


def record_told_again(numbers: Collection[int], viewer: Viewer) -> None:
    """Before an answer that was kept tells these links' URLs once more. Raises `Refused("request-not-found")`, and
    records nothing, where the viewer may not know of one any more: it was handed to somebody else."""
    links = list(ShareLink.objects.seen_by(viewer).filter(pk__in=numbers))
    if len(links) < len(set(numbers)):
        raise Refused(Reason.REQUEST_NOT_FOUND)
    with transaction.atomic():
        record_each(Act.URL_REVEALED, links)


def reveal_url(link: ShareLink) -> str:
    """The URL to hand out. Raises `Unavailable("secrets-unreadable")`, and records nothing then: nobody saw it."""
    url = own_urls.reveal_url(link)
    with transaction.atomic():
        record(Act.URL_REVEALED, link)
    return url
