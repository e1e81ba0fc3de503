"""Lifetimes: how long somebody asks a link to work, as people write it, and when that ends."""

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from links.domain.errors import Refused, Unreadable
from links.domain.reasons import Reason
from links.lib.redaction import redact

MIN_LIFETIME = timedelta(seconds=60)
MAX_YEARS = 100
_MAX_LIFETIME = timedelta(days=36_525)
_MONTH_SECONDS = 2_629_800  # on average: 1,200 of them are the longest
MAX_TEXT_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Lifetime:
    """Either a duration (calendar `months`, then exact `seconds`) or an `end` (aware, kept in UTC), never both.

    The constructor raises `Refused` for a duration that is lifetime-too-short or lifetime-too-long; an end can
    only be judged against a start, by `ends_at`. `str()` gives a text that `parse` reads back to an equal value.
    """

    months: int = 0
    seconds: int = 0
    end: datetime | None = None

    def __post_init__(self) -> None:
        if self.end is None:
            _check_length(self.months, self.seconds)
        elif self.months or self.seconds or self.end.utcoffset() is None:
            raise ValueError("A lifetime has a duration or an aware end")
        else:  # in UTC, since a repeated local time equals no time of another zone (PEP 495)
            object.__setattr__(self, "end", self.end.astimezone(UTC))

    def ends_at(self, start: datetime) -> datetime:
        """The end of a lifetime that begins at `start` (aware), in UTC.

        Months are counted on the calendar of `start`'s own zone, so pass the time of whoever asked: in Tokyo a
        month from 1 March, 8:00 ends on 1 April, in UTC that month began in February. 31 January and a month is
        the last day of February.
        Raises `Refused`: lifetime-past, lifetime-too-short, lifetime-too-long.
        """
        if start.utcoffset() is None:
            raise ValueError("A lifetime starts at an aware time")
        if self.end is not None:
            return _check_end(self.end, start.astimezone(UTC))
        try:
            return _add_months(start, self.months) + timedelta(seconds=self.seconds)
        except (OverflowError, ValueError):  # past the year 9999
            raise _too_long() from None

    def __str__(self) -> str:
        if self.end is not None:
            return self.end.isoformat().replace("+00:00", "Z")
        years, months = divmod(self.months, 12)
        minutes, seconds = divmod(self.seconds, 60)
        hours, minutes = divmod(minutes, 60)
        days, hours = divmod(hours, 24)
        amounts = zip((years, months, days, hours, minutes, seconds), _NAMES, strict=True)
        return " ".join(f"{amount} {name}{'s' * (amount > 1)}" for amount, name in amounts if amount)


def parse(text: str, *, zone: tzinfo) -> Lifetime:
    """Read a lifetime: "1 hour", "30d", "1y 6mo", "30日", "6か月", "P30D", or its end in local time of `zone`.

    A date alone means the end of that day, 23:59:59; a local time that a change of clocks skips or repeats means
    the later of its two readings, so that nobody gets less than was asked for. A number and "m" is refused, and so is
    a date whose day and month might be each other's; with dots the day comes first.
    Raises `Unreadable`: lifetime-unreadable (`text`), lifetime-ambiguous (`text`, `minutes`, `months`: what may
    have been meant), lifetime-unitless (`amount`), lifetime-date-ambiguous (`text`, `day_first`, `month_first`);
    `Refused`: lifetime-too-short (`shortest`, in seconds), lifetime-too-long (`years`).
    """
    plain = unicodedata.normalize("NFKC", text[: MAX_TEXT_LENGTH + 1]).strip().casefold()
    if len(text) > MAX_TEXT_LENGTH:
        raise _unreadable(text)
    if date := next(filter(None, (form.fullmatch(plain) for form in _DATES)), None):
        return _read_end(date, zone, text)
    if duration := _ISO_DURATION.fullmatch(plain):
        return _from_amounts({name: int(amount) for name, amount in duration.groupdict().items() if amount})
    return _read_words(plain, text)


_NAMES = ("year", "month", "day", "hour", "minute", "second")
_SECONDS = {"week": 604_800, "day": 86_400, "hour": 3_600, "minute": 60, "second": 1}
_MONTHS = {"year": 12, "month": 1}
_SPELLINGS = {
    "year": "y yr yrs year years 年 年間",
    "month": "mo mos month months か月 か月間 カ月 カ月間 ヶ月 ヶ月間 ケ月 ケ月間 ヵ月 ヵ月間 箇月 箇月間",
    "week": "w wk wks week weeks 週 週間",
    "day": "d day days 日 日間",
    "hour": "h hr hrs hour hours 時間",
    "minute": "min mins minute minutes 分 分間",
    "second": "s sec secs second seconds 秒 秒間",
    "m": "m",
}
_UNITS = {spelling: name for name, spellings in _SPELLINGS.items() for spelling in spellings.split()}
_PART = re.compile(
    rf"(?P<amount>[0-9]+|an?(?= )|one(?= ))\s*(?P<unit>{'|'.join(sorted(_UNITS, key=len, reverse=True))})"
    r"(?:[\s,、と+]|and(?= ))*"
)
_ISO_DURATION = re.compile(
    r"p(?=[0-9t])(?:(?P<year>[0-9]+)y)?(?:(?P<month>[0-9]+)m)?(?:(?P<week>[0-9]+)w)?(?:(?P<day>[0-9]+)d)?"
    r"(?:t(?=[0-9])(?:(?P<hour>[0-9]+)h)?(?:(?P<minute>[0-9]+)m)?(?:(?P<second>[0-9]+)s)?)?"
)
_NAMED_MONTHS = {
    spelling: number
    for number, spellings in enumerate(
        (
            *("jan january", "feb february", "mar march", "apr april", "may", "jun june"),
            *("jul july", "aug august", "sep sept september", "oct october", "nov november", "dec december"),
        ),
        1,
    )
    for spelling in spellings.split()
}
_YEAR, _MONTH, _DAY = r"(?P<year>[1-9][0-9]{3})", r"(?P<month>[0-9]{1,2})", r"(?P<day>[0-9]{1,2})"
_NAME = rf"(?P<name>{'|'.join(sorted(_NAMED_MONTHS, key=len, reverse=True))})\.?"
_DATE_FORMS = (
    rf"{_YEAR}(?P<mark>[-/.]){_MONTH}(?P=mark){_DAY}",
    rf"{_YEAR}年 ?{_MONTH}月 ?{_DAY}日",
    rf"(?P<first>[0-9]{{1,2}})(?P<mark>[-/.]) ?(?P<second>[0-9]{{1,2}})(?P=mark) ?{_YEAR}",
    rf"{_DAY}(?:st|nd|rd|th)?[ .-]*{_NAME}[ ,-]+{_YEAR}",
    rf"{_NAME}[ -]*{_DAY}(?:st|nd|rd|th)?[ ,-]+{_YEAR}",
)
_DATES = [re.compile(rf"{date}(?:(?:[t ]|, )\s*(?P<time>.+))?") for date in _DATE_FORMS]
# What looks like a date, for a larger pattern that ignores case: without groups of its own.
DATE = "|".join(re.sub(r"\(\?P<\w+>", "(?:", date).replace("(?P=mark)", "[-/.]") for date in _DATE_FORMS)
_AMOUNT = re.compile("[0-9]{1,5}")


def _read_words(plain: str, text: str) -> Lifetime:
    if _AMOUNT.fullmatch(plain):
        raise Unreadable(Reason.LIFETIME_UNITLESS, amount=plain)
    parts = [(match["amount"], _UNITS[match["unit"]]) for match in _PART.finditer(plain)]
    names = [name for _, name in parts]
    if not parts or _PART.sub("", plain) or len(set(names)) < len(names):
        raise _unreadable(text)
    if "m" in names:
        amount = next(amount for amount, name in parts if name == "m")
        raise Unreadable(Reason.LIFETIME_AMBIGUOUS, text=_show(text), minutes=f"{amount} min", months=f"{amount} mo")
    return _from_amounts({name: int(amount) if amount.isdigit() else 1 for amount, name in parts})


def _from_amounts(amounts: dict[str, int]) -> Lifetime:
    return Lifetime(
        months=sum(amount * _MONTHS[name] for name, amount in amounts.items() if name in _MONTHS),
        seconds=sum(amount * _SECONDS[name] for name, amount in amounts.items() if name in _SECONDS),
    )


def _read_end(date: re.Match[str], zone: tzinfo, text: str) -> Lifetime:
    month, day = _read_day(date, text)
    clock = re.sub(r"\s", "", date["time"] or "23:59:59").upper()
    clock = clock if clock[1:2] != ":" else f"0{clock}"
    try:
        moment = datetime.fromisoformat(f"{date['year']}-{month:02}-{day:02}T{clock}")
        return Lifetime(end=moment if moment.tzinfo else _settle(moment, zone))
    except OverflowError:  # the last hours of the year 9999
        raise _too_long() from None
    except ValueError:
        raise _unreadable(text, "" if _is_day(int(date["year"]), month, day) else "no-such-day") from None


def _read_day(date: re.Match[str], text: str) -> tuple[int, int]:
    """The month, and the day in it."""
    given = date.groupdict()
    if "first" in given:
        return _order_day_and_month(int(given["first"]), int(given["second"]), date, text)
    return _NAMED_MONTHS[given["name"]] if "name" in given else int(given["month"]), int(given["day"])


def _order_day_and_month(first: int, second: int, date: re.Match[str], text: str) -> tuple[int, int]:
    """With dots all the world writes the day first; otherwise half of it does."""
    if date["mark"] == "." or first == second or first > 12:
        return second, first
    if second > 12:
        return first, second
    year = date["year"]
    either = {"day_first": f"{year}-{second:02}-{first:02}", "month_first": f"{year}-{first:02}-{second:02}"}
    raise Unreadable(Reason.LIFETIME_DATE_AMBIGUOUS, text=_show(text), **either)


def _is_day(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


def _settle(local: datetime, zone: tzinfo) -> datetime:
    """The later of the two instants that a naive local time may mean; nearly always they are one."""
    return max(local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))


def _add_months(start: datetime, months: int) -> datetime:
    if not months or start.tzinfo is None:
        return start.astimezone(UTC)
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    day = min(start.day, monthrange(year, month + 1)[1])
    return _settle(start.replace(year=year, month=month + 1, day=day, tzinfo=None), start.tzinfo)


def _check_length(months: int, seconds: int) -> None:
    if months < 0 or seconds < 0:
        raise ValueError("A lifetime never runs backwards")
    if not months and seconds < MIN_LIFETIME.total_seconds():
        raise _too_short()
    if months * _MONTH_SECONDS + seconds > _MAX_LIFETIME.total_seconds():
        raise _too_long()


def _check_end(end: datetime, start: datetime) -> datetime:
    if end <= start:
        raise Refused(Reason.LIFETIME_PAST, end=end.isoformat())
    if end - start < MIN_LIFETIME:
        raise _too_short()
    if end - start > _MAX_LIFETIME:
        raise _too_long()
    return end


def _too_short() -> Refused:
    return Refused(Reason.LIFETIME_TOO_SHORT, shortest=int(MIN_LIFETIME.total_seconds()))


def _too_long() -> Refused:
    return Refused(Reason.LIFETIME_TOO_LONG, years=MAX_YEARS)


def _unreadable(text: str, kind: str = "") -> Unreadable:
    params = {"kind": kind} if kind else {}
    return Unreadable(Reason.LIFETIME_UNREADABLE, text=_show(text), **params)


def _show(text: str) -> str:
    """What stands in an error is logged: somebody may have pasted a link here."""
    return redact(text[:1_000], longest=40)


PRESETS = (
    Lifetime(seconds=3_600),
    Lifetime(seconds=86_400),
    Lifetime(seconds=7 * 86_400),
    Lifetime(seconds=30 * 86_400),
    Lifetime(months=12),
)
