"""Workers and their children are killed at random moments while links are validated."""

import os
import signal
import time
from contextlib import suppress
from datetime import UTC, datetime

from chaos.running_site import RunningSite
from links.models import ShareLink, Validation
from links.services.validation.batches import BATCH_SIZE
from tests.strict_s3 import Answer

REACH = "200 kills over 5,000 links: none missed, doubled or set aside, done within 60 s of the last"
LINKS, KILLS = 5_000, 200


def play(site: RunningSite) -> str:
    links, kills = site.scale(LINKS), site.scale(KILLS)
    # A store that takes its time, so that a kill mostly finds somebody at work.
    site.store.answer = Answer(206, b"o", {"Content-Range": "bytes 0-0/22", "ETag": '"e"'}, wait=0.05)
    site.load(links)
    began = site.due_since
    parents = done = 0
    for _ in range(kills):
        # Somebody is at work at this moment, or soon will be.
        site.wait_until(_is_at_work, 120, "somebody validates")
        time.sleep(site.rng.uniform(0, 3))
        if ShareLink.objects.filter(due_at__lte=datetime.now(UTC), lease_id=None).count() < BATCH_SIZE:
            site.load(links // 4)  # else all is done after a few kills
        done += 1
        number = site.rng.randrange(len(site.parts.workers))
        worker = site.parts.workers[number]
        children = worker.children()
        if children and site.rng.random() < 0.7:
            with suppress(ProcessLookupError):
                os.kill(site.rng.choice(children), signal.SIGKILL)
            continue
        parents += 1
        worker.send(signal.SIGKILL)
        worker.stop()
        site.parts.workers[number] = site.parts.start_worker(number)
    site.due_since = began
    links = ShareLink.objects.count()
    left = ShareLink.objects.filter(validated_at=None).count()
    site.store.answer = None
    took = site.settle(400)
    return (
        f"{done} kills ({parents} of whole workers) over {links:,} links: {left:,} were left at the last, done"
        f" {took:.0f} s after it, {Validation.objects.count():,} results"
    )


def _is_at_work() -> bool:
    """True where nothing is left to be done, too."""
    now = datetime.now(UTC)
    return (
        ShareLink.objects.filter(leased_until__gt=now).exists()
        or not ShareLink.objects.filter(due_at__lte=now).exists()
    )
