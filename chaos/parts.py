"""The parts of a site as processes, which can be killed, stopped and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from config.processes.ports import HOST, free_port
from demo.postgres import Postgres
from demo.servers import Redis, Server, guard

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Part:
    """One process with its children, in a group of its own; `log` is all that it writes."""

    name: str
    command: list[str]
    environment: Mapping[str, str] = field(repr=False)
    log: IO[bytes] = field(default_factory=tempfile.TemporaryFile, repr=False)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        guard().watch(self.process.pid)

    @property
    def pid(self) -> int:
        assert self.process
        return self.process.pid

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def children(self) -> list[int]:
        return find_children(self.pid)

    def send(self, number: signal.Signals) -> None:
        """To all of the group."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def stop(self, seconds: float = 30) -> None:
        """In good order; killed where that takes too long."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            self.process.terminate()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.send(signal.SIGKILL)
            self.process.wait()
        self.send(signal.SIGKILL)  # what it left behind
        guard().forget(self.process.pid)

    def read_log(self) -> str:
        return os.pread(self.log.fileno(), os.fstat(self.log.fileno()).st_size, 0).decode(errors="replace")


def find_children(pid: int) -> list[int]:
    """Of Linux alone."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


@dataclass
class Parts:
    """Everything that a site consists of, but its store and its receivers."""

    postgres: Postgres
    redis: Redis
    environment: Mapping[str, str] = field(repr=False)
    folder: Path
    port: int = field(default_factory=free_port)
    workers: list[Part] = field(default_factory=list)
    web: Part | None = None
    beat: Part | None = None
    standbys: list[Postgres] = field(default_factory=list)  # a scenario's; ended after it
    app: str = "config"  # the Celery application of the workers

    def run(self, name: str, *arguments: str) -> Part:
        part = Part(name, [sys.executable, "-m", *arguments], self.environment)
        part.start()
        return part

    def start_worker(self, number: int) -> Part:
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "WARNING"]
        name = f"worker{number}"
        return self.run(name, "celery", "-A", self.app, "worker", "-c", "2", "-n", f"{name}@{HOST}", *quiet)

    def start_beat(self, name: str = "beat") -> Part:
        return self.run(name, "celery", "-q", "-A", "config", "beat")

    def start_web(self, workers: int = 2) -> Part:
        arguments = ["--interface", "wsgi", "config.wsgi:application", "--host", HOST, "--no-ws"]
        size = ["--port", str(self.port), "--workers", str(workers), "--blocking-threads", "1"]
        return self.run("web", "granian", *arguments, *size)

    def start(self, workers: int) -> None:
        self.web = self.start_web()
        self.workers = [self.start_worker(number) for number in range(workers)]
        self.beat = self.start_beat()

    def stop(self) -> None:
        parts = [*self.workers, *(part for part in (self.web, self.beat) if part)]
        for part in parts:
            with suppress(ProcessLookupError):
                if part.process:
                    part.process.terminate()
        for part in parts:
            part.stop()
        self.workers, self.web, self.beat = [], None, None

    def restart(self, *, app: str = "config", **more: str) -> None:
        """All of them anew, each with these settings besides; `app` is the workers'."""
        count = len(self.workers)
        self.stop()
        self.app, environment = app, self.environment
        self.environment = {**environment, **more}
        self.start(count)
        self.environment = environment

    def list_ended(self) -> list[str]:
        parts = [*self.workers, *(part for part in (self.web, self.beat) if part)]
        return [part.name for part in parts if not part.is_running]

    def stop_postgres(self) -> None:
        Server.stop(self.postgres)  # its data stay

    def restart_postgres(self) -> None:
        self.stop_postgres()
        self.postgres._launch()

    def freeze_postgres(self, number: signal.Signals) -> None:
        """SIGSTOP, and SIGCONT afterwards. Postmaster first, so that it starts none in between."""
        assert self.postgres.pid
        for pid in (self.postgres.pid, *find_children(self.postgres.pid)):
            with suppress(ProcessLookupError):
                os.kill(pid, number)
