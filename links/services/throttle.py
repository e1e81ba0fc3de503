"""Throttles by scope ("password", "sign-in") and by whatever parts name who or what is counted: a network, an account.

The parts are kept as one keyed digest and forgotten when the time is over, whatever `VISIT_ADDRESSES` says.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings

from links.domain.visits.throttling import Limit, digest_key
from links.models import Throttle


@dataclass(frozen=True, slots=True)
class Key:
    """What is counted: a scope, and the parts that name who or what. Two keys are one where all parts are."""

    scope: str
    parts: tuple[object, ...] = ()

    @property
    def digest(self) -> bytes:
        return digest_key(settings.SECRET_KEY, self.scope, *self.parts)


def take(key: Key, limit: Limit, now: datetime) -> bool:
    """Count one more; False, and nothing is counted, where the limit is reached. Exact, however many come at once.

    Within a transaction that is rolled back nothing was counted.
    """
    return Throttle.objects.take(key.digest, limit, now)


def is_first(told: Key, window: timedelta, now: datetime) -> bool:
    """Whether this was not told within this while, as it is from now on; looked at before it is written, since it is
    told seldom."""
    return count(told, now) is None and take(told, Limit(1, window), now)


def take_running(key: Key, limit: Limit, now: datetime) -> bool:
    """Count one more of a time that `begin` began; False where none runs, or the limit is reached."""
    return Throttle.objects.take_running(key.digest, limit, now)


def take_back(key: Key, now: datetime) -> None:
    """What was counted before turned out to be harmless."""
    Throttle.objects.take_back(key.digest, now)


def begin(key: Key, ends_at: datetime) -> None:
    """Count from 0 until then, whatever was counted before."""
    Throttle.objects.begin(key.digest, ends_at)


def forget(key: Key) -> None:
    Throttle.objects.of(key.digest).delete()


def count(key: Key, now: datetime) -> int | None:
    """How often within the time that runs; None where none does."""
    running = Throttle.objects.of(key.digest).filter(ends_at__gt=now)
    return running.values_list("count", flat=True).first()


@dataclass(frozen=True, slots=True)
class Running:
    """How often something was counted within the time that runs, and for how many whole seconds that still does."""

    count: int = 0
    seconds: int = 0


def find_running(key: Key, now: datetime) -> Running:
    """Nothing and 0 where no time runs."""
    row = Throttle.objects.of(key.digest).filter(ends_at__gt=now).values_list("count", "ends_at").first()
    return Running(row[0], ceil((row[1] - now).total_seconds())) if row else Running()


def find_wait(key: Key, now: datetime) -> int:
    """Whole seconds until the time that runs is over; 0 where none does."""
    ends_at = Throttle.objects.of(key.digest).values_list("ends_at", flat=True).first()
    return max(ceil((ends_at - now).total_seconds()), 0) if ends_at else 0
