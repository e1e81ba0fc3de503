from datetime import UTC

import pytest
from django.utils import translation

from links.domain.promise.lifetimes import PRESETS, Lifetime, parse
from links.texts.lifetimes import duration, entered


@pytest.mark.parametrize("lifetime", [*PRESETS, Lifetime(months=18, seconds=3_600)])
def test_what_is_offered_can_be_typed(lifetime: Lifetime, language: str) -> None:
    assert parse(duration(lifetime), zone=UTC) == lifetime


def test_it_is_told_in_the_readers_language() -> None:
    lifetime = Lifetime(months=14)
    assert duration(lifetime) == "1 year 2 months"
    with translation.override("ja"):
        assert duration(lifetime) == "1年2か月"


@pytest.mark.parametrize(
    ("typed", "english", "japanese"),
    [
        ("30 days", "30 days", "30日"),
        ("1y 6mo", "1 year 6 months", "1年6か月"),
        ("６時間", "6 hours", "6時間"),
        ("2026-12-24", "2026-12-24", "2026-12-24"),
        ("what nobody can read", "what nobody can read", "what nobody can read"),
        ("", "", ""),
    ],
)
def test_what_was_typed_is_told_in_the_readers_language(typed: str, english: str, japanese: str) -> None:
    assert entered(typed) == english
    with translation.override("ja"):
        assert entered(typed) == japanese
