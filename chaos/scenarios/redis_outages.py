"""Redis is restarted, flushed, and away, while links become due one after another."""

import time
from datetime import timedelta

from redis import Redis as Client

from chaos.running_site import Clicks, RunningSite, find_percentile
from links.models import Validation

REACH = "0 lost, no process ends, lateness p95 under 30 s, Redis away or not"
LINKS, RESTARTS, FLUSHES, AWAY_SECONDS = 2_000, 20, 20, 120


def play(site: RunningSite) -> str:
    links, restarts, flushes = site.scale(LINKS), site.scale(RESTARTS), site.scale(FLUSHES)
    away = max(AWAY_SECONDS * min(site.size, 5), 30)
    site.load(links, over=timedelta(seconds=away + 60))
    with Clicks(site) as clicks:
        for _ in range(restarts):
            site.parts.redis.stop()
            time.sleep(site.rng.uniform(0, 1))
            site.parts.redis.start()
            time.sleep(site.rng.uniform(0, 1))
        with Client.from_url(site.parts.redis.url) as client:
            for _ in range(flushes):
                client.flushall()
                time.sleep(site.rng.uniform(0, 0.5))
        site.parts.redis.stop()
        time.sleep(away)
        site.parts.redis.start()
    site.wait_until(lambda: Validation.objects.count() >= links, away + 240, "all links validated")
    site.settle()
    lateness = find_percentile(site.measure_lateness(away + 60), 0.95)
    ended = ", ".join(site.parts.list_ended()) or "none"
    unserved = len(clicks.answers) - clicks.count(302)
    return (
        f"{restarts} restarts, {flushes} flushes, away {away:.0f} s: lateness p95 {lateness:.0f} s, processes ended:"
        f" {ended}, clicks p95 {clicks.p95():.0f} ms, {unserved} of {len(clicks.answers)} not served"
    )
