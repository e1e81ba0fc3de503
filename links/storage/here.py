"""Links of a storage that are rows of the project's own database."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from django.core.exceptions import ImproperlyConfigured

from links.domain.errors import HoldfastError, Unavailable
from links.domain.reasons import Reason
from links.domain.sharing import EVERYTHING
from links.domain.viewers import OPERATOR
from links.models import Bucket
from links.queries.object_links import find_endpoint, find_urls
from links.services.link_terms import Terms
from links.services.links.creation import NewLinkRequest
from links.services.links.object_links import find_or_create
from links.services.people import customers


class LinksHere:
    def __init__(
        self, bucket: str, endpoint: str, region: str, *, lifetime: str, purpose: str, password: str, customer: str
    ) -> None:
        self._bucket, self._endpoint = bucket, find_endpoint(endpoint, region)
        self._lifetime, self._purpose = lifetime, purpose
        self._password, self._customer = password, customer

    def find_or_create(self, keys: Collection[str]) -> Mapping[str, str | HoldfastError]:
        """Raises ImproperlyConfigured where no bucket of this name is registered at this store."""
        urls = find_urls(self._bucket, self._endpoint, keys, self._purpose)
        new = [key for key in keys if key not in urls]
        return {**urls, **self._create(new)} if new else dict(urls)

    def _create(self, keys: Collection[str]) -> dict[str, str | HoldfastError]:
        registered = Bucket.objects.select_related("key").filter(name=self._bucket, endpoint=self._endpoint).first()
        if registered is None:
            raise ImproperlyConfigured(f"There is no bucket {self._bucket!r} of this store here. Add it: add_bucket.")
        now = datetime.now(UTC)
        customer = customers.find_or_build(self._customer, now, OPERATOR) if self._customer else None
        # A name in a storage means what lies there now: its file may be written anew.
        terms = Terms(password=self._password or None, customer=customer, follows_latest=True)
        asked = [
            NewLinkRequest(registered, key, self._lifetime, UTC, EVERYTHING, terms=terms, purpose=self._purpose)
            for key in keys
        ]
        unanswered = Unavailable(Reason.STORE_UNANSWERED, bucket=self._bucket)
        return {
            one.item.object_key: one.done.url if one.done else one.refused or unanswered
            for one in find_or_create(asked, now)
        }
