"""When a lifetime ends, and how it is written."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from links.domain.errors import Refused
from links.domain.promise.lifetimes import PRESETS, Lifetime, parse
from tests.domain.promise.lifetimes import BERLIN, DAY, HOUR, NEW_YORK, START, TOKYO, WEEK


def test_a_time_that_comes_twice_ends_the_second_time() -> None:
    ends_at = parse("2026-10-25 02:30", zone=BERLIN).ends_at(datetime(2026, 1, 1, tzinfo=UTC))
    assert ends_at.astimezone(BERLIN).isoformat() == "2026-10-25T02:30:00+01:00"


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("1 month", "2026-01-31T12:00:00+00:00", "2026-02-28T12:00:00+00:00"),
        ("1 month", "2028-01-31T12:00:00+00:00", "2028-02-29T12:00:00+00:00"),
        ("1 year", "2028-02-29T12:00:00+00:00", "2029-02-28T12:00:00+00:00"),
        ("13 months", "2026-12-15T12:00:00+00:00", "2028-01-15T12:00:00+00:00"),
        ("1 month 1 day", "2026-01-31T12:00:00+00:00", "2026-03-01T12:00:00+00:00"),
        ("30 days", "2026-01-31T12:00:00+00:00", "2026-03-02T12:00:00+00:00"),
        ("100 years", "2026-01-31T12:00:00+00:00", "2126-01-31T12:00:00+00:00"),
        ("1 month", "2026-03-01T08:00:00+09:00", "2026-03-31T23:00:00+00:00"),
        ("1 hour", "2026-03-01T08:00:00.000007+09:00", "2026-03-01T00:00:00.000007+00:00"),
    ],
)
def test_months_are_the_calendars_and_anything_shorter_is_exact(text: str, start: str, end: str) -> None:
    assert parse(text, zone=UTC).ends_at(datetime.fromisoformat(start)).isoformat() == end


def test_a_month_keeps_the_time_of_day_across_a_change_of_clocks_and_thirty_days_do_not() -> None:
    start = datetime(2026, 10, 1, 9, 0, tzinfo=BERLIN)
    assert parse("1 month", zone=BERLIN).ends_at(start) == datetime(2026, 11, 1, 9, 0, tzinfo=BERLIN)
    assert parse("30 days", zone=BERLIN).ends_at(start) == datetime(2026, 10, 31, 8, 0, tzinfo=BERLIN)


def test_months_that_end_in_a_gap_end_after_it() -> None:
    ends_at = Lifetime(months=2).ends_at(datetime(2026, 1, 29, 2, 30, tzinfo=BERLIN))
    assert ends_at.astimezone(BERLIN).isoformat() == "2026-03-29T03:30:00+02:00"


def test_an_end_beyond_the_last_year_of_all_is_too_long() -> None:
    for lifetime in (Lifetime(months=1_200), Lifetime(seconds=DAY * 36_525)):
        with pytest.raises(Refused) as caught:
            lifetime.ends_at(datetime(9_950, 1, 1, tzinfo=UTC))
        assert caught.value.code == "lifetime-too-long"


def test_the_end_is_told_in_utc() -> None:
    for lifetime in (Lifetime(seconds=HOUR), Lifetime(months=1), Lifetime(end=datetime(2027, 1, 1, tzinfo=TOKYO))):
        assert lifetime.ends_at(datetime(2026, 11, 24, tzinfo=TOKYO)).tzinfo is UTC


def test_a_lifetime_is_a_duration_or_an_end_and_knows_where_it_is() -> None:
    for wrong in (
        lambda: Lifetime(seconds=HOUR, end=START),
        lambda: Lifetime(months=1, end=START),
        lambda: Lifetime(end=START.replace(tzinfo=None)),
        lambda: Lifetime(months=-1, seconds=40 * DAY),
        lambda: Lifetime(seconds=-1),
        lambda: Lifetime(seconds=HOUR).ends_at(START.replace(tzinfo=None)),
    ):
        with pytest.raises(ValueError, match="lifetime"):
            wrong()


def test_an_end_at_a_repeated_local_time_equals_the_same_instant_elsewhere() -> None:
    twice = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
    assert Lifetime(end=twice) == Lifetime(end=twice.astimezone(UTC))
    assert Lifetime(end=twice) != Lifetime(end=twice.replace(fold=1))


def test_the_presets_are_an_hour_to_a_year() -> None:
    assert [str(preset) for preset in PRESETS] == ["1 hour", "1 day", "7 days", "30 days", "1 year"]


@pytest.mark.parametrize(
    ("lifetime", "text"),
    [
        (Lifetime(months=18), "1 year 6 months"),
        (Lifetime(months=1, seconds=DAY + 61), "1 month 1 day 1 minute 1 second"),
        (Lifetime(seconds=5_400), "1 hour 30 minutes"),
        (Lifetime(seconds=2 * WEEK), "14 days"),
        (Lifetime(end=datetime(2026, 12, 24, 18, 0, tzinfo=TOKYO)), "2026-12-24T09:00:00Z"),
    ],
)
def test_a_lifetime_has_one_text(lifetime: Lifetime, text: str) -> None:
    assert str(lifetime) == text


ZONES = st.sampled_from([UTC, TOKYO, BERLIN, NEW_YORK, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("America/Havana")])


FIXED = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


ENDS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=ZONES | FIXED)  # noqa: DTZ001


LIFETIMES = st.one_of(
    st.builds(Lifetime, months=st.integers(0, 600), seconds=st.integers(60, 50 * 365 * DAY)),
    st.builds(Lifetime, months=st.integers(1, 1_200)),
    st.builds(Lifetime, end=ENDS),
)


@settings(deadline=None)
@given(LIFETIMES, ZONES)
def test_a_lifetimes_text_reads_back_to_an_equal_one_in_any_zone(lifetime: Lifetime, zone: tzinfo) -> None:
    assert parse(str(lifetime), zone=zone) == lifetime


@settings(deadline=None)
@given(LIFETIMES.filter(lambda lifetime: lifetime.end is None), ENDS)
def test_every_duration_ends_a_minute_to_a_hundred_years_after_its_start(lifetime: Lifetime, start: datetime) -> None:
    lasts = lifetime.ends_at(start) - start.astimezone(UTC)
    assert timedelta(seconds=60) <= lasts <= timedelta(days=36_526)


@settings(deadline=None)
@given(ENDS, ENDS)
def test_an_end_is_kept_to_the_second_or_refused(end: datetime, start: datetime) -> None:
    if timedelta(seconds=60) <= end.astimezone(UTC) - start.astimezone(UTC) <= timedelta(days=36_525):
        assert Lifetime(end=end).ends_at(start) == end.astimezone(UTC)
    else:
        with pytest.raises(Refused, match=r"lifetime-(past|too-short|too-long)"):
            Lifetime(end=end).ends_at(start)


@settings(deadline=None)
@given(st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)), ZONES)  # noqa: DTZ001
def test_a_local_end_is_never_earlier_than_what_the_clock_on_the_wall_says(local: datetime, zone: tzinfo) -> None:
    local = local.replace(microsecond=0)
    end = parse(f"{local:%Y-%m-%d %H:%M:%S}", zone=zone).end
    assert end is not None
    on_the_wall = end.astimezone(zone).replace(tzinfo=None)
    assert local <= on_the_wall <= local + timedelta(hours=1)


WORDS = st.lists(
    st.sampled_from(
        [
            "1",
            "30",
            "９",
            "a",
            "one",
            "m",
            "min",
            "日",
            "か月",
            "year",
            " ",
            "and",
            ",",
            "-",
            "P",
            "T",
            "D",
            "2026-12-24",
            ":",
            "/",
            ".",
            "dec",
            "2030",
        ]
    ),
    max_size=12,
).map("".join)


def outcome(text: str, zone: tzinfo) -> Lifetime | Refused:
    try:
        return parse(text, zone=zone)
    except Refused as refused:
        return refused


@settings(deadline=None, max_examples=500)
@given(st.text(st.characters(codec=None), max_size=120) | WORDS, ZONES)
def test_parsing_raises_nothing_but_a_refusal_whatever_the_text(text: str, zone: tzinfo) -> None:
    found = outcome(text, zone)
    if isinstance(found, Lifetime):
        assert parse(str(found), zone=zone) == found
    else:
        assert found.reason.fields == ("lifetime",)
        assert len(str(found.params.get("text", ""))) <= 40
