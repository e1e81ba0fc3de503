from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from links.texts.times import day, moment, read_moment, span

CHRISTMAS = datetime(2026, 12, 24, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "zone", "said"),
    [
        ("en", "Asia/Tokyo", "24 December 2026, 18:00 JST"),
        ("ja", "Asia/Tokyo", "2026年12月24日 18:00（日本時間）"),
        ("en", "UTC", "24 December 2026, 09:00 UTC"),
        ("en", "America/Sao_Paulo", "24 December 2026, 06:00 UTC-03"),
        ("ja", "Asia/Kathmandu", "2026年12月24日 14:45（UTC+0545）"),
    ],
)
def test_a_moment_is_told_in_the_active_zone_which_is_named(language: str, zone: str, said: str) -> None:
    with translation.override(language), timezone.override(ZoneInfo(zone)):
        assert moment(CHRISTMAS) == said


def test_an_hour_has_no_nought_before_it_in_japanese() -> None:
    at_night = datetime(2026, 12, 23, 18, 2, tzinfo=UTC)
    with timezone.override(ZoneInfo("Asia/Tokyo")):
        with translation.override("ja"):
            assert moment(at_night) == "2026年12月24日 3:02（日本時間）"
        with translation.override("en"):
            assert moment(at_night) == "24 December 2026, 03:02 JST"


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Los_Angeles"])
@pytest.mark.parametrize("edge", [datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)])
def test_the_edges_of_the_calendar_can_be_told_anywhere(edge: datetime, zone: str) -> None:
    with timezone.override(ZoneInfo(zone)):
        assert str(edge.year) in moment(edge)


@pytest.mark.parametrize(
    ("length", "english", "japanese"),
    [
        (timedelta(seconds=604801), "7 days 1 second", "7日1秒"),
        (timedelta(days=1, hours=2, minutes=3), "1 day 2 hours", "1日2時間"),
        (timedelta(minutes=90), "1 hour 30 minutes", "1時間30分"),
        (timedelta(seconds=1), "1 second", "1秒"),
        (timedelta(milliseconds=3), "0 seconds", "0秒"),
        (timedelta(seconds=-5), "0 seconds", "0秒"),
    ],
)
def test_a_span_is_told_by_its_two_largest_units(length: timedelta, english: str, japanese: str) -> None:
    with translation.override("en"):
        assert span(length) == english
    with translation.override("ja"):
        assert span(length) == japanese


@pytest.mark.usefixtures("english")
def test_a_moment_without_a_zone_is_taken_for_utc() -> None:
    assert read_moment("2026-12-24T09:00:00") == "24 December 2026, 09:00 UTC"


@pytest.mark.parametrize("value", ["", "soon", None, 7])
def test_what_is_no_moment_counts_as_missing(value: object) -> None:
    assert read_moment(value) == ""


def test_a_day_is_written_as_the_days_of_moments_are() -> None:
    for language in ("en", "ja"):
        with translation.override(language), timezone.override(UTC):
            assert moment(CHRISTMAS).startswith(day(CHRISTMAS.date()))


@pytest.mark.parametrize(
    ("days", "said"), [(400, "400 days 15 hours"), (730, "about 2 years"), (36_481, "about 100 years")]
)
def test_a_span_of_years_is_told_in_years(days: int, said: str) -> None:
    assert span(timedelta(days=days, hours=15)) == said
