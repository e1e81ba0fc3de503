"""The watcher is watched: whether somebody still validates and delivers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from links.channels.monitor import ping
from links.models import Notice, Pulse, Validation

VALIDATE = "validate"
DELIVER = "deliver"
STOPPED_AFTER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Health:
    """`last_validation_at` is when the validator last ran to its end, whether or not a link was due."""

    last_validation_at: datetime | None
    oldest_notice_at: datetime | None
    is_watching: bool


def take_pulse(now: datetime) -> Health:
    """Read the signs of life. Nobody watches where the validator has not run for `STOPPED_AFTER`."""
    last = Pulse.last(VALIDATE)
    oldest = Notice.objects.undelivered().order_by("created_at").values_list("created_at", flat=True).first()
    return Health(last, oldest, last is not None and now - last < STOPPED_AFTER)


def tell_monitor(now: datetime) -> bool:
    """Ping the outside monitor, where there is one and somebody is watching; whether it heard."""
    return bool(settings.MONITOR_URL) and take_pulse(now).is_watching and ping(settings.MONITOR_URL)


KEEP_VALIDATIONS = timedelta(days=90)


def tidy(now: datetime) -> int:
    """Forget validations older than `KEEP_VALIDATIONS`; how many were."""
    return Validation.objects.filter(at__lt=now - KEEP_VALIDATIONS).delete()[0]
