"""Rows that a clock wrote which was ahead: what they say is due in days is due now, else they would stop the watch
after that clock was set."""

from datetime import datetime, timedelta
from typing import Any

import structlog

from links.database.locks import update_in_order
from links.domain.alert_limits import DAY
from links.domain.events.retries import DELAYS, JITTER
from links.domain.findings import Code
from links.domain.incidents import SITE
from links.domain.judging.cadence import DEFAULT_INTERVAL
from links.domain.stores.answers import CLOCK_WARNING
from links.lib.backoff import MAX_WAIT as MAX_RETRY
from links.models import Bucket, Incident, IncidentNotice, LinkMail, NoticeDigest, ShareLink, SigningKey, WebhookMessage
from links.models.leases import LeasedQuerySet
from links.services.buckets import configuration
from links.services.keys import proofs
from links.services.validation import site_clock

log = structlog.get_logger(__name__)

MAX_WAIT = DEFAULT_INTERVAL * 1.1  # with its jitter
MAX_LEASE = timedelta(hours=1)
MAX_NOTICE_WAIT = DAY + MAX_RETRY  # one message too many about a cause, through a channel that asks to be left alone

MAX_WEBHOOK_WAIT = DELAYS[-1] * (1 + JITTER)


def watch_clocks(now: datetime) -> int:
    """Compare this process's clock with the database's, and mend what a clock that was ahead wrote; how many rows."""
    ahead = site_clock.record_process("worker")
    # While our clock is wrong, and nobody tells how it stands to the right time, what is right looks odd.
    is_wrong = Incident.objects.open().filter(code=Code.CLOCK_SKEW.value, subject=SITE).exists()
    return 0 if is_wrong and ahead is None else mend_future_rows(now + (ahead or timedelta()))


def mend_future_rows(now: datetime) -> int:
    """Make due what is due later than anything is ever planned, and free what is leased for longer than anything is;
    how many rows. `now` is the right time. Twice does no harm."""
    future = now + CLOCK_WARNING
    read_at = now - configuration.READ_EVERY
    leased = ShareLink, IncidentNotice, NoticeDigest, LinkMail, WebhookMessage
    mended = sum(
        [
            ShareLink.objects.filter(due_at__gt=future + MAX_WAIT).update_in_order(due_at=now),
            IncidentNotice.objects.filter(due_at__gt=future + MAX_NOTICE_WAIT).update_in_order(due_at=now),
            NoticeDigest.objects.filter(due_at__gt=future + MAX_RETRY).update_in_order(due_at=now),
            LinkMail.objects.filter(due_at__gt=future + MAX_RETRY).update_in_order(due_at=now),
            WebhookMessage.objects.filter(due_at__gt=future + MAX_WEBHOOK_WAIT).update_in_order(due_at=now),
            update_in_order(SigningKey.objects.filter(check_due_at__gt=future + proofs.PROVE_EVERY), check_due_at=now),
            update_in_order(SigningKey.objects.filter(checked_at__gt=future), checked_at=now),
            update_in_order(Bucket.objects.filter(configuration_at__gt=future), configuration_at=read_at),
            update_in_order(Incident.objects.open().filter(opened_at__gt=future), opened_at=now),
            *(_free(model.objects.all(), future + MAX_LEASE) for model in leased),
        ]
    )
    if mended:
        log.warning("rows from the future mended", rows=mended)
    return mended


def _free(rows: LeasedQuerySet[Any], until: datetime) -> int:
    return rows.filter(lease_id__isnull=False, leased_until__gt=until).update_in_order(lease_id=None, leased_until=None)
