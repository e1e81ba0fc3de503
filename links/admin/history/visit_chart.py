"""A link's visits as a chart."""

from collections import Counter
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext

from links.admin.base.badges import Tone
from links.admin.base.charts import Chart, Series
from links.models import ShareLink

CHARTED_DAYS = 30
# Parts of a download that was counted when it began, the same once more, and what no person did.
NOT_COUNTED = ("resumed", "again", "preview")
_CHARTED = {"served": Tone.GOOD, "failed": Tone.BAD}


def chart_visits(link: ShareLink, now: datetime) -> Chart:
    """A link's visits on each of the last days in the reader's zone, by what came of them; asks once."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    days = [midnight.date() - timedelta(days=ago) for ago in reversed(range(CHARTED_DAYS))]
    counted: Counter[tuple[date, Tone]] = Counter()
    for day, outcome, count in link.visits.count_daily(midnight - timedelta(days=CHARTED_DAYS - 1)):
        if outcome not in NOT_COUNTED:
            counted[day, _CHARTED.get(outcome, Tone.QUIET)] += count
    words = {Tone.GOOD: gettext("Download started"), Tone.QUIET: gettext("No download"), Tone.BAD: gettext("Failed")}
    return Chart.stacked(
        days, [Series(word, tone, [counted[day, tone] for day in days]) for tone, word in words.items()]
    )
