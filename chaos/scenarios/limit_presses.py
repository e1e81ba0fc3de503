"""Many people press the button of one limited link at the same moment."""

from __future__ import annotations

import http.client
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.parse import urlencode

from chaos.running_site import RunningSite
from config.processes.ports import HOST
from links.domain.signed_urls.tokens import digest
from links.models import Grant, ShareLink, Visit

REACH = "500 presses over 4 processes, limits of 1, 2 and 5, 100 rounds: exactly the limit each time"
PRESSES, ROUNDS, LIMITS = 500, 100, (1, 2, 5)
PROCESSES = 4
CSRF = "f" * 32


def play(site: RunningSite) -> str:
    assert site.parts.web
    site.parts.web.stop()
    site.parts.web = site.parts.start_web(PROCESSES)
    site.wait_for_parts()
    presses, rounds = site.scale(PRESSES), max(site.scale(ROUNDS), len(LIMITS))
    exact, answers = 0, Counter[int]()
    for number in range(rounds):
        limit, token = LIMITS[number % len(LIMITS)], f"{number:043}"
        site.load(1, download_limit=limit)
        link = ShareLink.objects.latest("pk")
        ShareLink.objects.filter(pk=link.pk).update(token_hash=digest(token), due_at=None)
        pressed = _press(site, token, presses)
        answers.update(pressed)
        link.refresh_from_db()
        granted = (pressed[303], link.visit_count, Grant.objects.filter(link=link).count(),
                   Visit.objects.filter(link=link, outcome="served").count())  # fmt: skip
        exact += granted == (limit,) * len(granted)
    site.settle()
    said = ", ".join(f"{count} x {status}" for status, count in sorted(answers.items()))
    return f"{presses} presses over {PROCESSES} processes: exactly the limit in {exact} of {rounds} rounds ({said})"


def _press(site: RunningSite, token: str, presses: int) -> Counter[int]:
    """The statuses that so many got who pressed at once, 0 for no answer."""
    together = Barrier(presses)
    form = urlencode({"csrfmiddlewaretoken": CSRF})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"csrftoken={CSRF}"}

    def press(_: int) -> int:
        client = http.client.HTTPConnection(HOST, site.parts.port, timeout=120)
        try:
            together.wait()
            client.request("POST", f"/s/{token}", form, headers)
            return client.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            client.close()

    with ThreadPoolExecutor(presses) as people:
        return Counter(people.map(press, range(presses)))
