"""What was read off other clocks."""

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

    @classmethod
    def record(cls, kind: str, name: str, machine: str, ahead_seconds: float, now: datetime) -> None:
        values = {"ahead_seconds": ahead_seconds, "read_at": now}
        cls.objects.update_or_create(kind=kind, name=name[:255], machine=machine[:255], defaults=values)
