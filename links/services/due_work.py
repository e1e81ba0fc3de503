"""All the work that rows are due for, done without being asked: where beat, or the broker, is away."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog

from links.models import Heartbeat, IncidentNotice, LinkMail, NoticeDigest, ShareLink, SigningKey, WebhookMessage
from links.queries.health import VALIDATE
from links.services import future_rows
from links.services.audit import maintenance
from links.services.buckets import configuration
from links.services.incidents import notices
from links.services.keys import proofs
from links.services.links import reminders
from links.services.mail import link_mails
from links.services.validation import batches
from links.services.webhooks import delivery

log = structlog.get_logger(__name__)

Clock = Callable[[], datetime]

LOOK_SECONDS = 10.0  # between two looks at the rows, by a worker and by `run_due_work --watch`
# What has waited longer was not asked for: at least twice as long as beat lets pass between two ticks of each.
FREQUENT_WINDOW = timedelta(seconds=20)
RARE_WINDOW = timedelta(minutes=2)


def is_overdue(now: datetime) -> bool:
    """Whether some row has waited for so long that nobody can have been asked to see to it, or nobody has looked for
    due rows of late: what a clock that was ahead wrote never seems to be due. Nine index look-ups."""
    looked_at = Heartbeat.last(VALIDATE)
    if looked_at is None or abs(now - looked_at) >= RARE_WINDOW:
        return True
    return any(
        rows.exists()
        for rows in (
            ShareLink.objects.due(now - FREQUENT_WINDOW),
            IncidentNotice.objects.in_turn().due(now - FREQUENT_WINDOW),
            NoticeDigest.objects.due(now - FREQUENT_WINDOW),
            LinkMail.objects.due(now - RARE_WINDOW),
            WebhookMessage.objects.in_turn().due(now - FREQUENT_WINDOW),
            ShareLink.objects.filter(remind_at__lte=now - RARE_WINDOW),
            SigningKey.objects.due(now - RARE_WINDOW),
            configuration.find_due(now - RARE_WINDOW).filter(created_at__lte=now - RARE_WINDOW),
        )
    )


def _deliver_notices(clock: Clock) -> int:
    notices.remind(clock())
    return notices.deliver_due(clock).delivered


_JOBS: Mapping[str, Callable[[Clock], int]] = {
    "rows with a wrong time mended": lambda clock: future_rows.watch_clocks(clock()),
    "links validated": lambda clock: len(batches.validate_due_links(clock)),
    "notices delivered": _deliver_notices,
    "owners reminded": lambda clock: reminders.remind_of_endings(clock()),
    "mails delivered": link_mails.deliver_due,
    "webhooks told": lambda clock: delivery.deliver_due(clock).delivered,
    "keys proved": lambda clock: proofs.prove_due_keys(clock()),
    "buckets read": lambda clock: configuration.read_due_configurations(clock()),
    "audit records chained": lambda clock: maintenance.maintain_trail(clock()),
}
JOBS = tuple(_JOBS)


def do_job(name: str, clock: Clock) -> int:
    """Do one round of the job of this name, of `JOBS`; how many rows it saw to.

    A job that fails is logged and keeps no other from being done.
    """
    try:
        return _JOBS[name](clock)
    except Exception:
        log.exception("due work failed", job=name)
        return 0
