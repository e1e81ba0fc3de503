from datetime import UTC, datetime, timedelta

import pytest

from links.domain.promise.reminders import find_reminder

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left", "days", "found"),
    [
        (timedelta(days=30), 7, timedelta(days=23)),
        (timedelta(days=7, seconds=1), 7, timedelta(seconds=1)),
        (timedelta(days=7), 7, None),
        (timedelta(days=1), 7, None),
        (timedelta(days=30), None, None),
    ],
)
def test_a_reminder_comes_some_days_before_the_end_or_not_at_all(
    left: timedelta, days: int | None, found: timedelta | None
) -> None:
    assert find_reminder(NOW + left, days, NOW) == (NOW + found if found else None)
