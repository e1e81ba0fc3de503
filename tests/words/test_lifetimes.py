from datetime import UTC

import pytest
from django.utils import translation

from links.domain.lifetimes import PRESETS, Lifetime, parse
from links.words.lifetimes import duration


@pytest.mark.parametrize("lifetime", [*PRESETS, Lifetime(months=18, seconds=3_600)])
def test_what_is_offered_can_be_typed(lifetime: Lifetime, language: str) -> None:
    assert parse(duration(lifetime), zone=UTC) == lifetime


def test_it_is_told_in_the_readers_language() -> None:
    lifetime = Lifetime(months=14)
    assert duration(lifetime) == "1 year 2 months"
    with translation.override("ja"):
        assert duration(lifetime) == "1年2か月"
