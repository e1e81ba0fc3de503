from datetime import UTC, datetime, timedelta

from links.lib.backoff import GIVE_UP_AFTER, is_hopeless, retry_after

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


def test_back_off_doubles_to_an_hour() -> None:
    waits = [retry_after(attempts).total_seconds() for attempts in (1, 2, 3, 8, 500)]
    assert waits == [30, 60, 120, 3600, 3600]


def test_a_day_without_mail_is_no_reason_to_give_up() -> None:
    assert not is_hopeless(NOW, NOW + timedelta(days=1))
    assert is_hopeless(NOW, NOW + GIVE_UP_AFTER)
