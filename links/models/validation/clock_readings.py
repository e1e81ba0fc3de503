"""What was read off other clocks."""

from collections.abc import Mapping
from datetime import datetime

from django.db import models


class ClockReading(models.Model):
    """How far one clock is ahead of another (seconds, negative where it is behind), when that was last seen: a store's
    ahead of the machine's that asked it, or the database's ahead of a process's. A row is kept for each pair."""

    STORE, PROCESS = "store", "process"

    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=255)
    machine = models.CharField(max_length=255)
    ahead_seconds = models.FloatField()
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "name", "machine"], name="clock_reading_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.name} on {self.machine}: {self.ahead_seconds:+.1f} s"

    @staticmethod
    def record(kind: str, machine: str, ahead_seconds: Mapping[str, float], now: datetime) -> None:
        """By name; each takes the place of what was read before."""
        rows = [
            ClockReading(kind=kind, name=name[:255], machine=machine[:255], ahead_seconds=seconds, read_at=now)
            for name, seconds in ahead_seconds.items()
        ]
        ClockReading.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["kind", "name", "machine"],
            update_fields=["ahead_seconds", "read_at"],
        )
