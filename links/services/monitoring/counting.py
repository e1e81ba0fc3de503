"""Counts in this process, written down together with all others' every few seconds.

A click or a validation only adds to a number in memory; a thread of its own adds those numbers to rows. So each web
server tells the counts of all processes on all machines, and no restart begins them anew. A process that is killed
takes its last seconds' counts with it.
"""

import os
from collections import defaultdict
from collections.abc import Callable
from functools import wraps
from threading import Event, Lock, Thread
from time import perf_counter
from typing import ParamSpec, TypeVar

import structlog
from django.db import connection

from links.conf import site
from links.domain.monitoring.metrics import SUM, Counted, Timed
from links.models import MetricValue

log = structlog.get_logger(__name__)

KEEP_SECONDS = 10.0

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def is_on() -> bool:
    """Whether anybody may ask for metrics: otherwise nothing is counted."""
    return bool(site.METRICS_TOKEN)


def count(metric: Counted, label: str) -> None:
    if is_on() and label in metric.values:
        _process.add({(metric.name, label): 1})


def observe(metric: Timed, seconds: float) -> None:
    if is_on():
        _process.add({(metric.name, metric.find_bucket(seconds)): 1, (metric.name, SUM): seconds})


def timed(metric: Timed) -> Callable[[Callable[Arguments, Result]], Callable[Arguments, Result]]:
    """A decorator: how long each call takes."""

    def decorate(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        @wraps(function)
        def measured(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
            began = perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                observe(metric, perf_counter() - began)

        return measured

    return decorate


def keep() -> None:
    """Write down what this process has counted since the last time. Never raises: what could not be written is written
    the next time."""
    counts = _process.take()
    if not counts:
        return
    try:
        MetricValue.add(counts)
    except Exception as error:  # noqa: BLE001  the database is away
        _process.put_back(counts)
        log.warning("counts not written", error=type(error).__name__)


def stop() -> None:
    """Write down the last counts: this process ends."""
    _process.stop()
    keep()


class _Process:
    """The counts of this process, and the thread that writes them down, which begins with the first of them."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: defaultdict[tuple[str, str], float] = defaultdict(float)
        self._pid = 0
        self._stopping = Event()
        self._thread: Thread | None = None

    def add(self, counts: dict[tuple[str, str], float]) -> None:
        with self._lock:
            if self._pid != os.getpid():
                self._begin()
            for name, number in counts.items():
                self._counts[name] += number

    def take(self) -> dict[tuple[str, str], float]:
        with self._lock:
            counts, self._counts = dict(self._counts), defaultdict(float)
            return counts

    def put_back(self, counts: dict[tuple[str, str], float]) -> None:
        with self._lock:
            for name, number in counts.items():
                self._counts[name] += number

    def stop(self) -> None:
        self._stopping.set()
        if self._thread and self._pid == os.getpid():
            self._thread.join(KEEP_SECONDS)
        self._pid = 0

    def _begin(self) -> None:
        """A process that was forked has neither its parent's thread, nor to write down what its parent counted."""
        self._pid, self._counts, self._stopping = os.getpid(), defaultdict(float), Event()
        self._thread = Thread(target=self._keep_all, args=(self._stopping,), name="metrics", daemon=True)
        self._thread.start()

    def _keep_all(self, stopping: Event) -> None:
        while not stopping.wait(KEEP_SECONDS):
            keep()
            connection.close()  # children that a worker forks later must not share it
        connection.close()


_process = _Process()
