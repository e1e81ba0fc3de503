"""The watcher is watched: whether somebody still validates and delivers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db.models import Q, QuerySet

from links.channels.monitor import ping
from links.domain import sign_in_limits
from links.models import (
    Grant,
    Letter,
    Notice,
    Pulse,
    Session,
    ShareLink,
    SignIn,
    SigningKey,
    Throttle,
    Validation,
    Visit,
)

log = structlog.get_logger(__name__)

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


def take_pulse(now: datetime) -> Health:
    """Read the signs of life. Nobody watches where the validator has not run for `STOPPED_AFTER`, or where work that
    is due has been waiting for `DUE_WITHIN`: a worker may run and get nothing done."""
    last = Pulse.last(VALIDATE)
    oldest = Notice.objects.undelivered().order_by("created_at").values_list("created_at", flat=True).first()
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
        Letter.objects.filter(due_at__lte=now).order_by("due_at").values_list("due_at", flat=True).first(),
        Notice.objects.in_turn().filter(due_at__lte=now).order_by("due_at").values_list("due_at", flat=True).first(),
        SigningKey.objects.due(now).values_list("check_due_at", flat=True).first(),
    ]
    return min((first for first in firsts if first is not None), default=None)


def tell_monitor(now: datetime) -> bool:
    """Ping the outside monitor, where there is one and somebody is watching; whether it heard."""
    return bool(settings.MONITOR_URL) and take_pulse(now).is_watching and ping(settings.MONITOR_URL)


KEEP_VALIDATIONS = timedelta(days=90)
KEEP_LETTERS = timedelta(days=90)
BATCH = 1_000  # rows that one statement deletes
BATCHES = 200  # that one tick takes of each table; the next goes on


def tidy(now: datetime) -> int:
    """Forget what has been kept for long enough; how many rows. Bounded, so that a backlog blocks nobody."""
    visits_until = now - timedelta(days=settings.VISIT_DAYS)
    return sum([
        _forget(Validation.objects.order_by("pk"), Q(at__lt=now - KEEP_VALIDATIONS)),
        _forget(Visit.objects.order_by("pk"), Q(at__lt=visits_until)),
        _forget(Letter.objects.order_by("pk"), Q(created_at__lt=now - KEEP_LETTERS, due_at=None)),
        _forget(Grant.objects.order_by("expires_at"), Q(expires_at__lt=now)),
        _forget(Session.objects.order_by("ends_at"), Q(ends_at__lt=now)),
        _forget(SignIn.objects.order_by("pk"), Q(at__lt=now - sign_in_limits.KEPT_FOR)),
        _forget(Throttle.objects.order_by("ends_at"), Q(ends_at__lt=now)),
    ])  # fmt: skip


def _forget(oldest_first: QuerySet[Any], is_old: Q) -> int:
    """One table that cannot be tidied keeps no other from it."""
    try:
        return _delete_oldest(oldest_first, is_old)
    except Exception:
        log.exception("rows not forgotten", table=oldest_first.model._meta.db_table)  # noqa: SLF001  documented
        return 0


def _delete_oldest(oldest_first: QuerySet[Any], is_old: Q) -> int:
    """Rows are appended as time goes, so that only the first are looked at: a time without an index costs nothing."""
    forgotten = 0
    for _batch in range(BATCHES):
        first = list(oldest_first.values_list("pk", flat=True)[:BATCH])
        deleted = oldest_first.filter(is_old, pk__in=first).delete()[0]
        forgotten += deleted
        if deleted < BATCH:
            break
    return forgotten
