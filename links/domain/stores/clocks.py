"""Whose clock is wrong, by all the clocks that ours can be compared with."""

from collections.abc import Collection
from datetime import timedelta
from statistics import median

from links.domain.findings import Code, Finding, Verdict
from links.domain.stores.answers import CLOCK_WARNING

MAX_CORRECTION = timedelta(days=1)


def find_offset(others: Collection[timedelta]) -> timedelta | None:
    """How far the right time is ahead of our clock: what most of the other clocks agree upon, zero where that is ours;
    None where there is no other. `others` is how far each of them is ahead of ours.

    One store that differs while another clock agrees with us is itself wrong; one that is all there is, is believed.
    """
    if not others:
        return None
    agreeing = {
        each: [other for other in others if abs(other - each) < CLOCK_WARNING] for each in (*others, timedelta())
    }
    best = max(agreeing, key=lambda each: (len(agreeing[each]), -abs(each)))
    offset = timedelta(seconds=median(other.total_seconds() for other in agreeing[best]))
    return offset if abs(offset) >= CLOCK_WARNING else timedelta()


def find_extra_time(ahead: timedelta | None) -> int:
    """By how many seconds longer a URL has to be signed for a store whose clock is ahead of ours: what we sign is old
    there already. Nothing can be done for one that is behind, or too far ahead to be believed."""
    if ahead is None or not CLOCK_WARNING <= ahead <= MAX_CORRECTION:
        return 0
    return round(ahead.total_seconds())


def blame_ours(offset: timedelta | None) -> Finding:
    """The site's finding. `offset` is how far the right time is ahead of our clock; None where it is only known that
    a store takes what was signed this moment for too old or too new."""
    params = {"whose": "ours"}
    if offset is not None:
        side = "behind" if offset > timedelta() else "ahead"
        params |= {"side": side, "seconds": str(round(abs(offset).total_seconds()))}
    return Finding(Code.CLOCK_SKEW, Verdict.BROKEN, None, params)


def is_about_our_clock(finding: Finding) -> bool:
    return finding.code is Code.CLOCK_SKEW and finding.params.get("whose") == "ours"
