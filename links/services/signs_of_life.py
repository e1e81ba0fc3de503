"""Each worker says that it lives, from a thread of its own: also while its tasks are at work, however long that is."""

import os
import socket
from datetime import datetime
from threading import Event, Thread
from types import TracebackType
from typing import Self

import structlog
from django.db import connection
from django.utils import timezone

from links.models import Heartbeat

log = structlog.get_logger(__name__)

EVERY_SECONDS = 10.0
END_SECONDS = 5.0  # for a sign that is just being written


class SignsOfLife:
    """Writes a row for this process each `EVERY_SECONDS` from `start` to `stop`, or within a `with`."""

    def __init__(self) -> None:
        self._stopping = Event()
        self._thread = Thread(target=self._give_them, name="signs-of-life", daemon=True)

    def start(self) -> None:
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
        give_sign(timezone.now())
        connection.close()  # children that a worker forks later must not share it
        while not self._stopping.wait(EVERY_SECONDS):
            give_sign(timezone.now())
            connection.close()
        _withdraw()
        connection.close()


def give_sign(now: datetime) -> None:
    """Say that this process lives. Never raises: no worker may end over it."""
    try:
        Heartbeat.record(_name_process(), now)
    except Exception as error:  # noqa: BLE001  the database is away; the next sign comes
        log.warning("sign of life not written", error=type(error).__name__)


def _withdraw() -> None:
    """This process ends in good order. What others leave behind is forgotten after a day."""
    try:
        Heartbeat.objects.filter(name=_name_process()).delete()
    except Exception as error:  # noqa: BLE001  as above
        log.warning("sign of life not withdrawn", error=type(error).__name__)


def _name_process() -> str:
    return f"worker {os.getpid()} on {socket.gethostname()}"[: Heartbeat.MAX_NAME_LENGTH]
