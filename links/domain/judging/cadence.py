"""When a link is looked at again."""

from datetime import datetime, timedelta

from links.domain.findings import Verdict
from links.domain.judging.verdicts import Judgement

DEFAULT_INTERVAL = timedelta(hours=6)
SHORT_INTERVAL = timedelta(hours=1)
NEW_LINK_INTERVAL = timedelta(minutes=40)
FIRST_RETRY = timedelta(minutes=1)
AFTER_A_BOUNDARY = timedelta(seconds=5)
WHEN_BROKEN = timedelta(minutes=2)
BACKOFF_FACTOR = 1.25


def plan_next(
    judgement: Judgement,
    *,
    made_at: datetime,
    ends: tuple[datetime | None, ...],
    streak: int,
    since_broken: timedelta | None,
    jitter: float,
    now: datetime,
) -> datetime | None:
    """The next validation's due time; None once the promise is over.

    `ends` are the boundaries that are known (promise, signature); `streak` counts the validations in a row that
    could not tell; `since_broken` is how long ago the last validation found the link broken, None where it did not;
    `jitter` in 0..1 spreads links that were made together over a tenth of the interval.
    """
    if judgement.verdict is Verdict.ENDED:
        return None
    due = now + _interval(judgement, made_at, streak, since_broken, now) * (0.95 + jitter / 10)
    boundaries = [end + AFTER_A_BOUNDARY for end in (*ends, judgement.fails_at) if end and now <= end <= due]
    return min([due, *boundaries])


def _interval(
    judgement: Judgement, made_at: datetime, streak: int, since_broken: timedelta | None, now: datetime
) -> timedelta:
    if judgement.verdict is Verdict.UNKNOWN:
        doubled: int = 2 ** min(max(streak - 1, 0), 8)
        return min(FIRST_RETRY * doubled, SHORT_INTERVAL)
    if judgement.verdict is Verdict.BROKEN:
        # Each wait is a quarter longer than the last: a cause that is mended is noticed within minutes, or within a
        # quarter of the time that it lasted, and ten thousand links of a dead key are back to policy within a day. A
        # batch that came late waits longer, so that a queue that has grown thins out by itself.
        return min(max((since_broken or timedelta()) * BACKOFF_FACTOR, WHEN_BROKEN), DEFAULT_INTERVAL)
    if judgement.verdict is Verdict.AT_RISK:
        return SHORT_INTERVAL
    return NEW_LINK_INTERVAL if now - made_at < NEW_LINK_INTERVAL / 2 else DEFAULT_INTERVAL
