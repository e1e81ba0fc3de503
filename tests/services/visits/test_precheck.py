"""The look at the store before a redirect: it is there for customers, and costs no other customer much."""

from datetime import timedelta

import pytest

from links.domain.stores.answers import Answer, Trouble
from links.domain.visits.access import Outcome
from links.domain.visits.looks import PAUSE, SLOW_SECONDS
from links.models import StoreBreaker
from links.services.visits import clicks, precheck
from tests.fixtures import World, token_of


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The URLs at which was looked; each look takes as long as is waited at most."""
    seen: list[str] = []
    clock = iter(range(1_000))

    def look(url: str, **_: object) -> Answer:
        seen.append(url)
        return Answer(trouble=Trouble.TIMEOUT)

    monkeypatch.setattr(precheck, "probe", look)
    monkeypatch.setattr(precheck, "monotonic", lambda: float(next(clock)))
    return seen


def test_a_store_that_keeps_one_look_waiting_is_not_looked_at_for_a_minute(world: World, looks: list[str]) -> None:
    tokens = [token_of(world.create_link().url) for _ in range(3)]
    now = world.clock()
    for token in tokens:
        assert clicks.follow(token, now=now).outcome is Outcome.SERVED
    assert len(looks) == 1
    assert clicks.follow(tokens[1], now=now + PAUSE).outcome is Outcome.SERVED
    assert len(looks) == 2


@pytest.mark.parametrize("known", [{"opened_at": "2026-01-01T00:00:00Z"}, {"is_slow": True}])
def test_a_store_of_which_validations_know_that_it_is_silent_or_slow_is_not_looked_at(
    world: World, known: dict[str, object]
) -> None:
    new_link = world.create_link()
    row = StoreBreaker.objects.create(store=new_link.link.host, **known)
    asked, now = len(world.s3.requests), world.clock()
    assert clicks.follow(token_of(new_link.url), now=now).outcome is Outcome.SERVED
    assert len(world.s3.requests) == asked
    row.delete()  # it answers again
    assert clicks.follow(token_of(new_link.url), now=now + PAUSE).outcome is Outcome.SERVED
    assert len(world.s3.requests) == asked + 1


def test_a_store_that_could_only_not_tell_now_and_then_is_looked_at(world: World) -> None:
    new_link = world.create_link()
    StoreBreaker.objects.create(store=new_link.link.host, silent=1, failure_count=1)
    asked = len(world.s3.requests)
    clicks.follow(token_of(new_link.url), now=world.clock())
    assert len(world.s3.requests) == asked + 1


def test_a_program_that_looks_ahead_of_people_has_the_store_asked_only_by_get(world: World) -> None:
    new_link = world.create_link()
    asked = len(world.s3.requests)
    previewer = clicks.Visitor("203.0.113.7", "Slackbot", is_preview=True)
    preview = clicks.preview_link(new_link.link, previewer, world.clock(), looks=False)
    assert preview.outcome is Outcome.PREVIEW
    assert len(world.s3.requests) == asked
    clicks.preview_link(new_link.link, previewer, world.clock())
    assert len(world.s3.requests) == asked + 1


def test_two_slow_stores_keep_nobody_from_looking_at_one_that_was_quick(world: World) -> None:
    tokens = [token_of(world.create_link().url) for _ in range(2)]
    asked, now = len(world.s3.requests), world.clock()
    clicks.follow(tokens[0], now=now)
    for store in ("slow.example.com", "slower.example.com"):
        precheck.slow_stores.note(store, precheck.TIMEOUT_SECONDS, now)
    clicks.follow(tokens[1], now=now)
    assert len(world.s3.requests) == asked + 2


def test_a_quick_look_is_followed_by_others(world: World) -> None:
    asked = len(world.s3.requests)
    made = [world.create_link() for _ in range(3)]
    asked = len(world.s3.requests)
    for new_link in made:
        clicks.follow(token_of(new_link.url), now=world.clock())
    assert len(world.s3.requests) == asked + 3
    assert timedelta(seconds=SLOW_SECONDS) < timedelta(seconds=precheck.TIMEOUT_SECONDS)
