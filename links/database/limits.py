"""For how long the database is waited for.

A customer must not wait, a worker may, and a migration must: so each kind of process has limits of its own, and each
web request a number of seconds that all its waiting together may take. A server that is frozen still acknowledges what
is sent to it, so that these limits are our own side's; the server's (of a statement, of a lock) come in beside them.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import OperationalError

from links.conf import site

OPEN_SECONDS = 5.0
"""For how long nobody is made to wait after somebody has waited in vain."""
RETRY_SECONDS = 1.5
"""How long the one waits who tries whether the database answers again."""
MIN_SECONDS = 0.25
"""What a statement gets whose request has used up its time: enough for a rollback."""


class NoAnswer(OperationalError):
    """The database did not answer in time; or somebody has just waited in vain, and it was not asked."""


@dataclass(frozen=True, slots=True)
class Limits:
    """In seconds; 0 for none. `answer` is waited for by us; the others are given to the server."""

    answer: float
    statement: int = 0
    lock: int = 0
    idle_in_transaction: int = 0


COMMAND = Limits(answer=86_400)
"""Migrations and commands: one statement may take hours, and nobody waits for a page."""
WORKER = Limits(answer=300, statement=300, lock=60, idle_in_transaction=900)
"""A batch is claimed for minutes: longer than that nobody needs its answer."""
WEB = Limits(answer=3, statement=30, lock=2, idle_in_transaction=60)
"""`answer` is for what a web server does between two requests; within one, `request` says."""


class Breaker:
    """Opens when somebody waited in vain: for some seconds the database is not asked. Then one goes ahead and tries,
    while the others are still turned away; when that one is answered, everybody is let through again."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._closed_until: float | None = None

    @property
    def is_open(self) -> bool:
        return self._closed_until is not None

    def admit(self) -> bool:
        with self._lock:
            if self._closed_until is None:
                return True
            if self._clock() < self._closed_until:
                return False
            self._closed_until = self._clock() + self._seconds  # for all others, until this one tells
            return True

    def trip(self) -> None:
        with self._lock:
            self._closed_until = self._clock() + self._seconds

    def reset(self) -> None:
        with self._lock:
            self._closed_until = None


class Budget:
    """What one request may wait, in all."""

    def __init__(self, seconds: float) -> None:
        self._ends_at = time.monotonic() + seconds
        self._is_admitted = False

    def left(self) -> float:
        """Raises `NoAnswer` where the database is not to be asked at all."""
        if not self._is_admitted:
            is_retry = breaker.is_open
            if not breaker.admit():
                raise NoAnswer("The database did not answer a moment ago.")
            self._is_admitted = True
            if is_retry:
                self._ends_at = min(self._ends_at, time.monotonic() + RETRY_SECONDS)
        return max(self._ends_at - time.monotonic(), MIN_SECONDS)

    def note_answer(self) -> None:
        if breaker.is_open:
            breaker.reset()

    def note_silence(self) -> None:
        self._is_admitted = False
        breaker.trip()


breaker = Breaker(OPEN_SECONDS)
_budget: ContextVar[Budget | None] = ContextVar("budget", default=None)
_process = COMMAND


def use(limits: Limits) -> None:
    """What kind of process this is: for whatever it does outside of requests."""
    global _process  # noqa: PLW0603  one process is of one kind
    _process = limits


def current() -> Limits:
    return _process if _budget.get() is None else WEB


@contextmanager
def request(seconds: float) -> Iterator[Budget]:
    """Whatever waits for the database in this block waits for so many seconds in all."""
    budget = Budget(seconds)
    before = _budget.set(budget)
    try:
        yield budget
    finally:
        _budget.reset(before)


def seconds_left() -> float:
    """How long to wait for the next answer. Raises `NoAnswer`."""
    budget = _budget.get()
    return _process.answer if budget is None else min(budget.left(), site.DATABASE_SECONDS)


def is_request() -> bool:
    return _budget.get() is not None


def note_answer() -> None:
    if budget := _budget.get():
        budget.note_answer()


def note_silence() -> None:
    if budget := _budget.get():
        budget.note_silence()
