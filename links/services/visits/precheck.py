"""A look at the file before a customer is sent to it: nobody should meet a store's raw refusal, or another file."""

from dataclasses import replace
from datetime import datetime, timedelta

from links.domain.judging.causes import is_conclusive
from links.domain.visits.access import Outcome
from links.models import ShareLink
from links.queries.bucket_registry import make_policy_of
from links.s3.probe import probe
from links.services import store_clocks

PRECHECK_EVERY = timedelta(minutes=1)
TIMEOUT_SECONDS = 3.0  # seconds; a store that takes longer is left to the customer's own request


def is_due(link: ShareLink, now: datetime) -> bool:
    """A look that seems still to come was noted by another clock, and tells nothing; nor does any while this process
    does not know how the store's clock stands to its own."""
    if link.prechecked_at is None or not store_clocks.is_known(link.host):
        return True
    return not timedelta() <= now - link.prechecked_at < PRECHECK_EVERY


def check_before_redirect(link: ShareLink, url: str, now: datetime) -> Outcome | None:
    """Why the customer must not be sent to this URL, which was signed for them, or None. Asks the store for one byte.

    What says nothing about the file (a time-out, a proxy's page) is no reason: they may well get through.
    """
    policy = replace(make_policy_of(link.bucket), deadline=TIMEOUT_SECONDS, connect_deadline=TIMEOUT_SECONDS)
    answer = probe(url, policy=policy, now=lambda: now)
    store_clocks.learn(link.host, answer)
    if answer.served:
        return Outcome.REPLACED if link.to_file_facts().is_replaced_in(answer) else None
    return Outcome.FAILED if is_conclusive(answer) else None
