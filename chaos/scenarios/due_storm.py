"""A hundred thousand links are due in the same second."""

import time
from pathlib import Path
from threading import Event, Thread

from chaos.stage import Clicks, Stage

REACH = "at the configured rate, at most 200 MB a child, clicks p95 at most 3 x"
LINKS = 100_000


def play(stage: Stage) -> str:
    links = stage.scale(LINKS)
    stage.load(1)
    stage.settle(60)
    with Clicks(stage) as calm:
        time.sleep(10)
    stage.load(links)
    largest = [0.0]
    stopping = Event()
    watcher = Thread(target=_watch_memory, args=(stage, largest, stopping), daemon=True)
    watcher.start()
    with Clicks(stage) as clicks:
        took = stage.settle(1_500)
    stopping.set()
    watcher.join()
    return (
        f"{links:,} links in {took:.0f} s ({links / took:.0f} a second), largest child {largest[0]:.0f} MB, clicks p95"
        f" {clicks.p95():.0f} ms, before {calm.p95():.0f} ms ({clicks.p95() / max(calm.p95(), 0.1):.1f} x)"
    )


def _watch_memory(stage: Stage, largest: list[float], stopping: Event) -> None:
    while not stopping.wait(1):
        for worker in stage.parts.workers:
            for child in worker.children():
                largest[0] = max(largest[0], _read_megabytes(child))


def _read_megabytes(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS")), 0.0)
