"""How often a program may ask the API."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User

from links.domain.people.scopes import Scope
from links.domain.visits.throttling import Limit
from links.models import ApiToken
from links.services.people import api_tokens
from links.services.people.api_tokens import NewToken

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.fixture
def tokens(db: None, monkeypatch: pytest.MonkeyPatch) -> list[ApiToken]:
    monkeypatch.setattr(api_tokens, "TOKEN_LIMIT", Limit(3, timedelta(minutes=1)))
    monkeypatch.setattr(api_tokens, "BAD_TOKEN_LIMIT", Limit(2, timedelta(minutes=10)))
    boss = User.objects.create_superuser("boss")
    return [api_tokens.create(NewToken(boss, name, [Scope.DOCTOR]), boss, NOW).row for name in ("orders", "monitor")]


def test_each_token_has_its_own_requests_a_minute(tokens: list[ApiToken]) -> None:
    first, other = tokens
    left = [api_tokens.count_request(first, NOW + timedelta(seconds=at)) for at in (0, 10, 20, 30)]
    assert [(each.remaining, each.seconds, each.is_over) for each in left] == [
        (2, 60, False), (1, 50, False), (0, 40, False), (0, 30, True),
    ]  # fmt: skip
    assert not api_tokens.count_request(other, NOW).is_over
    assert not api_tokens.count_request(first, NOW + timedelta(seconds=60)).is_over


def test_a_network_without_a_good_token_is_stopped_and_its_neighbours_are_not(tokens: list[ApiToken]) -> None:
    refused = [api_tokens.count_refused("192.0.2.7", NOW).is_over for _ in range(3)]
    assert refused == [False, False, True]
    assert api_tokens.count_refused("192.0.2.8", NOW).is_over
    assert not api_tokens.count_refused("198.51.100.1", NOW).is_over
    assert not api_tokens.count_request(tokens[0], NOW).is_over


def test_what_is_left_is_written_as_the_draft_says(tokens: list[ApiToken]) -> None:
    left = api_tokens.count_request(tokens[0], NOW)
    assert (left.policy_header, left.limit_header) == ('"token";q=3;w=60', '"token";r=2;t=60')
