"""Throttles: how often something was done within some time, by whom only a keyed digest tells."""

from datetime import datetime
from typing import Self

from django.db import connections, models, router
from django.db.models import F

from links.domain.visits.throttling import Limit

_TAKE = """
INSERT INTO links_throttle (key, count, ends_at) VALUES (%s, 1, %s)
ON CONFLICT (key) DO UPDATE SET
  count = CASE WHEN links_throttle.ends_at <= %s THEN 1 ELSE links_throttle.count + 1 END,
  ends_at = CASE WHEN links_throttle.ends_at <= %s THEN excluded.ends_at ELSE links_throttle.ends_at END
WHERE links_throttle.ends_at <= %s OR links_throttle.count < %s
"""


class ThrottleQuerySet(models.QuerySet["Throttle"]):
    def of(self, key: bytes) -> Self:
        return self.filter(key=key)

    def take(self, key: bytes, limit: Limit, now: datetime) -> bool:
        """Count one more; False, and nothing is counted, where the limit is reached.

        It is one conditional statement: of many at once just as many are let through as are left. Whoever tries a
        password is counted ten times: the ORM, which cannot say this, took three statements for each.
        """
        connection = connections[router.db_for_write(self.model)]
        adapt = connection.ops.adapt_datetimefield_value
        over, ends_at = adapt(now), adapt(now + limit.window)
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, [key, ends_at, over, over, over, limit.max_count])
            return bool(cursor.rowcount)

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
