"""Beat goes on asking for work when its clock is set, and after it was ahead."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from celery import Celery
from celery.beat import PersistentScheduler
from django.conf import settings
from django.utils.module_loading import import_string

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
EVERY = {"often": 5, "also often": 10, "seldom": 3600}


class Beat:
    """The site's scheduler; which tasks it asked for, in place of a broker."""

    def __init__(self, folder: Path) -> None:
        app = Celery(set_as_current=False, broker="memory://")
        app.conf.beat_schedule = {
            name: {"task": name, "schedule": timedelta(seconds=seconds)} for name, seconds in EVERY.items()
        }
        scheduler: type[PersistentScheduler] = import_string(settings.CELERY_BEAT_SCHEDULER)
        self.asked: list[str] = []
        self._scheduler = scheduler(app, schedule_filename=str(folder / "schedule"))
        self._scheduler.apply_entry = lambda entry, **_: self.asked.append(entry.task)  # type: ignore[method-assign]

    def run(self, clock: time_machine.Traveller, seconds: int) -> list[str]:
        """What it asked for in so many seconds."""
        self.asked.clear()
        for _ in range(seconds):
            clock.shift(1)
            while not self._scheduler.tick():
                pass
        return list(self.asked)

    def close(self) -> None:
        self._scheduler.close()


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Time passes on it, and on the clock that nobody sets, which stays behind where this one is set."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@contextmanager
def running(folder: Path) -> Iterator[Beat]:
    beat = Beat(folder)
    try:
        yield beat
    finally:
        beat.close()


def test_a_schedule_that_a_clock_ahead_wrote_holds_nothing_up(tmp_path: Path, clock: time_machine.Traveller) -> None:
    clock.move_to(NOW + QUARTER)
    with running(tmp_path) as beat:
        assert set(beat.run(clock, 12)) >= {"often", "also often"}
    clock.move_to(NOW)
    with running(tmp_path) as beat:
        assert beat.run(clock, 21).count("often") == 4


@pytest.mark.parametrize("by", [QUARTER, -QUARTER], ids=["ahead", "back"])
def test_a_clock_that_is_set_keeps_no_task_from_being_asked_for(
    by: timedelta, tmp_path: Path, clock: time_machine.Traveller
) -> None:
    with running(tmp_path) as beat:
        beat.run(clock, 12)
        clock.shift(by)
        asked = beat.run(clock, 21)
        assert (asked.count("often") >= 4, asked.count("also often") >= 2) == (True, True)
        assert asked.count("often") <= 5
