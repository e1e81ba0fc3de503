"""Customers' visits: when, what came of them, and how far that can be known."""

from collections import Counter
from datetime import date, datetime, timedelta

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from links.admin.base import badges
from links.admin.base.badges import Tone
from links.admin.base.charts import Chart, Series
from links.admin.base.columns import NOTHING, show_moment
from links.admin.base.history_lists import LinkHistoryListAdmin
from links.models import ShareLink, Visit

CHARTED_DAYS = 30
GOES_ON = ("resumed", "again")  # parts of a download that was counted when it began, and the same once more
_CHARTED = {"served": Tone.GOOD, "failed": Tone.BAD}


@admin.register(Visit)
class VisitAdmin(LinkHistoryListAdmin[Visit]):
    list_display = ["shown_at", "shown_outcome", "shown_link", "shown_address", "shown_browser", "times"]
    change_list_template = "admin/links/visit/change_list.html"

    @admin.display(description=_("At"))
    def shown_at(self, visit: Visit) -> str:
        return show_moment(visit.at)

    @admin.display(description=_("Outcome"))
    def shown_outcome(self, visit: Visit) -> badges.Badge:
        return badges.of_visit(visit.outcome)

    @admin.display(description=_("Network"))
    def shown_address(self, visit: Visit) -> str:
        return visit.address or NOTHING

    @admin.display(description=_("Browser"))
    def shown_browser(self, visit: Visit) -> str:
        return visit.browser or NOTHING


def chart_visits(link: ShareLink, now: datetime) -> Chart:
    """A link's visits on each of the last days in the reader's zone, by what came of them; asks once."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    days = [midnight.date() - timedelta(days=ago) for ago in reversed(range(CHARTED_DAYS))]
    counted: Counter[tuple[date, Tone]] = Counter()
    for day, outcome, count in link.visits.count_daily(midnight - timedelta(days=CHARTED_DAYS - 1)):
        if outcome not in GOES_ON:
            counted[day, _CHARTED.get(outcome, Tone.QUIET)] += count
    words = {Tone.GOOD: gettext("Served"), Tone.QUIET: gettext("Not served"), Tone.BAD: gettext("Failed")}
    return Chart.stacked(
        days, [Series(word, tone, [counted[day, tone] for day in days]) for tone, word in words.items()]
    )
