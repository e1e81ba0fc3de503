"""Ends process groups when the process that started them is gone, however it went: `kill -9` too.

A guard is a small process that reads its standard input, which only the process that started it holds open:
`+GROUP` and `-GROUP` lines say whom to watch, the end of the input says that the other side died. It is a
script that imports the standard library only.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

SHUTDOWN_SECONDS = 5.0
"""Seconds between asking processes to end and killing them."""


class Guard:
    """This process's side of a guard; it lives until `close` or the end of this process."""

    def __init__(self, keep: Iterable[int] = ()) -> None:
        """`keep` are descriptors that the guard holds open until all has ended, as that of a lock file."""
        reading, self._pipe = os.pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__],
            stdin=reading,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=tuple(keep),
        )
        os.close(reading)
        atexit.register(self.close)

    def watch(self, group: int) -> None:
        self._say(f"+{group}\n")

    def forget(self, group: int) -> None:
        self._say(f"-{group}\n")

    def close(self) -> None:
        """End the guard, and through it the groups that were not forgotten."""
        atexit.unregister(self.close)
        os.close(self._pipe)
        self._process.wait()

    def _say(self, line: str) -> None:
        with contextlib.suppress(BrokenPipeError):
            os.write(self._pipe, line.encode())


def end(groups: Iterable[int], reap: Callable[[], object] = lambda: None, timeout: float = SHUTDOWN_SECONDS) -> None:
    """Ask the leader of each group to end, then whoever outlives it; kill what is left after `timeout` s.

    The leader comes first because a Celery worker that is asked finishes its task, while its children, asked
    themselves, drop it. `reap` is for a parent, who has to wait for its children.
    """
    left = list(groups)
    for leader in left:
        _send(leader, signal.SIGTERM)
    deadline = time.monotonic() + timeout
    while left and time.monotonic() < deadline:
        time.sleep(0.02)
        reap()
        running = _running()
        for group in left:
            if not _alive(group, running):
                _send(-group, signal.SIGTERM)
        left = [group for group in left if _alive(-group, running)]
    for group in left:
        _send(-group, signal.SIGKILL)
    reap()


def _alive(target: int, running: set[int] | None) -> bool:
    return _send(target, 0) and (running is None or target in running)


def _running() -> set[int] | None:
    """Every process, and every group as a negative number, that has not ended; None where that is not told.

    On Linux who ended still takes signals until somebody waits for it, and an orphan's new parent may never.
    """
    running = set()
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _parent, group = entry.read_text(errors="replace").rpartition(")")[2].split()[:3]
            if state not in "ZX":
                running |= {int(entry.parent.name), -int(group)}
    return running or None


def _send(target: int, number: int) -> bool:
    """Signal a process, or the group -target; whether there was one (0 only asks)."""
    try:
        os.kill(target, number)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        change = groups.add if line[0] == "+" else groups.discard
        change(int(line[1:]))
    end(groups)


if __name__ == "__main__":
    main()
