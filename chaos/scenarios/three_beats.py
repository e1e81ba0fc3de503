"""Three beats run at once."""

import time
from datetime import timedelta

from chaos.running_site import RunningSite
from links.models import Validation

REACH = "one batch for each slot"
LINKS, SECONDS = 1_000, 60


def play(site: RunningSite) -> str:
    links = site.scale(LINKS)
    more = [site.parts.start_beat(f"beat{number}") for number in (2, 3)]
    try:
        site.load(links, over=timedelta(seconds=SECONDS))
        time.sleep(SECONDS)
        site.settle()
    finally:
        for beat in more:
            beat.stop()
    return f"3 beats for {SECONDS} s: {Validation.objects.count():,} results of {links:,} links"
