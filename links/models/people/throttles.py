"""Throttles: how often something was done within some time, by whom only a keyed digest tells."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Case, F, Q, When

from links.domain.visits.throttling import Limit


class ThrottleQuerySet(models.QuerySet["Throttle"]):
    def of(self, key: bytes) -> Self:
        return self.filter(key=key)

    def take(self, key: bytes, limit: Limit, now: datetime) -> bool:
        """Count one more; False, and nothing is counted, where the limit is reached.

        It is one conditional UPDATE: of many at once just as many are let through as are left.
        """
        if self._count(key, limit, now):
            return True
        self.bulk_create([Throttle(key=key, count=0, ends_at=now)], ignore_conflicts=True)
        return self._count(key, limit, now)

    def _count(self, key: bytes, limit: Limit, now: datetime) -> bool:
        over = Q(ends_at__lte=now)
        counted = self.of(key).filter(over | Q(count__lt=limit.max_count))
        return bool(
            counted.update(
                count=Case(When(over, then=1), default=F("count") + 1),
                ends_at=Case(When(over, then=now + limit.window), default=F("ends_at")),
            )
        )

    def take_running(self, key: bytes, limit: Limit, now: datetime) -> bool:
        """Count one more of a time that was begun; False where none runs, or the limit is reached."""
        return bool(self.of(key).filter(ends_at__gt=now, count__lt=limit.max_count).update(count=F("count") + 1))

    def take_back(self, key: bytes, now: datetime) -> None:
        """One that was counted shall not have been."""
        self.of(key).filter(count__gt=0, ends_at__gt=now).update(count=F("count") - 1)

    def begin(self, key: bytes, ends_at: datetime) -> None:
        """Count from 0, until then."""
        self.bulk_create(
            [Throttle(key=key, count=0, ends_at=ends_at)],
            update_conflicts=True,
            unique_fields=["key"],
            update_fields=["count", "ends_at"],
        )


class Throttle(models.Model):
    """`count` is worth something until `ends_at`; whoever comes later begins anew."""

    key = models.BinaryField(max_length=32)
    count = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)

    objects = models.Manager.from_queryset(ThrottleQuerySet)()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], name="throttle_key_once")]

    def __str__(self) -> str:
        return f"#{self.pk}: {self.count} until {self.ends_at:%Y-%m-%d %H:%M:%S}"
