"""A webhook answers 429 and asks to be left alone; mail goes on."""

import time
from datetime import UTC, datetime

from chaos.stage import Stage
from links.models import Incident, IncidentNotice

REACH = "no request before Retry-After is over, everything delivered afterwards, other channels do not wait"
MESSAGES, SECONDS = 40, 60


def play(stage: Stage) -> str:
    messages = stage.scale(MESSAGES)
    stage.webhook.status, stage.webhook.retry_after = 429, str(SECONDS)
    now = datetime.now(UTC)
    stage.due_since = now
    for number in range(messages):
        incident = Incident.objects.create(
            code="key-unknown", subject=f"AKIA{number:016}", verdict="broken", opened_at=now, changed_at=now,
            announced_at=now, link_count=1, params={"access_key_id": f"AKIA{number:016}"},
        )  # fmt: skip
        for channel in ("mail", stage.webhook_identity()):
            IncidentNotice.objects.create(incident=incident, kind="opened", channel=channel, created_at=now, due_at=now)
    stage.wait_until(lambda: bool(stage.webhook.calls), 60, "the webhook is asked")
    first = len(stage.webhook.calls)
    began = time.monotonic()
    mailed = stage.wait_until(lambda: len(stage.mails.messages) >= messages, 60, "mails arrive")
    stage.webhook.status, stage.webhook.retry_after = 200, ""
    stage.wait_until(lambda: len(stage.webhook.calls) > first, SECONDS + 60, "the webhook is asked again")
    waited = time.monotonic() - began
    stage.wait_until(lambda: not IncidentNotice.objects.undelivered().exists(), 120, "everything is delivered")
    return (
        f"{first} request(s) met the 429, the next came {waited:.0f} s later (asked: {SECONDS}); mails waited"
        f" {mailed:.0f} s"
    )
