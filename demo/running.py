"""A demo in the background, for whoever looks at the whole product: the tests in a browser, the README's pictures."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from config.processes.ports import HOST, free_port
from demo.servers import guard
from demo.state import ADMIN, PORTS, State

ROOT = Path(__file__).resolve().parent.parent
READY = "Holdfast is running."
"""What a demo says when all of it is up."""
START_SECONDS = 240


class NotRunning(Exception):
    """The demo did not come up; the message ends with the last lines that it wrote."""


class RunningDemo:
    """All of `make demo`, on ports of its own, keeping its state in `folder`, until the context is left."""

    def __init__(self, folder: Path) -> None:
        self.state = State(folder)
        self._heard: list[str] = []
        self._ready = threading.Event()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.state.ports()['web']}"

    @property
    def store_url(self) -> str:
        return f"http://{HOST}:{self.state.ports()['s3']}"

    @property
    def objects(self) -> Path:
        """The S3 server's buckets, as folders."""
        return self.state.folder / "s3"

    @property
    def mails(self) -> Path:
        return self.state.folder / "mail"

    @property
    def user(self) -> tuple[str, str]:
        """Name and password of the one who may do everything."""
        return ADMIN, self.state.admin_password()

    def manage(self, *command: str, asked: str = "") -> str:
        """Run a command of manage.py on this demo; what it printed. `asked`: what it reads from its standard input."""
        done = subprocess.run(
            [*self.command, "manage", *command], cwd=ROOT, input=asked, capture_output=True, text=True, check=True
        )
        return done.stdout

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-m", "demo", "--no-color", "--state", str(self.state.folder)]

    def __enter__(self) -> Self:
        self.state.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.state.keep_ports({name: free_port() for name in PORTS})
        self._process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        guard().watch(self._process.pid)  # whoever started it may be killed
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        if not self._ready.wait(START_SECONDS) or self._process.poll() is not None:
            self._stop()
            raise NotRunning("".join(self._heard[-20:]))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _listen(self) -> None:
        """All that it writes, so that it never waits for a reader."""
        if self._process.stdout:
            with self._process.stdout as written:
                for line in written:
                    self._hear(line)
        self._ready.set()

    def _hear(self, line: str) -> None:
        self._heard.append(line)
        if READY in line:
            self._ready.set()

    def _stop(self) -> None:
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()  # its guard ends what it started
            self._process.wait()
        guard().forget(self._process.pid)
        self._listener.join(5)
