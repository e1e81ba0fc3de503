"""A Python of its own that is there at once: forked by one that has imported the libraries (`tests.processes.forking`).

For whatever is about what a process does. What is about how Python itself starts has to start it.
"""

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any

from tests.processes.forking import NUMBER
from tests.waiting import TIMEOUT_SECONDS

File = int | IO[Any] | None
ROOT = Path(__file__).resolve().parents[2]


class Process:
    """As `subprocess.Popen` has it."""

    def __init__(self, told: int) -> None:
        self._told = told
        self.pid = self._read()
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None and select.select([self._told], [], [], 0)[0]:
            self.returncode = self._read()
            os.close(self._told)
        return self.returncode

    def wait(self, timeout: float = TIMEOUT_SECONDS) -> int:
        """Raises TimeoutError."""
        if self.returncode is None:
            select.select([self._told], [], [], timeout)
        if (code := self.poll()) is None:
            raise TimeoutError(f"The process {self.pid} has not ended within {timeout} s.")
        return code

    def send_signal(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _read(self) -> int:
        number: int = NUMBER.unpack(os.read(self._told, NUMBER.size))[0]
        return number


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


def start(
    *arguments: str,
    environment: Mapping[str, str],
    files: tuple[File, File, File],
    folder: Path = ROOT,
    own_session: bool = False,
) -> Process:
    """`python ARGUMENTS`, which begin with `-c`, `-m` or the path of a script. `files` are its standard input, output
    and error; None is neither read nor kept."""
    wanted = {
        "arguments": arguments, "environment": dict(environment), "folder": str(folder), "own_session": own_session,
    }  # fmt: skip
    told, telling = os.pipe()
    with tempfile.TemporaryFile("w") as order:
        json.dump(wanted, order)
        order.flush()
        nothing = os.open(os.devnull, os.O_RDWR)
        given = [nothing if file is None else file if isinstance(file, int) else file.fileno() for file in files]
        socket.send_fds(_reach_forking_process(), [b"+"], [order.fileno(), *given, telling])
    os.close(nothing)
    os.close(telling)
    return Process(told)


def run(*arguments: str, environment: Mapping[str, str], stdin: str = "", folder: Path = ROOT) -> Done:
    """As `subprocess.run`. Raises TimeoutError."""
    with tempfile.TemporaryFile() as read, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        read.write(stdin.encode())
        read.seek(0)
        process = start(*arguments, environment=environment, files=(read, out, err), folder=folder)
        try:
            code = process.wait()
        finally:
            process.kill()
        out.seek(0)
        err.seek(0)
        return Done(code, out.read().decode(), err.read().decode())


@cache
def _reach_forking_process() -> socket.socket:
    """Started for the first that is asked for; it ends with this process."""
    ours, theirs = socket.socketpair()
    kept = ("PATH", "PYTHONDONTWRITEBYTECODE")
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.processes.forking", str(theirs.fileno())],
        cwd=ROOT,
        env={name: os.environ[name] for name in kept if name in os.environ},
        pass_fds=[theirs.fileno()],
        start_new_session=True,
    )
    theirs.close()

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours
