"""Timing what the product does: not what counts the lines that tests take, and not how fast the machine is."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Timer = Callable[[], float]

PLAIN_SECONDS = 0.005
"""What `_work_plainly` takes on a machine for which bounds of seconds are written."""


@contextmanager
def untraced() -> Iterator[None]:
    """What this thread does within is traced by nobody: a trace makes our loops look several times slower."""
    traced = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(traced)


def find_slowness(timer: Timer = time.monotonic, attempts: int = 9) -> float:
    """How many times as long as there everything takes here and now; never less than 1. Bounds of seconds are
    multiplied by it: with `time.monotonic` those that pass on the clock, when others are busy on this machine too."""
    seconds = [_time(timer) for _ in range(attempts)]
    return max(sum(seconds) / attempts / PLAIN_SECONDS, 1)


def _time(timer: Timer) -> float:
    with untraced():
        began = timer()
        _work_plainly()
        return timer() - began


def _work_plainly() -> int:
    return sum(number % 7 for number in range(100_000))
