from datetime import UTC, datetime, timedelta

import pytest

from links.domain.events.retries import DELAYS, find_pause, is_given_up, plan_retry

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_a_message_is_tried_for_about_three_days_later_and_later() -> None:
    waits = [plan_retry(attempts, 0.5) for attempts in range(1, len(DELAYS) + 1)]
    assert waits == list(DELAYS)
    assert timedelta(hours=72) < sum(DELAYS, timedelta()) < timedelta(hours=80)
    assert plan_retry(len(DELAYS) + 1, 0.5) is None


def test_chance_spreads_what_failed_together() -> None:
    assert plan_retry(4, 0.0) == timedelta(hours=2) * 0.9
    assert plan_retry(4, 1.0) == timedelta(hours=2) * 1.1


@pytest.mark.parametrize(
    ("status", "failures", "pause"),
    [
        (None, 1, timedelta(seconds=30)),
        (503, 3, timedelta(minutes=2)),
        (None, 500, timedelta(hours=1)),
        (500, 3, None),
        (404, 1, None),
    ],
)
def test_a_webhook_is_left_alone_where_it_would_say_the_same_to_any_message(
    status: int | None, failures: int, pause: timedelta | None
) -> None:
    assert find_pause(status, failures) == pause


def test_three_days_without_success_are_enough() -> None:
    assert not is_given_up(NOW, NOW + timedelta(days=3) - timedelta(seconds=1))
    assert is_given_up(NOW, NOW + timedelta(days=3))
