"""A hundred thousand links are due in the same second."""

import time
from pathlib import Path
from threading import Event, Thread

from chaos.running_site import Clicks, RunningSite

REACH = "at the configured rate, at most 200 MB a child, clicks p95 at most 3 x"
LINKS = 100_000


def play(site: RunningSite) -> str:
    links = site.scale(LINKS)
    site.load(1)
    site.settle(60)
    with Clicks(site) as calm:
        time.sleep(10)
    site.load(links)
    largest = [0.0]
    stopping = Event()
    watcher = Thread(target=_watch_memory, args=(site, largest, stopping), daemon=True)
    watcher.start()
    with Clicks(site) as clicks:
        took = site.settle(1_500)
    stopping.set()
    watcher.join()
    return (
        f"{links:,} links in {took:.0f} s ({links / took:.0f} a second), largest child {largest[0]:.0f} MB, clicks p95"
        f" {clicks.p95():.0f} ms, before {calm.p95():.0f} ms ({clicks.p95() / max(calm.p95(), 0.1):.1f} x)"
    )


def _watch_memory(site: RunningSite, largest: list[float], stopping: Event) -> None:
    while not stopping.wait(1):
        for worker in site.parts.workers:
            for child in worker.children():
                largest[0] = max(largest[0], _read_megabytes(child))


def _read_megabytes(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS")), 0.0)
