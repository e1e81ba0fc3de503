"""Questions to stores, asked a few at a time and not for ever."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from typing import TypeVar

from links.domain.errors import HoldfastError

Name = TypeVar("Name")
Answer = TypeVar("Answer")

ABREAST = 8
WITHIN = timedelta(seconds=60)


def ask_all(questions: Mapping[Name, Callable[[], Answer]]) -> dict[Name, Answer | HoldfastError]:
    """The answers by name, a refusal being one; what was not answered in time is left out. The questions run in
    threads of their own and must not touch the database."""
    threads = ThreadPoolExecutor(ABREAST)
    running = {threads.submit(_attempt, ask): name for name, ask in questions.items()}
    done, _ = wait(running, timeout=WITHIN.total_seconds())
    threads.shutdown(wait=False, cancel_futures=True)
    return {running[future]: future.result() for future in done}


def _attempt(ask: Callable[[], Answer]) -> Answer | HoldfastError:
    try:
        return ask()
    except HoldfastError as refused:
        return refused
