"""The front page: what is wrong first, then how things stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Case, F, QuerySet, When
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, pgettext

from links.admin.base.badges import of_incident, of_key, of_verdict, of_webhook
from links.admin.base.change_lists import MAX_COUNTED, count_capped
from links.admin.base.charts import Chart, Series
from links.admin.base.columns import round_age
from links.admin.base.finding_views import build_finding_view, explain_end, name_about, name_cause, read_cause
from links.domain.events.webhooks import WebhookState
from links.domain.findings import Verdict
from links.models import Bucket, DailyVerdictCount, Incident, ShareLink, SigningKey, TimeRequest, Webhook
from links.queries.link_state import LinkState, read_state, where_live, where_state
from links.texts.formatting import group_digits
from links.texts.pages.webhooks import explain_state

INCIDENTS_IN_FULL = 3
INCIDENTS = 20
KEYS = 20
SOON = 7
CHARTED = 14
QUESTIONS = 10
WEBHOOKS = 10


@dataclass(frozen=True, slots=True)
class Count:
    """One number and where it leads. `tone` colours it only where it is not nought."""

    word: str
    number: str
    address: str
    tone: str


@dataclass(frozen=True)
class Dashboard:
    """Says only what this member of staff may see. Each part is asked for when the page shows it."""

    request: HttpRequest
    now: datetime

    def _may_view(self, model: str) -> bool:
        user = self.request.user
        return user.has_perm(f"links.view_{model}") or user.has_perm(f"links.change_{model}")

    @property
    def sees_incidents(self) -> bool:
        return self._may_view("incident")

    @property
    def sees_links(self) -> bool:
        return self._may_view("sharelink")

    @property
    def sees_webhooks(self) -> bool:
        return self._may_view("webhook")

    @property
    def may_make(self) -> bool:
        return self.request.user.has_perm("links.add_sharelink")

    @cached_property
    def incidents(self) -> list[dict[str, object]]:
        """The gravest first. The page shows the first `INCIDENTS_IN_FULL` in full and the others as lines."""
        gravity = Case(When(verdict=Verdict.BROKEN.value, then=0), default=1)
        gravest_first = Incident.objects.open().order_by(gravity, F("fails_at").asc(nulls_last=True), "-opened_at")
        return [_describe_incident(incident, self.now) for incident in gravest_first.with_unasked()[:INCIDENTS]]

    @property
    def incidents_in_full(self) -> list[dict[str, object]]:
        return self.incidents[:INCIDENTS_IN_FULL]

    @property
    def incidents_as_lines(self) -> list[dict[str, object]]:
        return self.incidents[INCIDENTS_IN_FULL:]

    @cached_property
    def counts(self) -> list[Count]:
        if not self.sees_links:
            return []
        live = self.links.filter(where_live(self.now))
        ending = live.filter(promised_until__lte=self.now + timedelta(days=SOON))
        return [
            _count(gettext("Active"), count_capped(live), "", "quiet"),
            self._count_state(pgettext("of the active links", "At risk"), LinkState.AT_RISK, "warn"),
            self._count_state(pgettext("of the active links", "Broken"), LinkState.BROKEN, "bad"),
            _count(gettext("Expiring within 7 days"), count_capped(ending), f"?ends={SOON}", "unsure"),
        ]

    def _count_state(self, word: str, state: LinkState, tone: str) -> Count:
        found = count_capped(self.links.filter(where_state(state, self.now)))
        return _count(word, found, f"?state={state.value}", tone)

    @cached_property
    def questions(self) -> list[tuple[TimeRequest, bool]]:
        """Customers who ask for more time, the first first, and whether it is another download that they want."""
        if not self._may_view("timerequest"):
            return []
        asked = TimeRequest.objects.open().seen_by(self.request.user).select_related("link__customer")
        asked = asked.prefetch_related("messages")
        return [(one, read_state(one.link, self.now) is LinkState.USED_UP) for one in asked.order_by("pk")[:QUESTIONS]]

    @cached_property
    def stopped_webhooks(self) -> list[dict[str, object]]:
        """Webhooks that are told nothing more, though nobody here turned them off, and why."""
        if not self.sees_webhooks:
            return []
        stopped = Webhook.objects.stopped().order_by("state_since", "pk")[:WEBHOOKS]
        return [
            {"row": one, "badge": of_webhook(one), "why": explain_state(WebhookState(one.state))} for one in stopped
        ]

    @cached_property
    def validations(self) -> Chart | None:
        """The links that were validated on each of the last days (UTC), by the day's last verdict. They are tallied for
        everyone's links together: who may see only their own is shown none."""
        if not self._may_view("validation") or not self.request.user.has_perm("links.see_every_sharelink"):
            return None
        today = self.now.astimezone(UTC).date()
        days = [today - timedelta(days=back) for back in reversed(range(CHARTED))]
        tallied = DailyVerdictCount.objects.filter(day__gte=days[0]).values_list("verdict", "day", "count")
        counts = {(verdict, day): count for verdict, day, count in tallied}
        return Chart.stacked(days, [_chart_verdict(verdict, days, counts) for verdict in _CHARTED_VERDICTS])

    @property
    def links(self) -> QuerySet[ShareLink]:
        return ShareLink.objects.seen_by(self.request.user)

    @cached_property
    def keys(self) -> list[dict[str, object]]:
        if not self._may_view("signingkey"):
            return []
        return [
            {"row": key, "badge": of_key(key), "age": round_age(key.created_at, self.now)}
            for key in SigningKey.objects.present()[:KEYS]
        ]

    @cached_property
    def first_step(self) -> int:
        """Which of the three steps towards a first link comes next; 0 once there is one."""
        steps: tuple[QuerySet[Any], ...] = (
            SigningKey.objects.all(),
            Bucket.objects.all(),
            ShareLink.objects.all(),
        )
        return next((number for number, made in enumerate(steps, 1) if not made.exists()), 0)


def _describe_incident(incident: Incident, now: datetime) -> dict[str, object]:
    finding = read_cause(incident, incident.unasked_since)
    return {
        "row": incident,
        "badge": of_incident(incident),
        "title": name_cause(incident),
        "about": name_about(incident),
        "finding": build_finding_view(finding) if finding else None,
        "age": round_age(incident.opened_at, now),
        "outlook": explain_end(incident, now),
    }


# From the ground up: what is well carries what is not.
_CHARTED_VERDICTS = (Verdict.HEALTHY, Verdict.UNKNOWN, Verdict.AT_RISK, Verdict.BROKEN)


def _chart_verdict(verdict: Verdict, days: Sequence[date], counts: Mapping[tuple[str, date], int]) -> Series:
    badge = of_verdict(verdict.value)
    return Series(badge.word, badge.tone, [counts.get((verdict.value, day), 0) for day in days], is_level=True)


def _count(word: str, found: int, query: str, tone: str) -> Count:
    shown = group_digits(min(found, MAX_COUNTED)) + ("+" if found > MAX_COUNTED else "")
    return Count(word, shown, reverse("admin:links_sharelink_changelist") + query, tone if found else "none")
