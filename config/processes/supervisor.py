"""Runs programs in the foreground: their lines under their names, restarts, and an end for all of them.

A supervisor starts each program in a process group of its own, so that a program's own children end with it,
and has a guard that ends them when the supervisor itself is killed.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO, NoReturn, Self, TextIO

from .guard import SHUTDOWN_SECONDS, Guard, end

MAX_RESTARTS = 5
"""Deaths in a row; a program that ran for STEADY seconds starts counting anew."""
STEADY = 60.0
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
COLOURS = ("36", "33", "32", "35", "34", "96", "93", "92")


class Stopped(Exception):
    """Somebody asked for the end: Ctrl-C, a signal, or a terminal that went away."""


class ProgramFailed(Exception):
    """A program that must run to its end came to a bad one, or one did not come up."""


@dataclass
class Program:
    """What to run, under which name. `hidden_lines` matches lines of it that are not passed on; `ends_last`: others
    lean on it, so it ends after them; `user` is as whom it runs, where not as ourselves."""

    name: str
    command: list[str]
    environment: Mapping[str, str] = field(repr=False)
    directory: Path
    hidden_lines: str = ""
    ends_last: bool = False
    user: str | None = None


class Printer:
    """Writes whole lines, each after its author's name; in colour on a terminal only."""

    def __init__(self, stream: TextIO | None = None, colour: bool | None = None, width: int = 8) -> None:
        self._stream = sys.stdout if stream is None else stream
        wanted = self._stream.isatty() and "NO_COLOR" not in os.environ
        self._colour = wanted if colour is None else colour
        self._width = width
        self._palette = itertools.cycle(COLOURS)
        self._colours: dict[str, str] = {}
        self._lock = threading.Lock()

    def line(self, name: str, text: str) -> None:
        with self._lock:
            self._write(f"{self._coloured(name)} {text}\n")

    def block(self, lines: Iterable[str]) -> None:
        """Lines that belong together, set off from what the programs say."""
        with self._lock:
            self._write("\n" + "".join(f"{line}\n" for line in lines) + "\n")

    def _coloured(self, name: str) -> str:
        label = f"{name:<{self._width}} |"
        if not self._colour:
            return label
        if name not in self._colours:
            self._colours[name] = next(self._palette)
        return f"\x1b[{self._colours[name]}m{label}\x1b[0m"

    def _write(self, text: str) -> None:
        """Where nobody reads any more, as after `make demo | head`, all of it ends."""
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)
            os.kill(os.getpid(), signal.SIGTERM)


class _Child:
    """One program under way, with the threads that pass on what it says."""

    def __init__(self, program: Program, printer: Printer, heard: list[str] | None = None) -> None:
        self.program = program
        self.started_at = time.monotonic()
        self._printer = printer
        self._process = subprocess.Popen(
            program.command,
            cwd=program.directory,
            env=dict(program.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if heard is None else subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
            user=program.user,
        )
        self.group = self._process.pid
        first = self._say if heard is None else heard.append
        streams = ((self._process.stdout, first), (self._process.stderr, self._say))
        self._readers = [self._read(stream, say) for stream, say in streams if stream]

    def exit_code(self) -> int | None:
        return self._process.poll()

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.group, signal.SIGKILL)

    def finish(self) -> None:
        """Wait until all that it said is passed on; its group must be at its end."""
        for reader in self._readers:
            reader.join(timeout=2)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=2)

    def _say(self, text: str) -> None:
        hidden_lines = self.program.hidden_lines
        if text.strip() and not (hidden_lines and re.search(hidden_lines, text)):
            self._printer.line(self.program.name, text)

    def _read(self, stream: IO[str], say: Callable[[str], None]) -> threading.Thread:
        def read() -> None:
            with stream:
                for line in stream:
                    say(line.rstrip("\r\n"))

        reader = threading.Thread(target=read, daemon=True)
        reader.start()
        return reader


@dataclass
class _Record:
    """How often a program has died in a row, and when it starts again (None: it is running)."""

    program: Program
    deaths: int = 0
    due: float | None = None


class Supervisor:
    """Starts programs and, as a context manager, ends all of them however its block ends.

    Signals only leave a mark; whatever waits here (`run`, `wait_until`, `watch`) raises Stopped on seeing it.
    A second one, a second or more after the first, kills what has not ended yet.
    """

    def __init__(
        self,
        printer: Printer,
        backoff: float = 1.0,
        keep: Iterable[int] = (),
        *,
        patience: float = SHUTDOWN_SECONDS,
        gives_up: bool = True,
    ) -> None:
        """`backoff`: seconds before the first restart, doubled with each; `keep`: as Guard's; `patience`: seconds that
        programs have to end; `gives_up`: whether one that dies MAX_RESTARTS times in a row is left dead."""
        self._printer = printer
        self._backoff = backoff
        self._patience = patience
        self._gives_up = gives_up
        self._keep = tuple(keep)
        self._children: list[_Child] = []
        self._records: dict[str, _Record] = {}
        self._signalled_at: float | None = None

    def __enter__(self) -> Self:
        caught = [number for number in SIGNALS if not _nohup(number)]
        self._old_handlers = {number: signal.signal(number, self._note_signal) for number in caught}
        self._guard = Guard(self._keep)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._end([child for child in self._children if not child.program.ends_last], self._patience)
            self._end(self._children)
        finally:
            self._guard.close()
            for number, handler in self._old_handlers.items():
                signal.signal(number, handler)

    def start(self, program: Program) -> None:
        """Start a program that is to stay; while something waits here it is restarted when it dies."""
        self._records[program.name] = _Record(program)
        self._launch(program)

    def run(self, program: Program, heard: list[str] | None = None) -> None:
        """Run a program to its end; its standard output goes to `heard` where that is given.

        Raises ProgramFailed for an exit code other than 0, and Stopped.
        """
        child = self._launch(program, heard)
        while (code := child.exit_code()) is None:
            self._pause()
        self._end([child])
        if code:
            raise ProgramFailed(f"{program.name} failed ({_describe_exit(code)}); its lines above say why.")

    def wait_until(self, ready: Callable[[], bool], what: str, seconds: float) -> None:
        """Raises ProgramFailed when `ready` is not true within that time, and Stopped."""
        deadline = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > deadline:
                raise ProgramFailed(f"{what} did not answer within {seconds:.0f} s; its lines above say why.")
            self._pause()
            self._mend()

    def watch(self) -> NoReturn:
        """Stay until somebody asks for the end: raises Stopped, and nothing else ends it."""
        while True:
            self._pause()
            self._mend()

    def _launch(self, program: Program, heard: list[str] | None = None) -> _Child:
        child = _Child(program, self._printer, heard)
        self._guard.watch(child.group)
        self._children.append(child)
        return child

    def _pause(self) -> None:
        time.sleep(0.05)
        if self._signalled_at is not None:
            raise Stopped

    def _mend(self) -> None:
        """Bury the dead, with what they left behind, and start again those whose time has come."""
        for child in list(self._children):
            if child.exit_code() is not None:
                self._bury(child)
        for record in self._records.values():
            if record.due is not None and time.monotonic() >= record.due:
                record.due = None
                self._launch(record.program)

    def _bury(self, child: _Child) -> None:
        self._end([child], timeout=1.0)
        record = self._records[child.program.name]
        steady = time.monotonic() - child.started_at > STEADY
        record.deaths = 1 if steady else record.deaths + 1
        died = f"ended on its own ({_describe_exit(child.exit_code() or 0)})"
        if self._gives_up and record.deaths > MAX_RESTARTS:
            self._say(record, f"{died} for the {record.deaths}th time in a row: given up. The others go on.")
            self._say(record, "To have it back: mend what its lines above say, press Ctrl-C, and start again.")
            return
        pause = self._backoff * 2 ** (min(record.deaths, MAX_RESTARTS) - 1)
        record.due = time.monotonic() + pause
        of = f" of {MAX_RESTARTS}" if self._gives_up else ""
        self._say(record, f"{died}; restart {record.deaths}{of} in {pause:g} s.")

    def _say(self, record: _Record, text: str) -> None:
        self._printer.line(record.program.name, f"*** {text}")

    def _end(self, children: Iterable[_Child], timeout: float = SHUTDOWN_SECONDS) -> None:
        ending = list(children)
        groups = [child.group for child in ending]
        end(groups, reap=lambda: [child.exit_code() for child in ending], timeout=timeout)
        for child in ending:
            child.finish()
            self._guard.forget(child.group)
            self._children.remove(child)

    def _note_signal(self, _number: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if self._signalled_at is None:
            self._signalled_at = now
        elif now - self._signalled_at > 1:
            for child in self._children:
                child.kill()


def _nohup(number: signal.Signals) -> bool:
    """Whether the person asked, by `nohup`, that a closed terminal should not matter."""
    return number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN


def _describe_exit(code: int) -> str:
    """An exit code in words: Python gives the number of the signal that killed as a negative one."""
    return f"exit code {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"
