"""How many messages a channel gets in an hour: first one by one, then together in digests, so that nobody who is paged
forty times overlooks the forty-first. And how many of a day are about one cause that comes and goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class AlertPlan(Generic[Item]):
    """What becomes of what waits: sent alone, sent together at once, or put off until `later_at`."""

    alone: Sequence[Item] = ()
    together: Sequence[Item] = ()
    later: Sequence[Item] = ()
    later_at: datetime | None = None


def plan_alerts(
    waiting: Sequence[Item], *, per_hour: int, sent_alone: int, last_digest_at: datetime | None, now: datetime
) -> AlertPlan[Item]:
    """Half of the messages of an hour are for what is sent alone, `waiting` in the order of its weight; what is beyond
    comes in digests, which share the rest of the hour evenly, the first of them at once. `sent_alone` counts those of
    the last hour.
    """
    alone_per_hour = per_hour // 2
    free = max(alone_per_hour - sent_alone, 0)
    if len(waiting) <= free:
        return AlertPlan(alone=waiting)
    alone, rest = waiting[:free], waiting[free:]
    # A moment in the future was written by a clock that was ahead.
    digest_at = last_digest_at + HOUR / (per_hour - alone_per_hour) if last_digest_at else now
    if digest_at <= now or (last_digest_at and last_digest_at > now):
        return AlertPlan(alone, rest)
    return AlertPlan(alone, later=rest, later_at=digest_at)


@dataclass(frozen=True, slots=True)
class SentNotice:
    """One message about a cause: when, and whether it said that it is over."""

    at: datetime
    is_end: bool


def find_turn(sent: Sequence[SentNotice], per_day: int, now: datetime, *, is_end: bool) -> datetime | None:
    """From when on one more message about a cause may be sent, `is_end` where it says that it is over; None where it
    may be now. `sent` is in the order of sending. No `DAY` has more than `per_day`; until its turn comes what a message
    would have said may have become untrue, and is withdrawn.

    What is back after its end was told is said at once, however much was: nobody shall believe for a day what is
    false. To leave room for that, an end is no day's last message where that day was told of one before.
    """
    lately = [each for each in sent if each.at > now - DAY]
    if lately and lately[-1].is_end and not is_end:
        return None
    allowed = per_day - 1 if is_end and any(each.is_end for each in lately) else per_day
    moments = sorted(each.at for each in lately)
    return min(moments[-allowed], now) + DAY if len(moments) >= allowed else None
