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
MAX_DELAY_SHARE, MAX_ADVANCE_SHARE = (
    0.05,
    0.25,
)  # of an interval, by which a link is seen later or earlier to come to its turn

_GOLDEN_RATIO = (5**0.5 - 1) / 2


def plan_next(
    judgement: Judgement,
    *,
    made_at: datetime,
    ends: tuple[datetime | None, ...],
    streak: int,
    since_broken: timedelta | None,
    phase: float,
    now: datetime,
) -> datetime | None:
    """The next validation's due time; None once the promise is over.

    `ends` are the boundaries that are known (promise, signature); `streak` counts the validations in a row that
    could not tell; `since_broken` is how long ago the last validation found the link broken, None where it did not;
    `phase` in 0..1 is when in each interval by policy it is this link's turn, and spreads shorter waits over a tenth:
    links that were made together, or found broken together, are not seen together for ever.
    """
    if judgement.verdict is Verdict.ENDED:
        return None
    wait = _interval(judgement, made_at, streak, since_broken, now)
    by_policy = wait in (DEFAULT_INTERVAL, SHORT_INTERVAL)
    due = now + (_wait_for_phase(wait, phase, now) if by_policy else wait * (0.95 + phase / 10))
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


def _wait_for_phase(interval: timedelta, phase: float, now: datetime) -> timedelta:
    """The interval; for a link that is off its phase as much less, or a little more, as brings it nearer."""
    share = (phase - now.timestamp() / interval.total_seconds()) % 1
    return interval * (1 + share if share < MAX_DELAY_SHARE else max(share, 1 - MAX_ADVANCE_SHARE))


def find_phase(number: int) -> float:
    """The phase of the link with this number, in 0..1. Neighbours are far apart, and any row of numbers is spread
    evenly: multiples of the golden ratio."""
    return number * _GOLDEN_RATIO % 1
