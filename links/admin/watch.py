"""What every page of staff's says about the watcher itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext

from links.admin.base.badges import Badge, Tone
from links.admin.base.columns import round_age, show_age
from links.admin.base.finding_views import FindingView, build_finding_view
from links.domain.findings import Code, Finding, Verdict
from links.queries.health import Health, WatchState, read_health
from links.services.validation.site_clock import list_wrong_clocks
from links.texts.times import span

WEBHOOK_GRACE = timedelta(minutes=1)
_KEPT = "watch_of_links"


@dataclass(frozen=True)
class Watch:
    """The watcher's own pulse."""

    health: Health
    now: datetime

    @property
    def badge(self) -> Badge:
        match self.health.state:
            case WatchState.WATCHING:
                return Badge(Tone.GOOD, gettext("Monitoring"))
            case WatchState.SILENT:
                return Badge(Tone.WARN, gettext("No signal"))
            case WatchState.NOT_STARTED:
                return Badge(Tone.UNSURE, gettext("Not monitoring yet"))
            case WatchState.OVERDUE:
                return Badge(Tone.BAD, gettext("Work is delayed"))
            case WatchState.STOPPED:
                return Badge(Tone.BAD, gettext("Not monitoring"))

    @property
    def last(self) -> str:
        return show_age(self.health.last_validation_at, self.now)

    @property
    def silent_for(self) -> str:
        """For how long no worker has given a sign of life, where that is a warning and no alarm yet."""
        seen_at = self.health.seen_at
        return round_age(seen_at, self.now) if self.health.state is WatchState.SILENT and seen_at else ""

    @property
    def stopped(self) -> FindingView | None:
        """What to say, loudly, where nobody watches."""
        match self.health.state:
            case WatchState.OVERDUE:
                moments = {"due_at": self.health.oldest_due_at or self.health.last_validation_at}
            case WatchState.STOPPED:
                moments = {"ended_at": self.health.seen_at}
            case _:
                return None
        params = {name: at.isoformat() for name, at in moments.items() if at}
        return build_finding_view(Finding(Code.WATCH_STOPPED, Verdict.BROKEN, None, params))

    @property
    def waiting_notice(self) -> str:
        oldest = self.health.oldest_notice_at
        return round_age(oldest, self.now) if oldest else ""

    @property
    def waiting_mail(self) -> str:
        oldest = self.health.oldest_mail_at
        return round_age(oldest, self.now) if oldest else ""

    @property
    def waiting_webhook(self) -> str:
        """ "" also for one that was sent a moment ago: where there are many events, there always is one."""
        oldest = self.health.oldest_webhook_at
        return round_age(oldest, self.now) if oldest and self.now - oldest >= WEBHOOK_GRACE else ""

    @property
    def wrong_clocks(self) -> list[str]:
        """Each in a sentence: whose clock differs from the database's, and by how much."""
        behind = gettext("The clock of %(name)s is %(span)s behind the database's.")
        ahead = gettext("The clock of %(name)s is %(span)s ahead of the database's.")
        return [
            (ahead if by > timedelta() else behind) % {"name": name, "span": span(abs(by))}
            for name, by in list_wrong_clocks(self.now)
        ]


def watch(request: HttpRequest) -> dict[str, Any]:
    """A context processor, so that error pages say it too. Asked for when a page shows it, once for each request."""
    if not hasattr(request, _KEPT):
        setattr(request, _KEPT, SimpleLazyObject(_look_at_watch))
    return {"watch": getattr(request, _KEPT)}


def _look_at_watch() -> Watch:
    now = timezone.now()
    return Watch(read_health(now), now)
