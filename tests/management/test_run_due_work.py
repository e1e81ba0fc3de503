import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping

from links.services.due_work import JOBS
from tests.fixtures import World
from tests.management.running import ROOT, Runner
from tests.stories.workers import database_url
from tests.waiting import TIMEOUT_SECONDS

WATCH = """
import django
django.setup()
from django.core.management import call_command
from links.management.commands import run_due_work as command
from links.services import due_work
due_work.LOOK_SECONDS, command.IDLE_SECONDS, command.JOB_SECONDS = 0.1, {idle}, {limit}
{more}
call_command("run_due_work", watch=True)
"""


def test_it_does_what_is_due_once_and_says_what(run: Runner, world: World) -> None:
    world.create_link()
    ran = run("run_due_work", "--json")
    assert ran.code == 0
    assert set(ran.json) == set(JOBS)
    assert ran.json["links validated"] == 1
    assert run("run_due_work").out.strip() == "Nothing was due."


def start_watching(idle: float, more: str = "", limit: int = 60) -> "subprocess.Popen[str]":
    """In a process of its own: it sets handlers for signals that the suite needs for itself."""
    environment: Mapping[str, str] = {**os.environ, "DATABASE_URL": database_url()}
    code = WATCH.format(idle=idle, more=more, limit=limit)
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_it_watches_until_nothing_was_due_for_a_while(world: World) -> None:
    link = world.create_link().link
    with start_watching(idle=0.5) as watching:
        assert "1 links validated" in watching.communicate(timeout=TIMEOUT_SECONDS)[0]
    link.refresh_from_db()
    assert link.verdict == "healthy"


def test_it_ends_between_two_jobs_when_it_is_told_to(world: World) -> None:
    two_jobs = "due_work.JOBS = ('first', 'second')\ndef do(name, clock):\n    os.kill(os.getpid(), 15)\n    return 1"
    with start_watching(idle=1_000, more=f"import os\n{two_jobs}\ndue_work.do_job = do") as watching:
        assert watching.communicate(timeout=TIMEOUT_SECONDS)[0].split() == ["1", "first"]
        assert watching.returncode == 0


def test_it_ends_with_the_process_that_started_it(world: World) -> None:
    with start_watching(idle=1_000, more="import os\nos.getppid = iter([7, 7, 8]).__next__") as watching:
        watching.communicate(timeout=TIMEOUT_SECONDS)
        assert watching.returncode == 0


def test_a_job_that_never_ends_is_ended_by_the_kernel(world: World) -> None:
    begun = time.monotonic()
    endless = "due_work.do_job = lambda name, clock: [0 for _ in iter(int, 1)]"
    with start_watching(idle=1_000, more=endless, limit=1) as watching:
        watching.communicate(timeout=TIMEOUT_SECONDS)
        assert watching.returncode == -signal.SIGALRM
    assert time.monotonic() - begun < 50  # it would be there for a minute
