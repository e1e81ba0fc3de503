"""The product as it runs in earnest: granian with two workers, and what its processes cost."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from config.processes.ports import HOST
from demo.servers import Server

ROOT = Path(__file__).resolve().parents[2]
WORKERS = 2


class Program(Server):
    """A program of Python's beside the servers; `PORT` in its command is its own. Ready when it says `ready`."""

    name: ClassVar[str] = "bench"

    def __init__(self, folder: Path, arguments: list[str], environment: Mapping[str, str], ready: str) -> None:
        super().__init__(folder)
        self._arguments, self._environment = arguments, environment
        self.ready = ready  # type: ignore[misc]  # other servers say the same each time

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-m", *(part.replace("PORT", str(self.port)) for part in self._arguments)]

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, **self._environment, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


def make_web(folder: Path, environment: Mapping[str, str], *, bare: bool = False) -> Program:
    size = ["--port", "PORT", "--workers", str(WORKERS), "--blocking-threads", "1", "--no-ws"]
    arguments = ["granian", "--interface", "wsgi", "config.wsgi:application", "--host", HOST, *size]
    more = {"DJANGO_SETTINGS_MODULE": "bench.web.settings", "BENCH_BARE": "1" if bare else ""}
    return Program(folder, arguments, {**environment, **more}, f"Started worker-{WORKERS}")


def make_store(folder: Path, delay: float = 0.0) -> Program:
    """A store that answers everything alike, after so many seconds."""
    return Program(folder, ["bench.slow_store", "PORT", str(delay)], {}, "Listening")


def make_validating_worker(folder: Path, environment: Mapping[str, str]) -> Program:
    return Program(folder, ["django", "run_due_work", "--watch"], environment, "")


def read_cpu_seconds(*servers: Server) -> float:
    """CPU seconds of these servers' processes and of all below them; 0 where the machine has no /proc."""
    used: dict[int, float] = {}
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        number = int(path.parent.name)
        children.setdefault(int(fields[1]), []).append(number)
        used[number] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    waiting, total = [server.pid for server in servers if server.pid], 0.0
    while waiting:
        number = waiting.pop()
        total += used.get(number, 0.0)
        waiting += children.get(number, [])
    return total
