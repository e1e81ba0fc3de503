from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from links.domain.promise.lifetimes import PRESETS, Lifetime, parse
from links.texts.lifetimes import duration, entered, type_again


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
        ("2027-01-09T22:59:59Z", "9 January 2027, 22:59 UTC", "2027年1月9日 22:59（UTC）"),
        ("what nobody can read", "what nobody can read", "what nobody can read"),
        ("", "", ""),
    ],
)
def test_what_was_typed_is_told_in_the_readers_language(typed: str, english: str, japanese: str) -> None:
    assert entered(typed) == english
    with translation.override("ja"):
        assert entered(typed) == japanese


@pytest.mark.parametrize(
    ("kept", "typed"),
    [
        ("2027-01-09T22:59:59Z", "2027-01-09"),
        ("2027-01-09T17:30:00Z", "2027-01-09 18:30"),
        ("30 days", "30 days"),
        ("2026-12-24", "2026-12-24"),
        ("", ""),
    ],
)
def test_an_end_that_was_counted_can_be_typed_again(kept: str, typed: str) -> None:
    zone = ZoneInfo("Europe/Berlin")
    with timezone.override(zone):
        assert type_again(kept) == typed
    if "T" in kept:
        end = parse(typed, zone=zone).end
        assert end
        assert end.astimezone(UTC).isoformat() == kept.replace("Z", "+00:00")
