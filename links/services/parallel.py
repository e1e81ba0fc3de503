"""Questions to stores, asked a few at a time."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

from links.domain.errors import HoldfastError

Name = TypeVar("Name")
Answer = TypeVar("Answer")

MAX_THREADS = 8
TIMEOUT_SECONDS = 60.0


def call_all(
    calls: Mapping[Name, Callable[[], Answer]], *, timeout: float | None = TIMEOUT_SECONDS
) -> dict[Name, Answer | HoldfastError]:
    """The answers by name, a refusal being one; what was not answered within `timeout` seconds (None: however long it
    takes) is left out.

    The calls run in threads of their own and must not touch the database. Raises what one of them raises that is no
    `HoldfastError`.
    """
    threads = ThreadPoolExecutor(MAX_THREADS)
    running = {threads.submit(_call, call): name for name, call in calls.items()}
    done, _ = wait(running, timeout=timeout)
    threads.shutdown(wait=False, cancel_futures=True)
    return {running[future]: future.result() for future in done}


def _call(call: Callable[[], Answer]) -> Answer | HoldfastError:
    try:
        return call()
    except HoldfastError as refused:
        return refused
