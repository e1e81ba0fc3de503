"""When a mail or notice that was not taken is tried again, and when no more."""

from datetime import datetime, timedelta

GIVE_UP_AFTER = timedelta(days=7)


def retry_after(attempts: int) -> timedelta:
    """Back-off between deliveries: 30 s, doubled each time, an hour at most."""
    return min(timedelta(seconds=30 * 2 ** min(attempts - 1, 10)), timedelta(hours=1))


def is_hopeless(created_at: datetime, now: datetime) -> bool:
    return now - created_at >= GIVE_UP_AFTER
