"""Workers and web get SIGTERM in full work, one after another, and are started again: as a deployment does it."""

from __future__ import annotations

import http.client
import time
from collections import Counter
from dataclasses import replace
from threading import Event, Thread

from chaos.running_site import TOKEN, RunningSite
from config.processes.ports import HOST
from links.models import ShareLink, Validation
from tests.strict_s3 import Answer

REACH = "no click that was taken is lost, nothing is probed twice, nothing waits for a lease to end"
LINKS, STOPS, PEOPLE = 2_000, 10, 4


def play(site: RunningSite) -> str:
    links, stops = site.scale(LINKS), max(site.scale(STOPS), 3)
    site.store.answer = Answer(206, b"o", {"Content-Range": "bytes 0-0/22", "ETag": '"e"'}, wait=0.05)
    site.load(links)
    slowest, at_work = 0.0, 0
    for _ in range(stops):
        site.wait_until(lambda: ShareLink.objects.exclude(lease_id=None).exists() or _is_done(), 120, "somebody works")
        at_work += ShareLink.objects.exclude(lease_id=None).exists()
        number = site.rng.randrange(len(site.parts.workers))
        slowest = max(slowest, _stop(site, number))
        site.parts.workers[number] = site.parts.start_worker(number)
    took = site.settle(400)
    probed, results = len(site.store.requests), Validation.objects.count()
    site.store.answer = replace(site.store.answer, wait=0)
    lost, answered, web = _stop_web(site, stops)
    return (
        f"{stops} workers ended ({at_work} while links were leased), each within {slowest:.0f} s, all done {took:.0f} s"
        f" after the last, {probed} probes for {results} results; web ended {stops} times within {web:.0f} s under"
        f" {answered:,} clicks, {lost or 'none'} lost"
    )


def _is_done() -> bool:
    return not ShareLink.objects.filter(validated_at=None).exists()


def _stop(site: RunningSite, number: int) -> float:
    began = time.monotonic()
    site.parts.workers[number].stop(120)
    return time.monotonic() - began


def _stop_web(site: RunningSite, stops: int) -> tuple[str, int, float]:
    """Which clicks were taken and not answered, how many were answered by a 302, and how long the slowest stop took."""
    stopping, outcomes, slowest = Event(), Counter[str](), 0.0
    people = [Thread(target=_click, args=(site, stopping, outcomes), daemon=True) for _ in range(PEOPLE)]
    for person in people:
        person.start()
    for _ in range(stops):
        time.sleep(site.rng.uniform(1, 3))
        assert site.parts.web
        began = time.monotonic()
        site.parts.web.stop(60)
        slowest = max(slowest, time.monotonic() - began)
        site.parts.web = site.parts.start_web()
        site.wait_until(lambda: site.get("/health", 5)[0] in (200, 503), 90, "web answers")
    stopping.set()
    for person in people:
        person.join(30)
    lost = ", ".join(f"{count} {what}" for what, count in outcomes.items() if what not in ("302", "refused"))
    return lost, outcomes["302"], slowest


def _click(site: RunningSite, stopping: Event, outcomes: Counter[str]) -> None:
    """A connection that is refused was never taken: a balancer asks the next."""
    while not stopping.is_set():
        client = http.client.HTTPConnection(HOST, site.parts.port, timeout=30)
        try:
            client.connect()
            client.request("GET", f"/s/{TOKEN}")
            outcomes[str(client.getresponse().status)] += 1
        except ConnectionRefusedError:
            outcomes["refused"] += 1
            time.sleep(0.05)
        except (OSError, http.client.HTTPException) as error:
            outcomes[type(error).__name__] += 1
        finally:
            client.close()
