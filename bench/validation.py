"""Links validated, beside a bare loop of pycurl over the same URLs of the same store, with as many requests at once.

    python -m bench.validation [LINKS]

Healthy links are stable ones of ten buckets, each claimed, signed, asked about, judged and recorded by one process on
PostgreSQL. Links that break at once are foreign ones, each signed by a key of its own that the store does not know any
more: as many incidents and notices. `--memory LINKS` tells how much memory the process has while it validates
so many.
"""

import gc
import logging
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from statistics import median

import pycurl

from bench.site import POSTGRES, REFUSED, STORE  # sets Django up, so it comes first

# isort: split
from bench.rows import STABLE, analyze, clock, copy_link, make_foreign, make_stable
from bench.web.servers import read_cpu_seconds
from links.models import Incident, ShareLink
from links.services.click_signing import OpenBuckets, sign_as_click
from links.services.validation.batches import validate_due_links

LINKS = 4_000
ROUNDS = 5
HEALTHY = "files"


@dataclass(frozen=True)
class Pass:
    """What it took: seconds by the wall's clock, of this process's CPU, and of PostgreSQL's."""

    wall: float
    cpu: float
    database: float


def measure(work: Callable[[], object]) -> Pass:
    gc.collect()
    wall, cpu, database = time.perf_counter(), time.process_time(), read_cpu_seconds(POSTGRES)
    work()
    taken = time.perf_counter() - wall, time.process_time() - cpu
    return Pass(*taken, read_cpu_seconds(POSTGRES) - database)


def make_due(folder: str) -> None:
    """The links of this folder are due and were healthy, and no incident is open; nothing else is due."""
    Incident.objects.all().delete()
    later = clock() + timedelta(days=1)
    ShareLink.objects.update(due_at=later, verdict="healthy", findings=[], lease_id=None, leased_until=None)
    ShareLink.objects.filter(object_key__startswith=folder).update(due_at=clock() - timedelta(hours=1))
    analyze()


def validate_all(folder: str) -> None:
    wanted = ShareLink.objects.filter(object_key__startswith=folder).count()
    validated = 0
    while found := validate_due_links(clock):
        validated += len(found)
    if validated < wanted:
        raise RuntimeError(f"{validated} of {wanted} links validated")


def ask_bare(urls: list[str], at_once: int = 16) -> None:
    """As plain as it is written: handles used again, one header, what comes is thrown away."""
    multi, waiting, spare = pycurl.CurlMulti(), list(reversed(urls)), []
    for _ in range(at_once):
        handle = pycurl.Curl()
        handle.setopt(pycurl.HTTPHEADER, ["Range: bytes=0-0"])
        handle.setopt(pycurl.WRITEFUNCTION, lambda _: None)
        spare.append(handle)
    under_way = 0
    while waiting or under_way:
        while waiting and spare:
            handle = spare.pop()
            handle.setopt(pycurl.URL, waiting.pop())
            multi.add_handle(handle)
            under_way += 1
        multi.perform()
        left = 1
        while left:
            left, good, bad = multi.info_read()
            for handle in good:
                if handle.getinfo(pycurl.RESPONSE_CODE) != 206:
                    raise RuntimeError("the store did not serve")
                multi.remove_handle(handle)
                spare.append(handle)
            if bad:
                raise RuntimeError(bad[0][2])
            under_way -= len(good)
        multi.select(0.2)


def report(title: str, unit: str, passes: dict[str, list[Pass]], count: int) -> None:
    """A table in Markdown. The first is the baseline: a ratio of 0.5 is half as many a second as it in the same
    round."""
    baseline = next(iter(passes.values()))
    lines = [
        f"## {title}",
        "",
        f"| what | times the baseline's rate | spread | {unit}s/s | CPU us per {unit} | PostgreSQL's |",
        "|---|---|---|---|---|---|",
    ]
    for name, taken in passes.items():
        ratios = sorted(base.wall / own.wall for base, own in zip(baseline, taken, strict=True))
        rate = count / median(one.wall for one in taken)
        cpu = median(one.cpu for one in taken) / count * 1e6
        database = median(one.database for one in taken) / count * 1e6
        lines.append(
            f"| {name} | {median(ratios):.2f} | {ratios[0]:.2f} to {ratios[-1]:.2f} |"
            f" {rate:,.0f} | {cpu:.0f} | {database:.0f} |"
        )
    sys.stdout.write("\n".join([*lines, "", ""]))


def run_rounds(count: int) -> None:
    make_stable(STORE.url, count)
    make_foreign(STORE.url, count, HEALTHY)
    make_foreign(STORE.url, count, REFUSED)
    opened = OpenBuckets()
    stable = ShareLink.objects.filter(delivery="stable").select_related("bucket__key")
    urls = [sign_as_click(link, opened).text for link in stable]
    bare, sound, foreign, broken = list[Pass](), list[Pass](), list[Pass](), list[Pass]()
    for _ in range(ROUNDS):
        bare.append(measure(lambda: ask_bare(urls)))
        for passes, folder in ((sound, STABLE), (foreign, HEALTHY), (broken, REFUSED)):
            make_due(folder)
            passes.append(measure(partial(validate_all, folder)))
    named = {"a bare pycurl loop": bare, "validation of a healthy stable link": sound}
    report("Validate one healthy link", "link", named, count)
    named = {"a healthy foreign link": foreign, "one that breaks by a cause of its own": broken}
    report("Links that all break at once, each by its own cause", "link", named, count)


def watch_memory(count: int) -> None:
    """Validate this many links in one process, and print the most memory that it had on the way."""

    make_stable(STORE.url, 1)
    copy_link("default", count - 1)
    make_due(STABLE)
    validated, next_report, began = 0, 1_000, time.perf_counter()
    sys.stdout.write("| links validated | most memory, MB | links/s |\n|---|---|---|\n")
    while found := validate_due_links(clock):
        validated += len(found)
        if validated >= next_report:
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            rate = validated / (time.perf_counter() - began)
            sys.stdout.write(f"| {validated:,} | {memory:.0f} | {rate:,.0f} |\n")
            sys.stdout.flush()
            next_report *= 10


def main() -> None:
    logging.disable(logging.WARNING)
    if "--memory" in sys.argv:
        watch_memory(int(sys.argv[2]))
    else:
        run_rounds(int(sys.argv[1]) if len(sys.argv) > 1 else LINKS)


if __name__ == "__main__":
    main()
