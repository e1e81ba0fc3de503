"""What a new end did, in words."""

from datetime import UTC, datetime, timedelta

import pytest

from links.domain.promise.ends import EndChange
from links.texts.pages import ends

BEFORE = datetime(2026, 12, 24, 9, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("difference", "told"),
    [
        (timedelta(days=29, seconds=-9), "29 days"),
        (timedelta(days=1, hours=6, seconds=20), "1 day 6 hours"),
        (timedelta(hours=2, seconds=-9), "2 hours"),
        (timedelta(minutes=3, seconds=20), "3 minutes 20 seconds"),
    ],
)
def test_a_difference_is_told_without_the_seconds_that_passed_since_the_last_end_was_chosen(
    difference: timedelta, told: str
) -> None:
    assert ends.sentence(EndChange.SHORTEN, BEFORE, BEFORE - difference).startswith(f"{told} shorter: until")
    assert ends.sentence(EndChange.EXTEND, BEFORE, BEFORE + difference).startswith(f"{told} longer: until")
