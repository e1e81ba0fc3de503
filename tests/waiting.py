"""Waiting for what another process or thread does."""

import time
from collections.abc import Callable

TIMEOUT_SECONDS = 100.0
"""Seconds after which a test gives up. A machine that is busy with ten other things is slow, not wrong; whoever waits
for what does come waits no longer for it."""


def comes_true(condition: Callable[[], bool], seconds: float = TIMEOUT_SECONDS, *, every: float = 0.05) -> bool:
    """Whether it does within that time; as soon as it does, looking every so many seconds."""
    give_up_at = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > give_up_at:
            return False
        time.sleep(every)
    return True


def wait_until(condition: Callable[[], bool], tell: Callable[[], str] = str, *, every: float = 0.05) -> None:
    """Raises AssertionError with what `tell` has to say, if it does not come true."""
    assert comes_true(condition, every=every), f"not reached within {TIMEOUT_SECONDS:.0f} s: {tell()}"
