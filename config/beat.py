"""Beat's scheduler, which keeps no file, and whose clock may be set."""

from datetime import timedelta
from time import monotonic, time
from typing import Any

from celery import beat
from celery.utils.time import maybe_make_aware

SET_BY_SECONDS = 1.0
LONG_AGO = timedelta(days=1)
"""Longer than any task's interval."""


class Scheduler(beat.Scheduler):
    """Celery's usual one keeps in a file when each task was last asked for: its folder has to be writable, and what a
    clock that was ahead wrote there holds up every task until the time has come. This one asks for every task at its
    start: each may run twice. And it goes on at once where its clock is put back.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._offset = _read_offset()
        super().__init__(*arguments, **options)

    def setup_schedule(self) -> None:
        super().setup_schedule()
        for entry in self.schedule.values():
            entry.last_run_at = entry.default_now() - LONG_AGO

    def tick(self, *arguments: Any, **options: Any) -> float:
        if abs(_read_offset() - self._offset) > SET_BY_SECONDS:
            self._offset, self._heap = _read_offset(), None  # whose order was that of another clock
        return float(super().tick(*arguments, **options))

    def populate_heap(self, *arguments: Any, **options: Any) -> None:
        for entry in self.schedule.values():
            now = maybe_make_aware(entry.default_now())
            if entry.last_run_at and maybe_make_aware(entry.last_run_at) > now:
                entry.last_run_at = now
        super().populate_heap(*arguments, **options)


def _read_offset() -> float:
    """The same at all times, unless somebody sets the clock."""
    return time() - monotonic()
