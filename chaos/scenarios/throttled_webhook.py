"""A webhook answers 429 and asks to be left alone; mail goes on."""

import time
from datetime import UTC, datetime

from chaos.running_site import RunningSite
from links.models import Incident, IncidentNotice

REACH = "no request before Retry-After is over, everything delivered afterwards, other channels do not wait"
MESSAGES, SECONDS = 40, 60


def play(site: RunningSite) -> str:
    messages = site.scale(MESSAGES)
    site.webhook.status, site.webhook.retry_after = 429, str(SECONDS)
    now = datetime.now(UTC)
    site.due_since = now
    for number in range(messages):
        incident = Incident.objects.create(
            code="key-unknown", subject=f"AKIA{number:016}", verdict="broken", opened_at=now, changed_at=now,
            announced_at=now, link_count=1, params={"access_key_id": f"AKIA{number:016}"},
        )  # fmt: skip
        for channel in ("mail", site.webhook_identity()):
            IncidentNotice.objects.create(incident=incident, kind="opened", channel=channel, created_at=now, due_at=now)
    site.wait_until(lambda: bool(site.webhook.calls), 60, "the webhook is asked")
    first = len(site.webhook.calls)
    began = time.monotonic()
    mailed = site.wait_until(lambda: len(site.mails.messages) >= messages, 60, "mails arrive")
    site.webhook.status, site.webhook.retry_after = 200, ""
    site.wait_until(lambda: len(site.webhook.calls) > first, SECONDS + 60, "the webhook is asked again")
    waited = time.monotonic() - began
    site.wait_until(lambda: not IncidentNotice.objects.undelivered().exists(), 120, "everything is delivered")
    return (
        f"{first} request(s) met the 429, the next came {waited:.0f} s later (asked: {SECONDS}); mails waited"
        f" {mailed:.0f} s"
    )
