import os
import signal
from collections import Counter
from collections.abc import Callable
from threading import Event
from time import monotonic
from typing import Any

from django.core.management.base import CommandParser
from django.db import close_old_connections
from django.utils import timezone

from links.database import limits
from links.management.base import HoldfastCommand
from links.management.reports import Report
from links.services import due_work, heartbeat
from links.services.due_work import Clock
from links.services.signs_of_life import SignsOfLife, give_sign

IDLE_SECONDS = 60.0  # without work, after which --watch ends
PING_SECONDS = 60.0
JOB_SECONDS = 240  # for one round of one job; below the lease of what it claims, which is five minutes


class Command(HoldfastCommand):
    help = (
        "Do all work that is due: validate links, deliver alerts and mails, send reminders, verify keys, read buckets. "
        "It needs neither Redis nor beat; each worker starts it by itself where due work waits."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--watch", action="store_true", help="Look again every 10 seconds, until nothing was due for a minute."
        )

    def answer(self, options: dict[str, Any]) -> Report:
        done = _watch() if options["watch"] else _do_once()
        data = {name: done[name] for name in due_work.JOBS}
        return Report(data, [f"{count} {name}" for name, count in done.items() if count] or ["Nothing was due."])


def _watch() -> Counter[str]:
    """Round after round, for as long as the process that started this one lives; SIGTERM ends it between two jobs."""
    stopping, parent = Event(), os.getppid()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    limits.use(limits.WORKER)
    done: Counter[str] = Counter()
    idle_since, pinged_at = monotonic(), -PING_SECONDS
    with SignsOfLife():
        while monotonic() - idle_since < IDLE_SECONDS and os.getppid() == parent and not stopping.is_set():
            now_done = _do_all(stopping, _do_job_or_die)
            done += now_done
            if monotonic() - pinged_at >= PING_SECONDS:
                heartbeat.ping_monitor(timezone.now())
                pinged_at = monotonic()
            close_old_connections()
            if now_done:
                idle_since = monotonic()
            else:
                stopping.wait(due_work.LOOK_SECONDS)
    return done


def _do_once() -> Counter[str]:
    with SignsOfLife(is_worker=False):
        return _do_all(Event(), _give_sign_and_do)


def _do_all(stopping: Event, do: Callable[[str, Clock], int]) -> Counter[str]:
    done: Counter[str] = Counter()
    for name in due_work.JOBS:
        if stopping.is_set():
            break
        done[name] += do(name, timezone.now)
    return +done


def _give_sign_and_do(name: str, clock: Clock) -> int:
    """Where it is run once, and again by cron or by hand, that is a worker too."""
    give_sign(clock())
    return due_work.do_job(name, clock)


def _do_job_or_die(name: str, clock: Clock) -> int:
    """A job that never ends takes this process with it, as a worker's time limit would: the alarm is the kernel's."""
    signal.alarm(JOB_SECONDS)
    try:
        return due_work.do_job(name, clock)
    finally:
        signal.alarm(0)
