"""Counts per day as stacked bars, drawn by the server: values in, geometry out. Nothing here asks the database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from links.admin.base.badges import Tone
from links.texts.formatting import group_digits

SLOT, BAR = 20, 15  # the breadth of a day and of its bar; the drawing is stretched to the page's
HEIGHT, HEADROOM = 1000, 100
MIN_HEIGHT = 18  # a single broken link among thousands must be seen


@dataclass(frozen=True, slots=True)
class Series:
    """What is counted, in a word, and how often on each day. `is_level` where the same things are counted again each
    day: the last day tells how many there are."""

    word: str
    tone: Tone
    counts: Sequence[int]
    is_level: bool = False

    @property
    def total(self) -> str:
        return group_digits(self.counts[-1] if self.is_level else sum(self.counts))


@dataclass(frozen=True, slots=True)
class Bar:
    x: int
    y: int
    height: int
    tone: Tone
    width: int = BAR


@dataclass(frozen=True, slots=True)
class Row:
    """A day's counts as people read them."""

    day: date
    counts: list[str]


@dataclass(frozen=True, slots=True)
class Chart:
    """Shown by the template `admin/links/chart.html`, with `chart` and, as `caption`, what it shows.

    `ceiling` is the count at the drawing's top line.
    """

    days: Sequence[date]
    series: Sequence[Series]
    bars: Sequence[Bar]
    ceiling: int

    @classmethod
    def stacked(cls, days: Sequence[date], series: Sequence[Series]) -> Self:
        """The first series lies at the bottom. Raises ValueError for a series with too few counts or too many."""
        by_day = _turn(days, series)
        ceiling = _round_up(max((sum(counts) for counts in by_day), default=0))
        tones = [each.tone for each in series]
        bars = [bar for slot, counts in enumerate(by_day) for bar in _stack(slot, counts, tones, ceiling)]
        return cls(days, series, bars, ceiling)

    @property
    def is_empty(self) -> bool:
        return not self.bars

    @property
    def view_box(self) -> str:
        return f"0 {-HEADROOM} {SLOT * len(self.days)} {HEIGHT + HEADROOM}"

    @property
    def width(self) -> int:
        return SLOT * len(self.days)

    @property
    def height(self) -> int:
        return HEIGHT

    @property
    def top(self) -> str:
        return group_digits(self.ceiling)

    @property
    def rows(self) -> list[Row]:
        """The same as numbers, the latest day first."""
        counted = zip(self.days, _turn(self.days, self.series), strict=True)
        rows = [Row(day, [group_digits(count) for count in counts]) for day, counts in counted]
        return rows[::-1]


def _turn(days: Sequence[date], series: Sequence[Series]) -> list[list[int]]:
    """The counts of each day, in the order of the series."""
    if any(len(each.counts) != len(days) for each in series):
        raise ValueError("each series needs one count for each day")
    return [[each.counts[slot] for each in series] for slot in range(len(days))]


def _stack(slot: int, counts: Sequence[int], tones: Sequence[Tone], ceiling: int) -> Iterator[Bar]:
    y = HEIGHT
    for count, tone in zip(counts, tones, strict=True):
        if count:
            height = max(count * HEIGHT // ceiling, MIN_HEIGHT)
            y -= height
            yield Bar(slot * SLOT, y, height, tone)


def _round_up(peak: int) -> int:
    """The next 1, 2 or 5 with noughts: a top line that people read at a glance."""
    unit = int("1".ljust(len(str(peak)), "0"))
    return next(step * unit for step in (1, 2, 5, 10) if step * unit >= peak)
