"""A forked Python is to whatever runs in it what a Python that was started is."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.processes.running import ROOT, run, start

TELLS = """
import json, os, sys, time
import links
print(json.dumps({
    "arguments": sys.argv, "path": sys.path, "folder": os.getcwd(), "environment": dict(os.environ),
    "name": __name__, "main": sys.modules["__main__"].json is json, "read": sys.stdin.read(), "links": links.__file__,
    "encodings": [[file.encoding, file.errors] for file in (sys.stdin, sys.stdout, sys.stderr)],
    "zone": time.tzname, "terminal": sys.stdin.isatty(), "of ours": [name for name in sys.modules if "tests" in name],
}))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where another project stands, with a `links` of its own."""
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "__init__.py").touch()
    for name in ("script", "module"):
        (tmp_path / f"{name}.py").write_text(TELLS)
    return tmp_path


@pytest.mark.parametrize("arguments", [("-c", TELLS), ("-m", "module"), ("script.py",)], ids=lambda given: given[0])
def test_a_script_finds_what_it_would_find(folder: Path, arguments: tuple[str, ...]) -> None:
    environment = {"PATH": os.environ["PATH"], "TZ": "Asia/Tokyo", "PYTHONPATH": "/nowhere", "A": "é"}
    forked = run(*arguments, "--x", "ü", environment=environment, stdin="日本\n", folder=folder)
    started = subprocess.run(
        [sys.executable, *arguments, "--x", "ü"],
        env=environment, input="日本\n", cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert forked.stderr == started.stderr
    told, expected = _read(forked.stdout), _read(started.stdout)
    assert told == expected


def _read(told: str) -> Any:  # noqa: ANN401  what the script wrote
    found = json.loads(told)
    found["environment"].pop("LC_CTYPE", None)  # Python's own, where it begins in the locale C
    return found


def test_the_rules_are_those_of_the_folder_that_it_runs_in(folder: Path) -> None:
    code = "import links.domain; print(links.domain.__file__)"
    assert run("-c", code, environment={}).stdout.strip() == str(ROOT / "links" / "domain" / "__init__.py")
    assert "ModuleNotFoundError" in run("-c", code, environment={}, folder=folder).stderr


@pytest.mark.parametrize(
    ("code", "returncode", "words"),
    [
        ("pass", 0, ""),
        ("import sys; sys.exit(3)", 3, ""),
        ("import sys; sys.exit('one line')", 1, "one line\n"),
        ("1 / 0", 1, "ZeroDivisionError: division by zero\n"),
        ("import atexit; atexit.register(lambda: __import__('os')._exit(5))", 5, ""),
        ("import os; os.kill(os.getpid(), 9)", -signal.SIGKILL, ""),
    ],
)
def test_it_ends_as_python_does(code: str, returncode: int, words: str) -> None:
    ended = run("-c", code, environment={})
    assert (ended.returncode, ended.stderr.endswith(words), ended.stdout) == (returncode, True, "")


def test_settings_are_read_anew_by_each() -> None:
    for secret in ("one", "other"):
        told = run("-c", "from config.settings import SECRET_KEY as s; print(s)", environment={"SECRET_KEY": secret})
        assert told.stdout == f"{secret}\n"


def test_one_that_is_killed_has_ended_with_its_session() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading) as told:
        code = "import os, time; print(os.getpid(), os.getsid(0), flush=True); os.fork(); time.sleep(600)"
        process = start("-c", code, environment={}, files=(None, writing, 2), own_session=True)
        os.close(writing)
        assert told.readline() == f"{process.pid} {process.pid}\n"
        assert process.poll() is None
        with pytest.raises(TimeoutError):
            process.wait(timeout=0.01)
        begun = time.monotonic()
        os.killpg(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        assert told.read() == ""  # nobody is left who could write there
        assert time.monotonic() - begun < 60
        process.terminate()  # of what has ended, nothing
