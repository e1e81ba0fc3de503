import os
import signal
import time
from collections.abc import Mapping

from links.services.due_work import JOBS
from tests.fixtures import World
from tests.management.running import Runner
from tests.processes.running import Done
from tests.processes.running import run as run_process
from tests.stories.workers import database_url

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


def watch(idle: float, more: str = "", limit: int = 60) -> Done:
    """In a process of its own: it sets handlers for signals that the suite needs for itself."""
    environment: Mapping[str, str] = {**os.environ, "DATABASE_URL": database_url()}
    return run_process("-c", WATCH.format(idle=idle, more=more, limit=limit), environment=environment)


def test_it_watches_until_nothing_was_due_for_a_while(world: World) -> None:
    link = world.create_link().link
    assert "1 links validated" in watch(idle=0.5).stdout
    link.refresh_from_db()
    assert link.verdict == "healthy"


def test_it_ends_between_two_jobs_when_it_is_told_to(world: World) -> None:
    two_jobs = "due_work.JOBS = ('first', 'second')\ndef do(name, clock):\n    os.kill(os.getpid(), 15)\n    return 1"
    watched = watch(idle=1_000, more=f"import os\n{two_jobs}\ndue_work.do_job = do")
    assert (watched.stdout.split(), watched.returncode) == (["1", "first"], 0)


def test_it_ends_with_the_process_that_started_it(world: World) -> None:
    watched = watch(idle=1_000, more="import os\nos.getppid = iter([7, 7, 8]).__next__")
    assert watched.returncode == 0


def test_a_job_that_never_ends_is_ended_by_the_kernel(world: World) -> None:
    begun = time.monotonic()
    endless = "due_work.do_job = lambda name, clock: [0 for _ in iter(int, 1)]"
    assert watch(idle=1_000, more=endless, limit=1).returncode == -signal.SIGALRM
    assert time.monotonic() - begun < 50  # it would be there for a minute
