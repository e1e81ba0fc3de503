"""PostgreSQL is restarted again and again, stands still, and is killed: its standby takes its place."""

import os
import signal
import time
from contextlib import suppress
from datetime import UTC, datetime

from django.db import connection

from chaos.parts import find_children
from chaos.stage import Clicks, Stage
from chaos.standby import Standby
from links.models import ShareLink, Validation

REACH = "0 rows lost, of a standby what was not replicated; 503 with Retry-After within 5 s; workers back within 30 s"
LINKS, RESTARTS, FROZEN_SECONDS = 2_000, 20, 60


def play(stage: Stage) -> str:
    links, restarts = stage.scale(LINKS), stage.scale(RESTARTS)
    frozen = max(FROZEN_SECONDS * min(stage.size, 1), 20)
    stage.load(links)
    with Clicks(stage, every=0.2) as clicks:
        for _ in range(restarts):
            stage.parts.restart_postgres()
            time.sleep(stage.rng.uniform(0.5, 3))
        _tell_back(stage)
        before = len(clicks.answers)
        stage.parts.freeze_postgres(signal.SIGSTOP)
        time.sleep(frozen)
        stage.parts.freeze_postgres(signal.SIGCONT)
        back = _tell_back(stage)
        promoted = _promote_a_standby(stage, links)
    meanwhile = [answer for answer in clicks.answers if answer[0] != 302]
    dishonest = [answer for answer in meanwhile if answer[0] != 503 or not answer[2].isdecimal()]
    slowest = max((seconds for _, seconds, _ in clicks.answers[before:]), default=0.0)
    stage.settle()
    return (
        f"{restarts} restarts, frozen {frozen:.0f} s: workers back after {back:.0f} s, slowest answer"
        f" meanwhile {slowest:.1f} s, {len(meanwhile)} clicks not served, of which {len(dishonest)} without 503 and"
        f" Retry-After, processes ended: {', '.join(stage.parts.list_ended()) or 'none'};"
        f" {promoted}"
    )


def _promote_a_standby(stage: Stage, links: int) -> str:
    """Killed in full work; what had come to the standby is there, and the rest is done again."""
    primary = stage.parts.postgres
    standby = Standby(primary)
    stage.parts.standbys.append(standby.start())
    ShareLink.objects.update(due_at=datetime.now(UTC))
    before = Validation.objects.count()
    stage.wait_until(lambda: Validation.objects.count() > before + links // 4, 120, "workers are at work")
    written = set(Validation.objects.values_list("pk", flat=True))
    connection.close()
    assert primary.pid
    for pid in (primary.pid, *find_children(primary.pid)):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    stage.parts.stop_postgres()
    standby.promote()
    stage.parts.postgres = standby
    stage.wait_until(ShareLink.objects.exists, 60, "the standby answers")
    lost = len(written - set(Validation.objects.values_list("pk", flat=True)))
    back = _tell_back(stage)
    return f"a standby promoted: {lost} of {len(written):,} results had not come to it, workers back after {back:.0f} s"


def _tell_back(stage: Stage) -> float:
    """Seconds until something that becomes due now is validated."""
    stage.wait_until(ShareLink.objects.exists, 60, "the database answers")
    known = Validation.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    stage.load(1)
    return stage.wait_until(lambda: Validation.objects.filter(pk__gt=known).exists(), 120, "workers are back")
