"""Some links kill whoever validates them: a crash, a loop, memory, an error in the judge."""

import time
from datetime import UTC, datetime

from chaos.invariants import BETWEEN
from chaos.poisons import HOWS, name_object
from chaos.running_site import RunningSite
from links.models import Incident, IncidentNotice, ShareLink, Validation

REACH = "the others validated in their slot; set aside, told once; well again once they kill nobody"
LINKS = 200
LIMITS = "10 15 30"  # of a task, soft and hard, and of a lease: seconds, where the product has minutes


def play(site: RunningSite) -> str:
    site.parts.restart(app="chaos.poisoned", LIMITS=LIMITS)
    site.wait_for_parts()
    links = site.scale(LINKS)
    site.load(links)
    poison = ShareLink.objects.order_by("pk")[: len(HOWS)]
    for link, how in zip(poison, HOWS, strict=True):
        site.store.buckets["files"].put(name_object(how), b"x")
        ShareLink.objects.filter(pk=link.pk).update(object_key=name_object(how))
    bad = [link.pk for link in poison]
    sound = ShareLink.objects.exclude(pk__in=bad)
    others = site.wait_until(lambda: not sound.filter(validated_at=None).exists(), 300, "the others validated")
    aside = others + site.wait_until(lambda: _count_told() >= 1, 400, "what was set aside is told")
    aside += site.wait_until(lambda: not ShareLink.objects.filter(pk__in=bad, verdict="").exists(), 300, "all aside")
    time.sleep(BETWEEN.total_seconds())
    told = _count_told()
    false = Validation.objects.exclude(verdict="healthy").exclude(link__in=bad).count()
    site.parts.restart()  # without poison
    site.wait_for_parts()
    site.due_since = datetime.now(UTC)
    ShareLink.objects.update(due_at=site.due_since)
    site.settle(200)
    back = ShareLink.objects.filter(pk__in=bad, verdict="healthy").count()
    return (
        f"{links - len(bad)} others validated within {others:.0f} s, {false} results of them not healthy; {len(bad)}"
        f" set aside within {aside:.0f} s, told {told} times by mail; {back} of them well afterwards"
    )


def _count_told() -> int:
    incidents = Incident.objects.filter(code="validation-fails")
    return IncidentNotice.objects.filter(incident__in=incidents, channel="mail", delivered_at__isnull=False).count()
