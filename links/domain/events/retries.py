"""How long a webhook is tried: each message for about three days, and a webhook that fails altogether as long."""

from datetime import datetime, timedelta

# As the Standard Webhooks specification has it, after the first attempt: 75 hours in all.
DELAYS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
JITTER = 0.1  # of a delay: what failed together need not come back together
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=3)
GONE = 410
_OF_ALL = frozenset({408, GONE, 429, 502, 503, 504})  # what they say, they would say to any message


def plan_retry(attempts: int, chance: float) -> timedelta | None:
    """How long to wait after so many failed attempts; None where the message is given up. `chance` is between 0 and 1,
    and shortens or lengthens the wait by up to `JITTER`."""
    if attempts > len(DELAYS):
        return None
    delay = DELAYS[max(attempts, 1) - 1]
    return delay + delay * JITTER * (2 * chance - 1)


def find_pause(status: int | None, failures: int) -> timedelta | None:
    """How long the whole webhook is left alone after an answer, None for no answer at all. It was so for `failures`
    attempts in a row, this one counted. None where only this message was refused, and others may be taken."""
    if status is not None and status not in _OF_ALL:
        return None
    doubled = min(max(failures, 1) - 1, 10)
    return min(FIRST_PAUSE * (1 << doubled), LONGEST_PAUSE)


def is_given_up(failing_since: datetime, now: datetime) -> bool:
    """Whether a webhook of which nothing was taken since then is told no more."""
    return now - failing_since >= GIVE_UP_AFTER
