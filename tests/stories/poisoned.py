"""The product's own code with one object at which it fails: for processes of their own, which die of it.

    python -m tests.stories.poisoned          reads "how ahead" by line, and validates each time in a child of its own
    celery -A tests.stories.poisoned worker   a worker

`how` is abort, loop, deaf (to the soft time limit), memory, recursion, or none; the object is `poison.pdf`. `ahead` is
how many seconds the clock is ahead; the child's exit code is printed, negative for a signal. A worker reads `POISON`,
and `LIMITS`: the soft and the hard time limit of a task and the lease, in seconds. It starts no process for overdue
work: that one would fail at nothing, and validate what the test waits for. Its signs of life come more often.
"""

import os
import resource
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import TIMEOUT_MAX

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from config.celery import app  # noqa: E402  the models can be imported once Django is set up
from links import tasks  # noqa: E402
from links.domain.judging.facts import Facts  # noqa: E402
from links.domain.judging.verdicts import Judgement  # noqa: E402
from links.domain.stores.answers import Answer  # noqa: E402
from links.services import due_work, signs_of_life  # noqa: E402
from links.services.validation import batches, clocks  # noqa: E402

__all__ = ["app"]

POISON = "poison.pdf"


def fail() -> None:
    how = os.environ.get("POISON", "")
    if how == "abort":
        os.abort()
    while how == "loop":
        pass
    while how == "deaf":
        with suppress(BaseException):
            while True:
                pass
    held: list[bytearray] = []
    while how == "memory":
        held.append(bytearray(b"x" * 50_000_000))
    if how == "recursion":
        fail()


def poison() -> None:
    judge = clocks.judge  # type: ignore[attr-defined]

    def judge_or_fail(facts: Facts, answer: Answer | None, now: datetime) -> Judgement:
        if facts.object_key == POISON:
            fail()
        return judge(facts, answer, now)

    clocks.judge = judge_or_fail  # type: ignore[attr-defined]
    due_work.LOOK_SECONDS = TIMEOUT_MAX
    signs_of_life.EVERY_SECONDS = 0.2
    if limits := os.environ.get("LIMITS"):
        soft, hard, lease = (int(seconds) for seconds in limits.split())
        tasks.validate_due_links.soft_time_limit, tasks.validate_due_links.time_limit = soft, hard
        batches.LEASE = timedelta(seconds=lease)


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in sys.stdin:
        how, ahead = line.split()
        if child := os.fork():
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)  # noqa: T201  what the test reads
        else:
            validate_as_a_child(how, timedelta(seconds=float(ahead)))


def validate_as_a_child(how: str, ahead: timedelta) -> None:
    os.environ["POISON"] = how
    code = 1
    try:
        batches.validate_due_links(lambda: datetime.now(UTC) + ahead)
        code = 0
    finally:
        os._exit(code)


poison()
if __name__ == "__main__":
    main()
