"""The supervisor in a process of its own, with real programs that have real children."""

import io
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.processes.guard import SHUTDOWN_SECONDS, end
from config.processes.supervisor import MAX_RESTARTS, Printer, Program, ProgramFailed, Supervisor
from tests.demo.processes import survivors
from tests.waiting import TIMEOUT_SECONDS

ROOT = Path(__file__).parents[3]
WAITS = "import time; time.sleep(600)"
FAMILY = f"""
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", {WAITS!r}])
print("family of", os.getpid(), child.pid, flush=True)
time.sleep(600)
"""
STUBBORN = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("family of", os.getpid(), flush=True)
time.sleep(600)
"""
DIES = "raise SystemExit(3)"
SUPERVISOR = """
import os, signal, sys
from pathlib import Path
from config.processes.supervisor import Printer, Program, Stopped, Supervisor
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # also where these tests themselves run under nohup
with Supervisor(Printer(), backoff=0.02, gives_up=GIVES_UP) as supervisor:
    try:
        for number, code in enumerate(sys.argv[1:], 1):
            supervisor.start(Program(f"p{number}", [sys.executable, "-c", code], os.environ, Path.cwd()))
        supervisor.watch()
    except Stopped:
        print("stopping", flush=True)
print("all ended", flush=True)
"""


class Foreground:
    """A supervisor as a person sees it: its lines, and a keyboard to send signals with."""

    def __init__(self, *codes: str, patience: float, gives_up: bool) -> None:
        given = f"guard.SHUTDOWN_SECONDS, GIVES_UP = {patience}, {gives_up}"
        supervisor = f"from config.processes import guard; {given}\n{SUPERVISOR}"
        self.process = subprocess.Popen(
            [sys.executable, "-c", supervisor, *codes], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        self.families: set[int] = set()
        self.lines: list[str] = []

    def read_until(self, text: str) -> str:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            if members := re.search(r"family of (.*)", line):
                self.families |= set(map(int, members[1].split()))
            if text in line:
                return line
        raise AssertionError(f"It ended without {text!r}: {self.lines}")

    def read_families(self, count: int) -> None:
        for _ in range(count):
            self.read_until("family of")

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)


@pytest.fixture
def foregrounds() -> Iterator[list[Foreground]]:
    started: list[Foreground] = []
    yield started
    for foreground in started:
        foreground.process.kill()
        foreground.process.wait()
        if foreground.process.stdout:
            foreground.process.stdout.close()


def start(
    foregrounds: list[Foreground], *codes: str, patience: float = SHUTDOWN_SECONDS, gives_up: bool = True
) -> Foreground:
    foregrounds.append(Foreground(*codes, patience=patience, gives_up=gives_up))
    return foregrounds[-1]


def program(code: str, name: str = "probe") -> Program:
    return Program(name, [sys.executable, "-c", code], os.environ, ROOT)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_every_program_and_its_children(foregrounds: list[Foreground], number: signal.Signals) -> None:
    foreground = start(foregrounds, FAMILY, FAMILY)
    foreground.read_families(2)
    foreground.send(number)
    foreground.read_until("all ended")
    assert len(foreground.families) == 4
    assert survivors(foreground.families, seconds=0) == set()
    assert foreground.process.wait() == 0


def test_ctrl_c_leaves_none_behind_when_one_program_had_died(foregrounds: list[Foreground]) -> None:
    foreground = start(foregrounds, FAMILY, DIES)
    foreground.read_until("family of")
    foreground.read_until("given up")
    foreground.send(signal.SIGINT)
    foreground.read_until("all ended")
    assert survivors(foreground.families, seconds=0) == set()


def test_a_killed_program_takes_its_children_along_and_starts_again(foregrounds: list[Foreground]) -> None:
    foreground = start(foregrounds, FAMILY)
    parent = int(foreground.read_until("family of").split()[-2])
    first = set(foreground.families)
    os.kill(parent, signal.SIGKILL)
    assert "killed by SIGKILL" in foreground.read_until("***")
    foreground.read_until("family of")
    assert survivors(first) == set()
    foreground.send(signal.SIGINT)
    foreground.read_until("all ended")
    assert len(foreground.families) == 4
    assert survivors(foreground.families, seconds=0) == set()


def test_kill_9_of_the_supervisor_leaves_none_behind(foregrounds: list[Foreground]) -> None:
    foreground = start(foregrounds, FAMILY, FAMILY)
    foreground.read_families(2)
    foreground.send(signal.SIGKILL)
    assert survivors(foreground.families) == set()


def test_a_second_ctrl_c_kills_who_does_not_want_to_end(foregrounds: list[Foreground]) -> None:
    """Without a second one it would be killed in the end: here, later than any test may take."""
    foreground = start(foregrounds, STUBBORN, patience=3_600)
    foreground.read_until("family of")
    foreground.send(signal.SIGINT)
    foreground.read_until("stopping")
    time.sleep(1.1)
    foreground.send(signal.SIGINT)
    foreground.read_until("all ended")
    assert survivors(foreground.families, seconds=0) == set()


def test_it_ends_when_nobody_reads_its_lines_any_more(foregrounds: list[Foreground]) -> None:
    printing = "import time\nwhile True: print('still here', flush=True); time.sleep(0.05)"
    foreground = start(foregrounds, FAMILY, printing)
    foreground.read_until("family of")
    assert foreground.process.stdout
    foreground.process.stdout.close()
    assert foreground.process.wait(timeout=TIMEOUT_SECONDS) == 0
    assert survivors(foreground.families) == set()


def test_a_program_that_keeps_dying_is_told_with_its_exit_code_and_given_up(
    foregrounds: list[Foreground],
) -> None:
    foreground = start(foregrounds, DIES)
    foreground.read_until("given up")
    told = [line for line in foreground.lines if "exit code 3" in line]
    assert len(told) == MAX_RESTARTS + 1
    assert "restart 1 of 5" in told[0]
    assert "Ctrl-C, and start again" in foreground.read_until("have it back")


def test_a_site_starts_a_program_again_however_often_it_dies(foregrounds: list[Foreground]) -> None:
    foreground = start(foregrounds, DIES, gives_up=False)
    foreground.read_until(f"restart {MAX_RESTARTS + 2} in")
    assert [line for line in foreground.lines if "given up" in line] == []


def test_who_ignores_a_request_to_end_is_killed_after_a_while() -> None:
    stubborn = subprocess.Popen(
        [sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    with stubborn:
        assert stubborn.stdout
        stubborn.stdout.readline()
        end([stubborn.pid], reap=stubborn.poll, timeout=0.2)
    assert stubborn.returncode == -signal.SIGKILL


def test_lines_carry_the_name_of_their_author_and_colour_on_request_only() -> None:
    plain, coloured = io.StringIO(), io.StringIO()
    Printer(plain).line("web", "hello")
    Printer(coloured, colour=True).line("web", "hello")
    assert plain.getvalue() == "web      | hello\n"
    assert coloured.getvalue() == "\x1b[36mweb      |\x1b[0m hello\n"


def test_what_a_program_says_to_its_end_can_be_heard() -> None:
    heard: list[str] = []
    said = io.StringIO()
    with Supervisor(Printer(said)) as supervisor:
        supervisor.run(program("import sys; print('{}'); print('working', file=sys.stderr)"), heard)
    assert heard == ["{}"]
    assert said.getvalue() == "probe    | working\n"


def test_a_program_that_must_succeed_and_does_not_is_an_error_with_its_exit_code() -> None:
    with Supervisor(Printer(io.StringIO())) as supervisor, pytest.raises(ProgramFailed, match="exit code 3"):
        supervisor.run(program(DIES))


def test_what_does_not_come_up_in_time_is_an_error_that_names_it() -> None:
    with Supervisor(Printer(io.StringIO())) as supervisor, pytest.raises(ProgramFailed, match="web did not"):
        supervisor.wait_until(lambda: False, "web", seconds=0.1)


def test_lines_that_are_hushed_are_not_passed_on() -> None:
    said = io.StringIO()
    code = "print('WARNING overcommit_memory'); print('Ready')"
    with Supervisor(Printer(said)) as supervisor:
        supervisor.run(
            Program("redis", [sys.executable, "-c", code], os.environ, ROOT, hidden_lines="WARNING.*overcommit")
        )
    assert said.getvalue() == "redis    | Ready\n"
