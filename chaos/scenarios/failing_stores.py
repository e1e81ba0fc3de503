"""Seventeen stores that fail, each in its own way, beside one that is well."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from chaos.failing_stores import FAILURES, FailingStore
from chaos.running_site import RunningSite
from links.models import Bucket, Incident, IncidentNotice, ShareLink, Validation
from links.services.buckets import binding
from tests.fixtures import save_key

REACH = (
    "the healthy store's links at most 10 s late; each failing store told within 5 minutes, once; none called broken"
)
HEALTHY, FAILING, MINUTES = 500, 20, 5


def play(site: RunningSite) -> str:
    minutes = MINUTES if site.size >= 0.5 else 3
    servers = [FailingStore(name, behave).start() for name, behave in FAILURES.items()]
    try:
        site.load(site.scale(HEALTHY), over=timedelta(minutes=minutes - 1))
        healthy_until = ShareLink.objects.count()
        for server in servers:
            site.load(max(site.scale(FAILING), 5), bucket=_bind(site, server))
        site.wait_until(
            lambda: _count_told() >= len(servers) or datetime.now(UTC) - site.due_since > timedelta(minutes=minutes),
            60 * minutes + 30, "time passes",
        )  # fmt: skip
        told = _count_told()
        late = _measure_healthy(healthy_until, minutes)
        results = Validation.objects.filter(link_id__gt=healthy_until)
        broken = results.filter(verdict="broken").values("link").distinct().count()
        twice = sum(count > 1 for count in _count_messages())
    finally:
        for server in servers:
            server.stop()
    ShareLink.objects.filter(pk__gt=healthy_until).update(due_at=None)
    time.sleep(2)
    return (
        f"{told} of {len(servers)} failing stores told within {minutes} min, {twice} of them twice; healthy links"
        f" at most {late:.0f} s late; {broken} links of failing stores called broken"
    )


def _bind(site: RunningSite, server: FailingStore) -> Bucket:
    """A key and a bucket of this server, as they were saved while it was well."""
    name = server.name.replace(" ", "-")
    access = site.store.add_key(site.store.add_user(f"user-{name}"))
    key = save_key(server, access, name, datetime.now(UTC))
    return binding.add_bucket(name, key, now=datetime.now(UTC))


def _count_told() -> int:
    return Incident.objects.filter(notices__delivered_at__isnull=False).distinct().count()


def _count_messages() -> list[int]:
    told = IncidentNotice.objects.filter(delivered_at__isnull=False, channel="mail", kind="opened")
    subjects = list(told.values_list("incident__subject", flat=True))
    return [subjects.count(subject) for subject in set(subjects)]


def _measure_healthy(until: int, minutes: int) -> float:
    first: Callable[[int], float] = lambda pk: (minutes - 1) * 60 * (pk - 1) / until  # noqa: E731
    begun = ShareLink.objects.get(pk=1).created_at + timedelta(hours=2)
    results = Validation.objects.filter(link_id__lte=until).values_list("link", "at")
    return max(((at - begun).total_seconds() - first(pk) for pk, at in results), default=0.0)
