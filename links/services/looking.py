"""A look at the file before a customer is sent to it: nobody should meet a store's raw refusal, or another file."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from links.domain.admission import Outcome
from links.domain.causes import is_conclusive
from links.models import Bucket, ShareLink
from links.s3.probe import ProbePolicy, probe
from links.services import store_clocks

LOOK_EVERY = timedelta(minutes=1)
PATIENCE = 3.0  # seconds; a store that takes longer is left to the customer's own request


def is_due(link: ShareLink, now: datetime) -> bool:
    """A look that seems still to come was noted by another clock, and tells nothing; nor does any while this process
    does not know how the store's clock stands to its own."""
    if link.looked_at is None or not store_clocks.is_known(link.host):
        return True
    return not timedelta() <= now - link.looked_at < LOOK_EVERY


def look(link: ShareLink, url: str, now: datetime) -> Outcome | None:
    """Why the customer must not be sent to this URL, which was signed for them, or None. Asks the store for one byte.

    What says nothing about the file (a time-out, a proxy's page) is no reason: they may well get through.
    """
    answer = probe(url, policy=_make_policy(link.bucket), now=lambda: now)
    store_clocks.learn(link.host, answer)
    if answer.served:
        return Outcome.REPLACED if link.to_file_facts().is_replaced_in(answer) else None
    return Outcome.FAILED if is_conclusive(answer) else None


def _make_policy(bucket: Bucket | None) -> ProbePolicy:
    hosts = frozenset({urlsplit(bucket.endpoint).netloc}) if bucket and bucket.endpoint else frozenset()
    return ProbePolicy(hosts, deadline=PATIENCE, connect_deadline=PATIENCE)
