"""The product, running, whose commands of manage.py are run by one process that stays.

Starting a process for a command takes seconds, and a pass in the browser arranges what it needs by some fifty commands.
"""

import io
import json
import subprocess
import sys
import traceback
from collections.abc import Iterable
from contextlib import redirect_stderr, redirect_stdout
from types import TracebackType
from typing import IO, Self
from unittest.mock import patch

from django.core.management import ManagementUtility

from demo.running import ROOT, RunningDemo

_SERVE = "import sys; from tests.browser.commands import serve; serve(sys.stdin, sys.stdout)"


class CommandFailed(Exception):
    """What the command wrote of its failure."""


class CommandedDemo(RunningDemo):
    """A demo that answers `manage` at once. One command at a time."""

    def __enter__(self) -> Self:
        super().__enter__()
        self._commands = subprocess.Popen(
            [*self.command, "manage", "shell", "--no-imports", "-c", _SERVE],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._commands.communicate()  # the end of its input is its own
        super().__exit__(kind, error, trace)

    def manage(self, *command: str, asked: str = "") -> str:
        """Raises CommandFailed."""
        assert self._commands.stdin
        assert self._commands.stdout
        print(json.dumps([command, asked]), file=self._commands.stdin, flush=True)
        code, out, err = json.loads(self._commands.stdout.readline())
        if code:
            raise CommandFailed(f"{command[0]} ended with {code}: {err}")
        return str(out)


def serve(questions: Iterable[str], answers: IO[str]) -> None:
    """Run the command of each line, and answer it by a line: its exit code, and what it wrote."""
    for question in questions:
        command, asked = json.loads(question)
        print(json.dumps(_run(command, asked)), file=answers, flush=True)


def _run(command: list[str], asked: str) -> tuple[str | int | None, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code: str | int | None = 0
    with redirect_stdout(out), redirect_stderr(err), patch.object(sys, "stdin", io.StringIO(asked)):
        try:
            ManagementUtility(["manage.py", *command]).execute()
        except SystemExit as leaving:
            code = leaving.code
        except Exception:  # noqa: BLE001  whatever it is, it is told to whoever asked
            code = traceback.format_exc()
    return code, out.getvalue(), err.getvalue()
