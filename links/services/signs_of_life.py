"""Each process that works on rows says that it lives, from a thread of its own: also while it is at work, however long
that is. Who says so no more is gone, and what it had leased is free."""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from types import TracebackType
from typing import Self

import structlog
from django.db import connection
from django.utils import timezone

from links.models import Heartbeat, IncidentNotice, LinkMail, NoticeDigest, ShareLink, WebhookMessage
from links.models.leases import process_number

log = structlog.get_logger(__name__)

EVERY_SECONDS = 10.0  # a worker, for health
HOLDER_SECONDS = 2.0  # a process that leases rows, for the others
GONE_SECONDS = 6.0  # for which somebody else sees no new sign of it: a link that is asked about twice does no harm
MESSAGES_GONE_SECONDS = 30.0  # the same for messages: a send that was begun in time is over by then (MAX_SEND_SECONDS)
DOUBT_SECONDS = 4.0  # after its own last sign a process has to think that others take it for gone; below GONE_SECONDS
END_SECONDS = 5.0  # for a sign that is just being written
MESSAGES = (IncidentNotice, NoticeDigest, LinkMail, WebhookMessage)
LEASED = (ShareLink, *MESSAGES)


class SignsOfLife:
    """Writes a sign for this process each `HOLDER_SECONDS` from `start` to `stop`, or within a `with`. A worker's also
    says that the worker lives, and looks for those that are gone. Start it in the process itself: a thread is not
    forked."""

    def __init__(self, *, is_worker: bool = True) -> None:
        self._stopping = Event()
        self._thread = Thread(target=self._give_them, name="signs-of-life", daemon=True)
        self._is_worker = is_worker
        self._holders = Holders()

    def start(self) -> None:
        _Own.signed_at = None  # a child has it from its parent
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(END_SECONDS)  # it may be waiting for the database

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def _give_them(self) -> None:
        due_at = monotonic()
        while True:
            give_holders_sign(timezone.now())
            if self._is_worker and monotonic() >= due_at:
                give_sign(timezone.now())
                due_at = monotonic() + EVERY_SECONDS
            if self._is_worker:
                self._holders.look(timezone.now(), monotonic())
            connection.close()  # children that a worker forks later must not share it
            if self._stopping.wait(min(HOLDER_SECONDS, EVERY_SECONDS)):
                break
        _Own.signed_at = None  # it gives none any more, and is not behind with them
        _withdraw([_name_process(), _name_holder()] if self._is_worker else [_name_holder()])
        connection.close()


def give_sign(now: datetime) -> None:
    """Say that this worker lives. Never raises: no worker may end over it."""
    _try_to_record(_name_process(), now)


def give_holders_sign(now: datetime) -> None:
    """Say that this process lives, and holds on to what it has leased. Never raises."""
    begun = monotonic()  # others may see the sign before we know that it is written
    if may_be_taken_for_gone():
        _Own.doubts += 1
    if _try_to_record(_name_holder(), now):
        _Own.signed_at = begun


class _Own:
    signed_at: float | None = None
    doubts = 0


def may_be_taken_for_gone() -> bool:
    """Whether others may have freed what this process has leased: it gives signs, and has not of late. Then nothing is
    begun that must not be done twice."""
    return _Own.signed_at is not None and monotonic() - _Own.signed_at > DOUBT_SECONDS


def count_doubts() -> int:
    """How often this process had to think so. Where it is more than it was, what was leased before may be another's,
    though signs are given again."""
    return _Own.doubts


def count_holders(now: datetime) -> int:
    """How many processes work on rows just now, on all machines, this one among them."""
    lately = now - timedelta(seconds=MESSAGES_GONE_SECONDS)
    others = Heartbeat.objects.filter(name__startswith=Heartbeat.HOLDER, at__gt=lately).exclude(name=_name_holder())
    return 1 + others.count()


# Those that are gone ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Seen:
    """A sign, and when this process first saw it, by a clock that nobody sets."""

    at: datetime
    since: float


class Holders:
    """Who holds leases, as this process sees them. No clock is compared with another: a sign that does not change for
    `GONE_SECONDS`, while this process looks all the time, is the last one. Who could not look, as when the database was
    away, knows nothing and begins anew: the others could give no sign either."""

    def __init__(self) -> None:
        self._seen: dict[str, _Seen] = {}
        self._looked_at = float("-inf")

    def look(self, now: datetime, at: float) -> int:
        """Free what those had leased that are gone; how many rows. `at` is `monotonic()`. Never raises."""
        try:
            signs = dict(Heartbeat.objects.filter(name__startswith=Heartbeat.HOLDER).values_list("name", "at"))
            self._take_note(signs, monotonic() - at, at)
            return sum(self._free_leases_of(name, seen, now, at) for name, seen in self._seen.items())
        except Exception as error:  # noqa: BLE001  the database is away; the next look comes
            log.warning("holders of leases not looked at", error=type(error).__name__)
            return 0

    def _take_note(self, signs: Mapping[str, datetime], waited: float, at: float) -> None:
        if waited > HOLDER_SECONDS or at - self._looked_at > 2 * HOLDER_SECONDS:
            self._seen = {}
        self._looked_at = at
        before, self._seen = self._seen, {}
        for name, sign in signs.items():
            known = before.get(name)
            self._seen[name] = known if known and known.at == sign else _Seen(sign, at)

    def _free_leases_of(self, name: str, seen: _Seen, now: datetime, at: float) -> int:
        """A process that cannot say so may live, and may still hand a message over; one that has ended does not."""
        silent = at - seen.since
        is_over = silent >= MESSAGES_GONE_SECONDS or has_ended(name)
        if not is_over and silent < GONE_SECONDS:
            return 0
        number = name.removeprefix(Heartbeat.HOLDER).partition(" ")[0]
        freed = sum(model.objects.free_leases_of(number, now) for model in (LEASED if is_over else (ShareLink,)))
        if is_over:
            Heartbeat.objects.filter(name=name, at=seen.at).delete()
        if is_over or freed:
            log.warning("process gone: what it had leased is free", process=name, rows=freed, messages=is_over)
        return freed


def has_ended(name: str) -> bool:
    """Whether the holder of this name was a process of this machine and is no more. Of any other nothing is known."""
    pid, _, place = name.removeprefix(Heartbeat.HOLDER).partition(" ")[2].partition(" at ")
    if not place or place != _find_place():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False  # somebody else's: it was given to another since, or this one may not ask
    return False


@cache
def _find_place() -> str:
    """Where a process's number means one process alone: this start of this machine's system, and in it the numbers that
    this container sees. "" where the system does not say."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        numbers = Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        return ""
    return sha256(f"{socket.gethostname()} {boot} {numbers}".encode()).hexdigest()[:16]


def _try_to_record(name: str, now: datetime) -> bool:
    try:
        Heartbeat.record(name, now)
    except Exception as error:  # noqa: BLE001  the database is away; the next sign comes
        log.warning("sign of life not written", error=type(error).__name__)
        return False
    return True


def _withdraw(names: list[str]) -> None:
    """This process ends in good order. What others leave behind is forgotten after a day."""
    try:
        Heartbeat.objects.filter(name__in=names).delete()
    except Exception as error:  # noqa: BLE001  as above
        log.warning("sign of life not withdrawn", error=type(error).__name__)


def _name_process() -> str:
    return f"worker {os.getpid()} on {socket.gethostname()}"[: Heartbeat.MAX_NAME_LENGTH]


def _name_holder() -> str:
    """By its leases' number; and by its number in the system, for who can look there."""
    return f"{Heartbeat.HOLDER}{process_number()} {os.getpid()} at {_find_place()}"
