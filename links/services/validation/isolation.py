"""What goes wrong with one link is that link's own affair."""

from collections.abc import Callable
from typing import TypeVar

import structlog
from billiard.exceptions import SoftTimeLimitExceeded

log = structlog.get_logger(__name__)
Value = TypeVar("Value")

# Where the work ran out of something: that tells nothing of the link's own state.
EXHAUSTED = (MemoryError, RecursionError, SoftTimeLimitExceeded)


def run_isolated(link_id: int, step: str, work: Callable[[], Value], otherwise: Value) -> Value:
    """What `work` gives, or `otherwise` where it raises: a parser's RecursionError, too little memory, a time limit."""
    try:
        return work()
    except Exception:
        log.exception("validation step failed", link=link_id, step=step)
        return otherwise
