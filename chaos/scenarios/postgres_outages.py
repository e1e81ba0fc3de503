"""PostgreSQL is restarted again and again, stands still, and is killed: its standby takes its place."""

import os
import signal
import time
from contextlib import suppress
from datetime import UTC, datetime

from django.db import connection

from chaos.parts import find_children
from chaos.running_site import Clicks, RunningSite
from chaos.standby import Standby
from links.models import ShareLink, Validation

REACH = "0 rows lost, of a standby what was not replicated; 503 with Retry-After within 5 s; workers back within 30 s"
LINKS, RESTARTS, FROZEN_SECONDS = 2_000, 20, 60


def play(site: RunningSite) -> str:
    links, restarts = site.scale(LINKS), site.scale(RESTARTS)
    frozen = max(FROZEN_SECONDS * min(site.size, 1), 20)
    site.load(links)
    with Clicks(site, every=0.2) as clicks:
        for _ in range(restarts):
            site.parts.restart_postgres()
            time.sleep(site.rng.uniform(0.5, 3))
        _wait_until_back(site)
        before = len(clicks.answers)
        site.parts.freeze_postgres(signal.SIGSTOP)
        time.sleep(frozen)
        site.parts.freeze_postgres(signal.SIGCONT)
        back = _wait_until_back(site)
        promoted = _promote_a_standby(site, links)
    meanwhile = [answer for answer in clicks.answers if answer[0] != 302]
    dishonest = [answer for answer in meanwhile if answer[0] != 503 or not answer[2].isdecimal()]
    slowest = max((seconds for _, seconds, _ in clicks.answers[before:]), default=0.0)
    site.settle()
    return (
        f"{restarts} restarts, frozen {frozen:.0f} s: workers back after {back:.0f} s, slowest answer"
        f" meanwhile {slowest:.1f} s, {len(meanwhile)} clicks not served, of which {len(dishonest)} without 503 and"
        f" Retry-After, processes ended: {', '.join(site.parts.list_ended()) or 'none'};"
        f" {promoted}"
    )


def _promote_a_standby(site: RunningSite, links: int) -> str:
    """Killed in full work; what had come to the standby is there, and the rest is done again."""
    primary = site.parts.postgres
    standby = Standby(primary)
    site.parts.standbys.append(standby.start())
    ShareLink.objects.update(due_at=datetime.now(UTC))
    before = Validation.objects.count()
    site.wait_until(lambda: Validation.objects.count() > before + links // 4, 120, "workers are at work")
    written = set(Validation.objects.values_list("pk", flat=True))
    connection.close()
    assert primary.pid
    for pid in (primary.pid, *find_children(primary.pid)):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    site.parts.stop_postgres()
    standby.promote()
    site.parts.postgres = standby
    site.wait_until(ShareLink.objects.exists, 60, "the standby answers")
    lost = len(written - set(Validation.objects.values_list("pk", flat=True)))
    back = _wait_until_back(site)
    return f"a standby promoted: {lost} of {len(written):,} results had not come to it, workers back after {back:.0f} s"


def _wait_until_back(site: RunningSite) -> float:
    """Seconds until something that becomes due now is validated."""
    site.wait_until(ShareLink.objects.exists, 60, "the database answers")
    known = Validation.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    site.load(1)
    return site.wait_until(lambda: Validation.objects.filter(pk__gt=known).exists(), 120, "workers are back")
