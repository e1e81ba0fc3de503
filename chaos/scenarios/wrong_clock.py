"""The site's own clock is a quarter of an hour wrong, either way; the database's, the store's and ours are right."""

import time
from datetime import UTC, datetime, timedelta

from django.db.models import F

from chaos.parts import ROOT
from chaos.running_site import Clicks, RunningSite
from links.models import Incident, IncidentNotice, ShareLink, Validation
from links.models.incidents.incidents import IncidentQuerySet

REACH = "0 links called dead for it; the skew is a warning within a minute; clicks go on"
LINKS, AHEAD = 200, timedelta(minutes=15)


def play(site: RunningSite) -> str:
    told = []
    for ahead in (AHEAD, -AHEAD):
        site.clean()
        seconds = str(ahead.total_seconds())
        site.parts.restart(PYTHONPATH=str(ROOT / "chaos" / "shifted_clock"), CLOCK_AHEAD=seconds)
        began = time.monotonic()
        site.wait_for_parts()
        site.load(site.scale(LINKS))
        # Links were made by this clock, too.
        ShareLink.objects.update(created_at=F("created_at") + ahead, due_at=F("due_at") + ahead)
        site.due_since += min(ahead, timedelta())
        with Clicks(site, every=0.2) as clicks:
            warned = site.wait_until(_find_warnings().exists, 120, "the skew is noticed")
            site.wait_until(lambda: not ShareLink.objects.filter(validated_at=None).exists(), 120, "links validated")
            site.wait_until(lambda: _find_warnings().filter(notices__delivered_at__isnull=False).exists(), 120, "told")
        dead = Validation.objects.filter(verdict="broken").count()
        took = time.monotonic() - began
        told.append(
            f"{ahead.total_seconds() / 60:+.0f} min: a warning after {warned:.0f} s, told {took:.0f} s after the start,"
            f" {dead} of {Validation.objects.count()} results say broken, {clicks.count(302)} of"
            f" {len(clicks.answers)} clicks led to the store"
        )
    site.parts.restart()
    site.wait_for_parts()
    ShareLink.objects.update(due_at=datetime.now(UTC))  # stores tell the time
    ended = site.wait_until(lambda: not _find_warnings().exists(), 300, "the right clock is noticed")
    ShareLink.objects.update(due_at=None)
    IncidentNotice.objects.undelivered().update(due_at=None)  # in five minutes; they were checked above
    return f"{'; '.join(told)}; the right clock was noticed after {ended:.0f} s"


def _find_warnings() -> IncidentQuerySet:
    return Incident.objects.open().filter(code="clock-skew", subject="site")
