"""Redis is restarted, flushed, and away, while links become due one after another."""

import time
from datetime import timedelta

from redis import Redis as Client

from chaos.stage import Clicks, Stage, find_percentile
from links.models import Validation

REACH = "0 lost, no process ends, lateness p95 under 30 s, Redis away or not"
LINKS, RESTARTS, FLUSHES, AWAY_SECONDS = 2_000, 20, 20, 120


def play(stage: Stage) -> str:
    links, restarts, flushes = stage.scale(LINKS), stage.scale(RESTARTS), stage.scale(FLUSHES)
    away = max(AWAY_SECONDS * min(stage.size, 5), 30)
    stage.load(links, over=timedelta(seconds=away + 60))
    with Clicks(stage) as clicks:
        for _ in range(restarts):
            stage.parts.redis.stop()
            time.sleep(stage.rng.uniform(0, 1))
            stage.parts.redis.start()
            time.sleep(stage.rng.uniform(0, 1))
        with Client.from_url(stage.parts.redis.url) as client:
            for _ in range(flushes):
                client.flushall()
                time.sleep(stage.rng.uniform(0, 0.5))
        stage.parts.redis.stop()
        time.sleep(away)
        stage.parts.redis.start()
    stage.wait_until(lambda: Validation.objects.count() >= links, away + 240, "all links validated")
    stage.settle()
    lateness = find_percentile(stage.measure_lateness(away + 60), 0.95)
    ended = ", ".join(stage.parts.list_ended()) or "none"
    unserved = len(clicks.answers) - clicks.count(302)
    return (
        f"{restarts} restarts, {flushes} flushes, away {away:.0f} s: lateness p95 {lateness:.0f} s, processes ended:"
        f" {ended}, clicks p95 {clicks.p95():.0f} ms, {unserved} of {len(clicks.answers)} not served"
    )
