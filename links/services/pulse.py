"""The watcher is watched: whether somebody still validates and delivers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from links.channels.monitor import ping
from links.domain import sign_in_limits
from links.models import Grant, Letter, Notice, Pulse, Session, ShareLink, SignIn, Throttle, Validation, Visit

VALIDATE = "validate"
DELIVER = "deliver"
STOPPED_AFTER = timedelta(minutes=10)
FIRST_WITHIN = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Health:
    """`last_validation_at` is when the validator last ran to its end, whether or not a link was due. `is_beginning`
    while a new installation has nothing that should have been validated by now."""

    last_validation_at: datetime | None
    oldest_notice_at: datetime | None
    is_watching: bool
    is_beginning: bool = False


def take_pulse(now: datetime) -> Health:
    """Read the signs of life. Nobody watches where the validator has not run for `STOPPED_AFTER`."""
    last = Pulse.last(VALIDATE)
    oldest = Notice.objects.undelivered().order_by("created_at").values_list("created_at", flat=True).first()
    if last is None:
        waited = ShareLink.objects.filter(created_at__lt=now - FIRST_WITHIN)
        return Health(None, oldest, is_watching=False, is_beginning=not waited.exists())
    # A sign of life from far in the future was written by a clock that was ahead, and tells nothing of now.
    return Health(last, oldest, abs(now - last) < STOPPED_AFTER)


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
    """Rows are appended as time goes, so that only the first are looked at: a time without an index costs nothing."""
    forgotten = 0
    for _batch in range(BATCHES):
        first = list(oldest_first.values_list("pk", flat=True)[:BATCH])
        deleted = oldest_first.filter(is_old, pk__in=first).delete()[0]
        forgotten += deleted
        if deleted < BATCH:
            break
    return forgotten
