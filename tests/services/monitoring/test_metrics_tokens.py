from datetime import datetime

import pytest
from structlog.testing import capture_logs

from links.services.monitoring.metrics_tokens import WRONG_TOKENS, Tried, try_token
from tests.site_settings import SiteSettings

TOKEN = "the-token-of-the-tests"
ADDRESS, NETWORK, ELSEWHERE = "203.0.113.7", "203.0.113.0/24", "198.51.100.7"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def token(site_settings: SiteSettings) -> None:
    site_settings.METRICS_TOKEN = TOKEN


def test_wrong_tokens_of_a_network_are_bounded_and_told_once(now: datetime) -> None:
    with capture_logs() as logs:
        tried = [try_token(f"guess-{number}", ADDRESS, now) for number in range(WRONG_TOKENS.max_count + 5)]
    assert tried[: WRONG_TOKENS.max_count] == [Tried(is_right=False)] * WRONG_TOKENS.max_count
    assert all(one.wait > 0 for one in tried[WRONG_TOKENS.max_count :])
    assert [(line["event"], line["network"]) for line in logs] == [("tokens for /metrics are guessed", NETWORK)]
    assert "guess-" not in str(logs)


def test_beyond_the_limit_the_right_one_is_not_looked_at_until_its_time_is_over(now: datetime) -> None:
    for number in range(WRONG_TOKENS.max_count):
        try_token(f"guess-{number}", ADDRESS, now)
    assert not try_token(TOKEN, ADDRESS, now).is_right
    assert try_token(TOKEN, ELSEWHERE, now).is_right
    assert try_token(TOKEN, ADDRESS, now + WRONG_TOKENS.window).is_right


def test_the_right_one_is_not_counted(now: datetime) -> None:
    assert all(try_token(TOKEN, ADDRESS, now).is_right for _ in range(WRONG_TOKENS.max_count + 1))
