"""Beat stands still, then all workers do (SIGSTOP), and go on."""

import signal
import time
from datetime import UTC, datetime, timedelta

from chaos.stage import Stage
from links.models import ShareLink
from links.queries.health import WatchState, read_health

REACH = "without beat links are validated on time; without workers amber within a minute, 503 and red within five"
LINKS = 200


def play(stage: Stage) -> str:
    links = stage.scale(LINKS)
    assert stage.parts.beat
    stage.parts.beat.send(signal.SIGSTOP)
    stage.load(links)
    without_beat = stage.settle(120)
    stage.parts.beat.send(signal.SIGCONT)
    for worker in stage.parts.workers:
        worker.send(signal.SIGSTOP)
    began = time.monotonic()
    stage.wait_until(lambda: _read() is not WatchState.WATCHING, 120, "amber")
    amber = time.monotonic() - began
    stage.wait_until(lambda: stage.get("/health")[0] == 503, 400, "red")
    red = time.monotonic() - began
    for worker in stage.parts.workers:
        worker.send(signal.SIGCONT)
    ShareLink.objects.update(due_at=datetime.now(UTC) - timedelta(seconds=1))
    stage.due_since = datetime.now(UTC)
    back = stage.settle(120)
    return (
        f"without beat {links} links in {without_beat:.0f} s; without workers amber after {amber:.0f} s, 503"
        f" after {red:.0f} s, all validated {back:.0f} s after they went on"
    )


def _read() -> WatchState:
    return read_health(datetime.now(UTC)).state
