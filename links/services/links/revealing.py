"""A link's URL is shown to a member of staff: it is a secret, so that each time is recorded."""

from django.db import transaction

from links.domain.audit.acts import Act
from links.models import ShareLink
from links.queries import own_urls
from links.services.audit.recording import record


def reveal_url(link: ShareLink) -> str:
    """The URL to hand out. Raises `Unavailable("secrets-unreadable")`, and records nothing then: nobody saw it."""
    url = own_urls.reveal_url(link)
    with transaction.atomic():
        record(Act.URL_REVEALED, link)
    return url
