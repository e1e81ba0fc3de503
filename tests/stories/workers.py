"""A real Celery worker on the test's own database."""

import os
import signal
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from celery import Celery
from django.db import connection

from tests.processes.running import ROOT, Process, start
from tests.waiting import wait_until

__all__ = ["ROOT", "Worker", "database_url", "running_worker"]


def database_url() -> str:
    """The URL of the database that this test uses, for other processes; it needs `transactional_db`."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    return f"postgresql://{found['USER']}:{found['PASSWORD']}@{found['HOST']}:{found['PORT']}/{found['NAME']}"


@dataclass
class Worker:
    """A worker process and the queue that it reads."""

    process: Process
    redis_url: str
    output: IO[bytes]

    def enqueue(self, task: str, *arguments: object) -> None:
        with Celery(broker=self.redis_url, set_as_current=False) as queue:
            queue.send_task(f"links.tasks.{task}", args=arguments, ignore_result=True)

    def kill(self) -> None:
        """As the machine's power would: the worker and its children, at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def log(self) -> str:
        size = os.fstat(self.output.fileno()).st_size
        return os.pread(self.output.fileno(), size, 0).decode(errors="replace")

    def wait_until_ready(self) -> None:
        def is_ready() -> bool:
            assert self.process.poll() is None, self.log()
            return " ready." in self.log()

        wait_until(is_ready, self.log)


@contextmanager
def running_worker(
    redis_url: str, settings: Mapping[str, str], concurrency: int = 2, *, app: str = "config", wait: bool = True
) -> Iterator[Worker]:
    """A worker that reads the settings given; what it writes goes where nobody has to read it. Where no broker answers
    it is never ready, and not waited for."""
    environment: Mapping[str, str] = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "REDIS_URL": redis_url,
        **settings,
    }
    command = ("-m", "celery", "-A", app, "worker", "-c", str(concurrency), "-l", "INFO")
    with tempfile.TemporaryFile() as output:
        process = start(*command, environment=environment, files=(None, output, output), own_session=True)
        worker = Worker(process, redis_url, output)
        try:
            if wait:
                worker.wait_until_ready()
            yield worker
        finally:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(20)
                except TimeoutError:
                    worker.kill()
