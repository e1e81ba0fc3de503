from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(params=["en", "ja"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with translation.override(request.param):
        yield request.param


@pytest.fixture
def english() -> Iterator[None]:
    with translation.override("en"):
        yield
