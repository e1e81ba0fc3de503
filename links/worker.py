"""A part of every Celery worker that says that it lives, and looks for due rows by itself, so that no link waits for
Redis or for beat."""

import subprocess
import sys
from itertools import count
from threading import Event, Thread

import structlog
from celery.bootsteps import StartStopStep
from celery.worker import WorkController
from django.db import connection
from django.utils import timezone

from links.services import due_work
from links.services.signs_of_life import SignsOfLife
from links.services.validation import site_clock

log = structlog.get_logger(__name__)

END_SECONDS = 20.0  # for a job under way when the worker is stopped
CLOCK_LOOKS = 3  # each so many looks at the rows, half a minute, one at the clock
COMMAND = (sys.executable, "-m", "django", "run_due_work", "--watch", "--verbosity", "2")


class DueWorkStep(StartStopStep):
    """Says that the worker lives, and looks at the rows every `due_work.LOOK_SECONDS`; where some are overdue, starts a
    process that sees to them.

    A process of its own: a worker that waits for its broker runs no tasks, and a job that ends its process (memory, a
    crash in a library) must not end the worker. Add it to an application by `app.steps["worker"].add(DueWorkStep)`.
    """

    requires = ("celery.worker.components:Pool",)  # its children are forked before a thread holds a connection

    def __init__(self, parent: WorkController, **options: object) -> None:
        super().__init__(parent, **options)
        self._signs = SignsOfLife()
        self._stopping = Event()
        self._thread = Thread(target=self._look_again_and_again, name="due-work", daemon=True)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, parent: WorkController) -> None:  # noqa: ARG002
        self._signs.start()
        self._thread.start()

    def stop(self, parent: WorkController) -> None:  # noqa: ARG002
        self._stopping.set()
        self._thread.join(END_SECONDS)  # it may be waiting for the database
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._signs.stop()

    def _look_again_and_again(self) -> None:
        for look in count(1):
            if self._stopping.wait(due_work.LOOK_SECONDS):
                break
            if look % CLOCK_LOOKS == 0:
                site_clock.try_to_record_process("worker")
            if self._process is not None and self._process.poll() is None:
                continue
            if _is_overdue():
                log.warning("work lies undone: neither beat nor the broker asked for it")
                # What it reports stands in the log already.
                self._process = subprocess.Popen(COMMAND, stdout=subprocess.DEVNULL)  # noqa: S603  our own command


def _is_overdue() -> bool:
    """False where the database does not answer: then there is nothing that could be done."""
    try:
        return due_work.is_overdue(timezone.now())
    except Exception as error:  # noqa: BLE001  whatever it is, the next look comes
        log.warning("due rows not looked at", error=type(error).__name__)
        return False
    finally:
        connection.close()  # children that the worker forks later must not share it
