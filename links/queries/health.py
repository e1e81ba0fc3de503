"""Whether somebody still validates and delivers: the watcher is watched."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from links.models import Heartbeat, IncidentNotice, LinkMail, ShareLink, SigningKey

VALIDATE = "validate"
DELIVER = "deliver"
STOPPED_AFTER = timedelta(minutes=10)
FIRST_WITHIN = timedelta(minutes=2)
# Three leases of a link that kills its workers, and some ticks: then it is set aside, and waits no longer.
DUE_WITHIN = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class Health:
    """`last_validation_at` is when the validator last ran to its end, whether or not a link was due; `oldest_due_at`
    since when the work that waits for longest has been due, whoever is alive. `is_overdue` where that is too long.
    `is_beginning` while a new installation has nothing that should have been validated by now."""

    last_validation_at: datetime | None
    oldest_notice_at: datetime | None
    is_watching: bool
    is_beginning: bool = False
    oldest_due_at: datetime | None = None
    is_overdue: bool = False


def read_health(now: datetime) -> Health:
    """Read the signs of life. Nobody watches where the validator has not run for `STOPPED_AFTER`, or where work that
    is due has been waiting for `DUE_WITHIN`: a worker may run and get nothing done."""
    last = Heartbeat.last(VALIDATE)
    oldest = IncidentNotice.objects.undelivered().order_by("created_at").values_list("created_at", flat=True).first()
    if last is None:
        waited = ShareLink.objects.filter(created_at__lt=now - FIRST_WITHIN)
        return Health(None, oldest, is_watching=False, is_beginning=not waited.exists())
    due = find_oldest_due(now)
    is_overdue = due is not None and now - due >= DUE_WITHIN
    # A sign of life from far in the future was written by a clock that was ahead, and tells nothing of now.
    is_watching = abs(now - last) < STOPPED_AFTER and not is_overdue
    return Health(last, oldest, is_watching, oldest_due_at=due, is_overdue=is_overdue)


def find_oldest_due(now: datetime) -> datetime | None:
    """Since when the row that waits for longest has been due: links, reminders, messages, keys; None where none is.

    A notice that has to wait for an earlier one about the same incident is not due."""
    firsts = [
        ShareLink.objects.filter(due_at__lte=now).order_by("due_at").values_list("due_at", flat=True).first(),
        ShareLink.objects.filter(remind_at__lte=now).order_by("remind_at").values_list("remind_at", flat=True).first(),
        LinkMail.objects.filter(due_at__lte=now).order_by("due_at").values_list("due_at", flat=True).first(),
        IncidentNotice.objects.in_turn()
        .filter(due_at__lte=now)
        .order_by("due_at")
        .values_list("due_at", flat=True)
        .first(),
        SigningKey.objects.due(now).values_list("check_due_at", flat=True).first(),
    ]
    return min((first for first in firsts if first is not None), default=None)
