"""What tests of changed links have in common."""

from collections.abc import Callable
from datetime import UTC, timedelta

import pytest

from links.domain.errors import HoldfastError
from links.domain.sharing import EVERYTHING
from links.models import ShareLink
from links.services.links import changes
from links.services.links.changes import NewEnd
from links.services.links.creation import NewLink
from links.services.visits import clicks
from tests.fixtures import World

DAY = timedelta(days=1)


def follow(world: World, new_link: NewLink) -> clicks.VisitResult:
    return clicks.follow(new_link.url.rpartition("/")[2], now=world.clock())


def refusal_of(act: Callable[[], object]) -> str:
    with pytest.raises(HoldfastError) as refused:
        act()
    return refused.value.code


def change_end(world: World, link: ShareLink, lifetime: str) -> NewEnd:
    return changes.change_end(link, lifetime, zone=UTC, now=world.clock(), scope=EVERYTHING)


def read_again(link: ShareLink) -> ShareLink:
    return ShareLink.objects.get(pk=link.pk)
