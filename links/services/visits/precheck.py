"""A look at the file before a customer is sent to it: nobody should meet a store's raw refusal, or another file.

A web worker waits for it, and so does everybody whose click is its next. A store of which validations know that it is
silent or slow is therefore not looked at, nor one at which this process has just waited long.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic

from links.domain.judging.causes import is_conclusive
from links.domain.visits.access import Outcome
from links.domain.visits.looks import SlowStores
from links.models import ShareLink
from links.queries.bucket_registry import make_policy_of
from links.queries.click_rows import keeps_waiting
from links.s3.probe import probe
from links.services import store_clocks

PRECHECK_EVERY = timedelta(minutes=1)
CONNECT_SECONDS = 0.5  # to find the store's address, and again to connect
TIMEOUT_SECONDS = 1.0  # a store that takes longer is left to the customer's own request

slow_stores = SlowStores()


def is_due(link: ShareLink, now: datetime) -> bool:
    """A look that seems still to come was noted by another clock, and tells nothing; nor does any while this process
    does not know how the store's clock stands to its own."""
    looked = link.prechecked_at is not None and timedelta() <= now - link.prechecked_at < PRECHECK_EVERY
    if looked and store_clocks.is_known(link.host):
        return False
    if not slow_stores.may_look(link.host, now):
        return False
    if keeps_waiting(link.host):
        slow_stores.pause(link.host, now)
        return False
    return True


def check_before_redirect(link: ShareLink, url: str, now: datetime) -> Outcome | None:
    """Why the customer must not be sent to this URL, which was signed for them, or None. Asks the store for one byte.

    What says nothing about the file (a time-out, a proxy's page) is no reason: they may well get through.
    """
    policy = replace(make_policy_of(link.bucket), deadline=TIMEOUT_SECONDS, connect_deadline=CONNECT_SECONDS)
    begun = monotonic()
    answer = probe(url, policy=policy, now=lambda: now)
    slow_stores.note(link.host, monotonic() - begun, now)
    store_clocks.learn(link.host, answer)
    if answer.served:
        return Outcome.REPLACED if link.to_file_facts().is_replaced_in(answer) else None
    return Outcome.FAILED if is_conclusive(answer) else None
