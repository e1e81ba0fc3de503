"""Beat asks for all work at its start, goes on when its clock is set, and writes no file."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from celery import Celery
from celery.beat import Scheduler
from django.conf import settings
from django.utils.module_loading import import_string

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
EVERY = {"often": 5, "also often": 10, "seldom": 3600}


class Beat:
    """The site's scheduler; which tasks it asked for, in place of a broker."""

    def __init__(self) -> None:
        app = Celery(set_as_current=False, broker="memory://")
        app.conf.beat_schedule = {
            name: {"task": name, "schedule": timedelta(seconds=seconds)} for name, seconds in EVERY.items()
        }
        scheduler: type[Scheduler] = import_string(settings.CELERY_BEAT_SCHEDULER)
        self.asked: list[str] = []
        self._scheduler = scheduler(app, schedule_filename="celerybeat-schedule")
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
def running() -> Iterator[Beat]:
    beat = Beat()
    try:
        yield beat
    finally:
        beat.close()


def test_at_its_start_it_asks_for_every_task(clock: time_machine.Traveller) -> None:
    with running() as beat:
        assert sorted(beat.run(clock, 1)) == sorted(EVERY)
        assert beat.run(clock, 20).count("often") == 4


def test_it_writes_no_file(clock: time_machine.Traveller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with running() as beat:
        beat.run(clock, 5)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("by", [QUARTER, -QUARTER], ids=["ahead", "back"])
def test_a_clock_that_is_set_keeps_no_task_from_being_asked_for(by: timedelta, clock: time_machine.Traveller) -> None:
    with running() as beat:
        beat.run(clock, 12)
        clock.shift(by)
        asked = beat.run(clock, 21)
        assert (asked.count("often") >= 4, asked.count("also often") >= 2) == (True, True)
        assert asked.count("often") <= 5
