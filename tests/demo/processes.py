"""Looking at real processes: which are alive, and waiting until they are not."""

from collections.abc import Iterable

import psutil  # type: ignore[import-untyped]

from tests.waiting import TIMEOUT_SECONDS, comes_true


def alive(process: int) -> bool:
    """Whether it still runs: one that ended and was not waited for yet does not."""
    try:
        return bool(psutil.Process(process).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def survivors(processes: Iterable[int], seconds: float = TIMEOUT_SECONDS) -> set[int]:
    """Those that are still alive after that time; as soon as none is, the empty set."""
    processes = set(processes)
    comes_true(lambda: not any(map(alive, processes)), seconds)
    return set(filter(alive, processes))
