"""Beat's scheduler, for clocks that are set."""

from time import monotonic, time
from typing import Any

from celery.beat import PersistentScheduler
from celery.utils.time import maybe_make_aware

SET_BY_SECONDS = 1.0


class Scheduler(PersistentScheduler):
    """Celery's own waits until a last run is over that its clock, or the file in which it keeps its schedule, puts into
    the future: for a quarter of an hour where a clock that was as much ahead was put right. This one does not."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._offset = _read_offset()
        super().__init__(*arguments, **options)

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
