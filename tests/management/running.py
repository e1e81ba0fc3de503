"""A command as `manage.py` runs it: in this process, with its exit code, or in one of its own."""

import io
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from django.core.management import load_command_class

from tests.management.printed.schemas import require_valid
from tests.processes.running import ROOT, run

__all__ = ["ROOT", "Ran", "Runner", "run_alone"]
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401  whatever document it is
        return json.loads(self.out)


@dataclass(frozen=True)
class Runner:
    """Calls with the arguments of a command line; needs a database that is not inside one transaction. What is printed
    with `--json` is held against the schema in `docs/json/`."""

    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    def __call__(self, command: str, *arguments: str, stdin: str = "") -> Ran:
        self.monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        self.capsys.readouterr()
        code = 0
        try:
            load_command_class("links", command).run_from_argv(["manage.py", command, *arguments])
        except SystemExit as leaving:
            code = leaving.code if isinstance(leaving.code, int) else 1
        said = self.capsys.readouterr()
        if "--json" in arguments and said.out.startswith(("{", "[")):
            require_valid(command, said.out)
        return Ran(code, said.out, said.err)


def run_alone(*arguments: str, environment: Mapping[str, str] = NOTHING, stdin: str = "", cwd: Path = ROOT) -> Ran:
    """`python manage.py ...` in a process whose environment holds nothing but PATH and what is given."""
    told = {"PATH": os.environ["PATH"], **environment}
    done = run("manage.py", *arguments, environment=told, stdin=stdin, folder=cwd)
    return Ran(done.returncode, done.stdout, done.stderr)
