"""Stores' clocks, as this process saw them last. What we sign has to be in time by the clock of whoever checks it."""

import time
from datetime import timedelta

from links.domain.stores.answers import Answer
from links.domain.stores.clocks import find_extra_time

# How far each store's clock was ahead of ours, None where it did not tell, and how ours stood to one that nobody sets.
_seen: dict[str, tuple[timedelta | None, float]] = {}
_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def learn(host: str, answer: Answer) -> None:
    _seen[host] = (answer.skew, _measure_drift())


def is_known(host: str) -> bool:
    """Whether this process has asked that store before."""
    return host in _seen


def find_ahead(host: str) -> timedelta | None:
    """How far a store's clock is ahead of ours now, also where ours was set since; None where that is not known."""
    skew, drift = _seen.get(host, (None, 0.0))
    return None if skew is None else skew - timedelta(seconds=_measure_drift() - drift)


def find_extra_seconds(host: str) -> int:
    """By how much longer a URL has to be signed for this store."""
    return find_extra_time(find_ahead(host))


def _measure_drift() -> float:
    return time.time() - time.clock_gettime(_STEADY)
