"""Three beats run at once."""

import time
from datetime import timedelta

from chaos.stage import Stage
from links.models import Validation

REACH = "one batch for each slot"
LINKS, SECONDS = 1_000, 60


def play(stage: Stage) -> str:
    links = stage.scale(LINKS)
    more = [stage.parts.start_beat(f"beat{number}") for number in (2, 3)]
    try:
        stage.load(links, over=timedelta(seconds=SECONDS))
        time.sleep(SECONDS)
        stage.settle()
    finally:
        for beat in more:
            beat.stop()
    return f"3 beats for {SECONDS} s: {Validation.objects.count():,} results of {links:,} links"
