"""Beat stands still, then all workers do (SIGSTOP), and go on."""

import signal
import time
from datetime import UTC, datetime, timedelta

from chaos.running_site import RunningSite
from links.models import ShareLink
from links.queries.health import WatchState, read_health

REACH = "without beat links are validated on time; without workers overdue within a minute, 503 and red within five"
LINKS = 200


def play(site: RunningSite) -> str:
    links = site.scale(LINKS)
    assert site.parts.beat
    site.parts.beat.send(signal.SIGSTOP)
    site.load(links)
    without_beat = site.settle(120)
    site.parts.beat.send(signal.SIGCONT)
    for worker in site.parts.workers:
        worker.send(signal.SIGSTOP)
    began = time.monotonic()
    site.wait_until(lambda: _read() is not WatchState.WATCHING, 120, "overdue")
    overdue = time.monotonic() - began
    site.wait_until(lambda: site.get("/health")[0] == 503, 400, "red")
    red = time.monotonic() - began
    for worker in site.parts.workers:
        worker.send(signal.SIGCONT)
    ShareLink.objects.update(due_at=datetime.now(UTC) - timedelta(seconds=1))
    site.due_since = datetime.now(UTC)
    back = site.settle(120)
    return (
        f"without beat {links} links in {without_beat:.0f} s; without workers overdue after {overdue:.0f} s, 503"
        f" after {red:.0f} s, all validated {back:.0f} s after they went on"
    )


def _read() -> WatchState:
    return read_health(datetime.now(UTC)).state
