"""What tests of rescues have in common."""

from datetime import timedelta

import pytest

from links.domain.errors import HoldfastError
from links.domain.visits.access import Outcome
from links.models import ShareLink
from links.services.links.creation import NewLink
from links.services.visits.clicks import follow
from tests.fixtures import World, fetch, rescue_link


def sign_with_session(world: World, key: str = "report.pdf", seconds: int = 604_800) -> str:
    session = world.s3.assume_role("app", "session", ends_at=world.clock() + timedelta(hours=1))
    return world.s3.presigner(session, world.store).v4(key, expires=seconds)


def save(world: World, link: ShareLink) -> NewLink:
    return rescue_link(link, world.clock())


def refusal(world: World, link: ShareLink) -> HoldfastError:
    with pytest.raises(HoldfastError) as refused:
        save(world, link)
    return refused.value


def click(new_link: NewLink, world: World) -> bytes:
    followed = follow(new_link.url.rpartition("/")[2], now=world.clock())
    assert followed.outcome is Outcome.SERVED
    return fetch(followed.url)
