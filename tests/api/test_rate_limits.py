from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from links.domain.visits.throttling import Limit
from links.services.people import api_tokens
from tests.api.programs import Program, make_program

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.fixture
def program(db: None, monkeypatch: pytest.MonkeyPatch) -> Program:
    monkeypatch.setattr(api_tokens, "TOKEN_LIMIT", Limit(2, timedelta(minutes=1)))
    monkeypatch.setattr(api_tokens, "BAD_TOKEN_LIMIT", Limit(2, timedelta(minutes=10)))
    with time_machine.travel(NOW, tick=False):
        return make_program("Auditor", "ken")


def test_every_answer_tells_what_is_left_and_the_last_one_when_to_come_again(program: Program) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        first = program.get("/incidents")
        assert (first.headers["ratelimit-policy"], first.headers["ratelimit"]) == (
            '"token";q=2;w=60',
            '"token";r=1;t=60',
        )
        assert "retry-after" not in first.headers
        clock.shift(10)
        assert program.get("/nowhere").status == 404  # is nobody's, and counts for nobody
        assert program.get("/incidents/999999").headers["ratelimit"] == '"token";r=0;t=50'
        refused = program.get("/incidents")
        assert (refused.status, refused.code, refused.headers["retry-after"]) == (429, "too-many-requests", "50")
        assert refused.headers["content-type"] == "application/problem+json"
        clock.shift(50)
        assert program.get("/incidents").status == 200


def test_whoever_tries_tokens_is_stopped_and_whoever_has_one_is_not(program: Program) -> None:
    with time_machine.travel(NOW, tick=False):
        stranger = Program(program.owner, f"{program.token[:-1]}{'A' if program.token[-1] != 'A' else 'B'}")
        assert [stranger.get("/incidents").status for _ in range(3)] == [401, 401, 429]
        assert stranger.get("/incidents").headers["retry-after"] == "600"
        assert program.get("/incidents").status == 200
