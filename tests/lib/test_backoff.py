from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from links.lib.backoff import GIVE_UP_AFTER, MAX_WAIT, is_hopeless, read_retry_after, retry_after

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


def test_back_off_doubles_to_an_hour() -> None:
    waits = [retry_after(attempts).total_seconds() for attempts in (1, 2, 3, 8, 500)]
    assert waits == [30, 60, 120, 3600, 3600]


def test_a_day_without_mail_is_no_reason_to_give_up() -> None:
    assert not is_hopeless(NOW, NOW + timedelta(days=1))
    assert is_hopeless(NOW, NOW + GIVE_UP_AFTER)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("1.5", 1.5),
        ("Sun, 01 Mar 2026 09:02:00 GMT", 120),
        ("Sun, 01 Mar 2026 18:02:00 +0900", 120),
        ("Sun, 01 Mar 2026 08:00:00 GMT", 0),
        ("999999999", MAX_WAIT.total_seconds()),
        ("Fri, 31 Dec 9999 23:59:59 GMT", MAX_WAIT.total_seconds()),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("１２０", None),
    ],
)
def test_how_long_a_receiver_asks_to_be_left_alone(text: str, seconds: float | None) -> None:
    wait = read_retry_after(text, NOW)
    assert (wait.total_seconds() if wait is not None else None) == seconds


@given(st.text())
def test_whatever_a_receiver_says_there_is_an_end_to_it(text: str) -> None:
    wait = read_retry_after(text, NOW)
    assert wait is None or timedelta() <= wait <= MAX_WAIT
