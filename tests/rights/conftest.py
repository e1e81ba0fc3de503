from collections.abc import Callable
from datetime import datetime

import pytest
from django.template.backends.django import Template

from tests.fixtures import Setup, setup
from tests.rights.world import World, build_world

__all__ = ["setup"]


@pytest.fixture
def build(setup: Setup, now: datetime) -> Callable[[str], World]:
    """The world in which somebody of this column of the table asks."""
    return lambda name: build_world(setup, name, now)


@pytest.fixture
def empty_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands on a page is not asked, and takes half of the time."""
    monkeypatch.setattr(Template, "render", lambda *_arguments, **_more: "")
