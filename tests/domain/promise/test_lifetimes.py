from datetime import UTC, datetime, timedelta, tzinfo

import pytest

from links.domain.errors import Refused, Unreadable
from links.domain.promise.lifetimes import Lifetime, parse
from tests.domain.promise.lifetimes import BERLIN, DAY, HOUR, NEW_YORK, START, TOKYO, WEEK


def refusal(text: str, zone: tzinfo = UTC) -> tuple[str, dict[str, object]]:
    with pytest.raises(Refused) as caught:
        parse(text, zone=zone).ends_at(START)
    return caught.value.code, caught.value.params


@pytest.mark.parametrize(
    ("text", "months", "seconds"),
    [
        ("1 hour", 0, HOUR),
        ("90 min", 0, 5_400),
        ("90min", 0, 5_400),
        ("90 sec", 0, 90),
        ("30d", 0, 30 * DAY),
        ("30 days", 0, 30 * DAY),
        ("2 weeks", 0, 2 * WEEK),
        ("6 months", 6, 0),
        ("6mo", 6, 0),
        ("1 year", 12, 0),
        ("1y 6mo", 18, 0),
        ("1y6mo", 18, 0),
        ("1 day 12 hours", 0, DAY + 12 * HOUR),
        ("12 hours 1 day", 0, DAY + 12 * HOUR),
        ("1 day, 12 hours", 0, DAY + 12 * HOUR),
        ("1 day and 12 hours", 0, DAY + 12 * HOUR),
        ("1 Year, 2 Months, 3 Weeks, 4 Days, 5 Hours, 6 Minutes and 7 Seconds", 14, 3 * WEEK + 363_967),
        ("  30  DAYS ", 0, 30 * DAY),
        ("one month", 1, 0),
        ("a week", 0, WEEK),
        ("a day and an hour", 0, DAY + HOUR),
        ("３０日", 0, 30 * DAY),
        ("30日間", 0, 30 * DAY),
        ("１時間", 0, HOUR),
        ("2週間", 0, 2 * WEEK),
        ("6か月", 6, 0),
        ("６ヶ月", 6, 0),
        ("6ヵ月", 6, 0),
        ("6カ月間", 6, 0),
        ("6ｶ月", 6, 0),
        ("6箇月", 6, 0),
        ("1年", 12, 0),
        ("１年６か月", 18, 0),
        ("1日と12時間", 0, DAY + 12 * HOUR),
        ("90分", 0, 5_400),
        ("30　days", 0, 30 * DAY),
        ("P30D", 0, 30 * DAY),
        ("PT1H", 0, HOUR),
        ("P1Y6M", 18, 0),
        ("P1M", 1, 0),
        ("PT90M", 0, 5_400),
        ("P2W", 0, 2 * WEEK),
        ("P1Y2M3DT4H5M6S", 14, 3 * DAY + 14_706),
        ("p1dt12h", 0, DAY + 12 * HOUR),
        ("60 s", 0, 60),
        ("1200 months", 1_200, 0),
        ("36525 days", 0, 36_525 * DAY),
    ],
)
def test_a_duration_is_read_as_people_write_it(text: str, months: int, seconds: int) -> None:
    assert parse(text, zone=UTC) == Lifetime(months=months, seconds=seconds)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "days",
        "tomorrow",
        "forever",
        "-1 day",
        "1.5 hours",
        "1,5 hours",
        "1,000 days",
        "1 day 12",
        "1 dayz",
        "x 1 day",
        "1 day 2 days",
        "1 day for 2 hours",
        "aday",
        "1月",
        "1年半",
        "٣ days",
        "P",
        "PT",
        "P1DT",
        "P1H",
        "PT1D",
        "P1.5D",
        "P-1D",
        "P1D2D",
        "20261224",
        "2026-12",
        "2026-13-01",
        "2026-02-29",
        "2026-12/24",
        "12.24.2026",
        "24.12.26",
        "24/12-2026",
        "31/31/2026",
        "30 Feb 2026",
        "24 Dezember 2026",
        "dec 242026",
        "0026-12-24",
        "2026-12-24 25:00",
        "2026-12-24 18:00 o'clock",
        "2026-12-24T18:00:00+99:00",
        "2026-12-24T",
        "2026年13月1日",
        "1 day\x00",
        "1" * 101,
        "1 day" + " " * 100,
    ],
)
def test_what_nobody_would_read_the_same_way_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse(text, zone=UTC)
    assert caught.value.code == "lifetime-unreadable"


def test_the_unreadable_text_is_shown_in_short_and_never_a_link_that_was_pasted() -> None:
    with pytest.raises(Unreadable) as caught:
        parse("ages and ages " * 10, zone=UTC)
    assert caught.value.params == {"text": "ages and ages ages and ages ages and age"}
    with pytest.raises(Unreadable) as caught:
        parse("https://b.s3.amazonaws.com/k?X-Amz-Signature=secret", zone=UTC)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("text", ["5m", "5 m", "5 M", "1 hour 5m"])
def test_an_m_may_be_minutes_or_months_and_is_refused_with_both(text: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse(text, zone=UTC)
    assert caught.value.code == "lifetime-ambiguous"
    assert caught.value.params == {"text": text, "minutes": "5 min", "months": "5 mo"}


@pytest.mark.parametrize(("text", "amount"), [("30", "30"), (" 7 ", "7"), ("３０", "30")])
def test_a_number_alone_lacks_its_unit(text: str, amount: str) -> None:
    assert refusal(text) == ("lifetime-unitless", {"amount": amount})


@pytest.mark.parametrize("text", ["03/04/2030", "3-4-2030", "03/04/2030 18:00"])
def test_a_date_whose_day_may_be_its_month_is_refused_with_both(text: str) -> None:
    either = {"day_first": "2030-04-03", "month_first": "2030-03-04"}
    assert refusal(text) == ("lifetime-date-ambiguous", {"text": text, **either})


@pytest.mark.parametrize("text", ["59 s", "0 min", "0 days", "PT0S", "P0Y"])
def test_less_than_a_minute_is_too_short(text: str) -> None:
    assert refusal(text) == ("lifetime-too-short", {"shortest": 60})


@pytest.mark.parametrize(
    "text",
    ["101 years", "100 years 1 day", "1201 months", "36526 days", f"{'9' * 90} days", f"P{'9' * 90}Y", "9999-12-31"],
)
def test_more_than_a_hundred_years_is_too_long(text: str) -> None:
    assert refusal(text) == ("lifetime-too-long", {"years": 100})
    assert refusal(text, NEW_YORK) == ("lifetime-too-long", {"years": 100})


def test_an_end_that_is_over_is_refused_when_it_is_known_from_when() -> None:
    lifetime = parse("2026-11-24T12:00:00Z", zone=UTC)
    assert lifetime.ends_at(START - timedelta(seconds=60)) == START
    for start, code in (
        (START, "lifetime-past"),
        (START + timedelta(days=1), "lifetime-past"),
        (START - timedelta(seconds=59), "lifetime-too-short"),
        (START - timedelta(days=36_526), "lifetime-too-long"),
    ):
        with pytest.raises(Refused) as caught:
            lifetime.ends_at(start)
        assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "zone", "end"),
    [
        ("2026-12-24", UTC, "2026-12-24T23:59:59+00:00"),
        ("2026-12-24", TOKYO, "2026-12-24T14:59:59+00:00"),
        ("2026-12-24", NEW_YORK, "2026-12-25T04:59:59+00:00"),
        ("2026/12/24", TOKYO, "2026-12-24T14:59:59+00:00"),
        ("2026/1/2", UTC, "2026-01-02T23:59:59+00:00"),
        ("２０２６年１２月２４日", TOKYO, "2026-12-24T14:59:59+00:00"),
        ("2026年1月2日 18:00", TOKYO, "2026-01-02T09:00:00+00:00"),
        ("2026.12.24", TOKYO, "2026-12-24T14:59:59+00:00"),
        ("24.12.2026", BERLIN, "2026-12-24T22:59:59+00:00"),
        ("3. 4. 2026", UTC, "2026-04-03T23:59:59+00:00"),
        ("24.12.2026 18:00", BERLIN, "2026-12-24T17:00:00+00:00"),
        ("24/12/2026", UTC, "2026-12-24T23:59:59+00:00"),
        ("12/24/2026", UTC, "2026-12-24T23:59:59+00:00"),
        ("5/5/2026", UTC, "2026-05-05T23:59:59+00:00"),
        ("24-12-2026", UTC, "2026-12-24T23:59:59+00:00"),
        ("24 Dec 2026", UTC, "2026-12-24T23:59:59+00:00"),
        ("24th December, 2026", UTC, "2026-12-24T23:59:59+00:00"),
        ("24-Dec-2026", UTC, "2026-12-24T23:59:59+00:00"),
        ("Dec. 24, 2026", UTC, "2026-12-24T23:59:59+00:00"),
        ("May 1 2026", UTC, "2026-05-01T23:59:59+00:00"),
        ("24 December 2026, 18:00", TOKYO, "2026-12-24T09:00:00+00:00"),
        ("2028-02-29", UTC, "2028-02-29T23:59:59+00:00"),
        ("2026-12-24 18:00", TOKYO, "2026-12-24T09:00:00+00:00"),
        ("2026-12-24 9:00", TOKYO, "2026-12-24T00:00:00+00:00"),
        ("2026-12-24T18:00", BERLIN, "2026-12-24T17:00:00+00:00"),
        ("2026-12-24T18:00:30", UTC, "2026-12-24T18:00:30+00:00"),
        ("2026-12-24T18:00:00+09:00", BERLIN, "2026-12-24T09:00:00+00:00"),
        ("2026-12-24 18:00 +0900", BERLIN, "2026-12-24T09:00:00+00:00"),
        ("2026-12-24T18:00:00Z", TOKYO, "2026-12-24T18:00:00+00:00"),
        ("2026-12-24t18:00:00.250z", TOKYO, "2026-12-24T18:00:00.250000+00:00"),
    ],
)
def test_an_end_is_a_date_or_a_time_where_it_was_written(text: str, zone: tzinfo, end: str) -> None:
    ends_at = parse(text, zone=zone).ends_at(datetime(2026, 1, 1, tzinfo=UTC))
    assert ends_at.isoformat() == end


def test_a_time_that_the_clocks_skip_ends_after_the_gap() -> None:
    ends_at = parse("2026-03-29 02:30", zone=BERLIN).ends_at(datetime(2026, 1, 1, tzinfo=UTC))
    assert ends_at.astimezone(BERLIN).isoformat() == "2026-03-29T03:30:00+02:00"


@pytest.mark.parametrize("text", ["2027-02-30", "30.02.2027", "2027/13/01", "31 June 2027", "2027年2月30日"])
def test_a_day_that_no_calendar_has_is_told_from_what_cannot_be_read(text: str) -> None:
    assert refusal(text) == ("lifetime-unreadable", {"text": text, "kind": "no-such-day"})
