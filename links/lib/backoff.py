"""When a mail or notice that was not taken is tried again, and when no more."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

GIVE_UP_AFTER = timedelta(days=7)
MAX_WAIT = timedelta(hours=12)  # that a receiver may ask for


def retry_after(attempts: int) -> timedelta:
    """Back-off between deliveries: 30 s, doubled each time, an hour at most."""
    return min(timedelta(seconds=30 * 2 ** min(attempts - 1, 10)), timedelta(hours=1))


def is_hopeless(created_at: datetime, now: datetime) -> bool:
    return now - created_at >= GIVE_UP_AFTER


def plan_retry(attempts: int, created_at: datetime, now: datetime) -> timedelta | None:
    """How long to wait after so many failed attempts; None where there are to be no more."""
    return None if is_hopeless(created_at, now) else retry_after(attempts)


def read_retry_after(text: str, now: datetime) -> timedelta | None:
    """How long a receiver asks to be left alone, by its `Retry-After` header (RFC 9110, 10.2.3: seconds or a date); at
    most `MAX_WAIT`, None where it says nothing that can be read. Some write fractions of a second."""
    text = text.strip()
    if seconds := re.fullmatch(r"(\d{1,12})(\.\d{1,12})?", text, re.ASCII):
        return min(timedelta(seconds=float(seconds[0])), MAX_WAIT)
    try:
        until = parsedate_to_datetime(text)
        wait = until.replace(tzinfo=until.tzinfo or UTC) - now
    except (ValueError, OverflowError):
        return None
    return min(max(wait, timedelta()), MAX_WAIT)
