"""Whoever delivers messages is killed, again and again, while it does."""

import os
import signal
import time
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from chaos.running_site import RunningSite
from links.models import Incident, IncidentNotice

REACH = "0 lost, at most one doubled a kill, held at most 10 s"
MESSAGES, KILLS = 400, 20


def play(site: RunningSite) -> str:
    messages, kills = site.scale(MESSAGES), site.scale(KILLS)
    site.webhook.delay = 0.05
    now = datetime.now(UTC)
    site.due_since = now
    incidents = Incident.objects.bulk_create(
        Incident(code="key-unknown", subject=f"AKIA{number:016}", verdict="broken", opened_at=now, changed_at=now,
                 announced_at=now, link_count=1, params={"access_key_id": f"AKIA{number:016}"})
        for number in range(messages)
    )  # fmt: skip
    channels = ["mail", site.webhook_identity()]
    IncidentNotice.objects.bulk_create(
        IncidentNotice(incident=incident, kind="opened", channel=channel, created_at=now, due_at=now)
        for incident in incidents
        for channel in channels
    )
    waits, hits = [0.0], 0
    for _ in range(kills):
        with suppress(Exception):
            site.wait_until(lambda: bool(_leased()), 30, "somebody delivers")
        time.sleep(site.rng.uniform(0, 1))
        held = _leased()
        for worker in site.parts.workers:
            for child in worker.children():
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
        hits += bool(held)
        waits.append(site.wait_until(lambda held=held: not (held & _leased()), 150, "leases are free"))  # type: ignore[misc]
        if not IncidentNotice.objects.undelivered().exists():
            break
    site.webhook.delay = 0
    site.settle(300)
    told = Counter(mail["Message-ID"] for mail in site.mails.messages)
    called = Counter(call.json["message"].splitlines()[-1] for call in site.webhook.calls)
    doubled = sum(count - 1 for count in (*told.values(), *called.values()))
    return (
        f"{hits} kills in deliveries of {2 * messages} messages: {2 * messages - len(told) - len(called)} lost,"
        f" {doubled} doubled, held at most {max(waits):.0f} s"
    )


def _leased() -> set[tuple[int, object]]:
    now = datetime.now(UTC)
    held = IncidentNotice.objects.filter(leased_until__gt=now + timedelta(seconds=1), delivered_at=None)
    return set(held.values_list("pk", "lease_id"))
