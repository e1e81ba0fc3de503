"""Until when a link works, as far as anybody can know: a promise says what was meant, a forecast what will be.

A promise stays what it was, whatever becomes of the link. That it *works* until its end is said only of a link that was
served and of which nothing is known that ends it before.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from links.domain.findings import Code, Finding, Verdict
from links.domain.link_state import LinkState


class ForecastKind(StrEnum):
    PROMISED = "promised"  # no more is known than what was promised: nobody asked, nobody answered, a risk has no date
    WORKS = "works"  # until what was promised, as far as can be seen
    STOPS = "stops"  # at a moment that is known, at the latest
    OVERDUE = "overdue"  # the moment has come; it works still, and may stop at any time
    STOPPED = "stopped"
    NEVER_WORKED = "never-worked"
    FAILS = "fails"  # it does not work; since when is not known
    USED_UP = "used-up"
    ENDED = "ended"
    REVOKED = "revoked"
    RESCUED = "rescued"

    @property
    def is_bad(self) -> bool:
        """Whether a customer who opens it now gets nothing, although it was promised."""
        return self in (ForecastKind.STOPPED, ForecastKind.NEVER_WORKED, ForecastKind.FAILS)


@dataclass(frozen=True, slots=True)
class Forecast:
    """`at` is the moment that the kind speaks of: of what was promised, works, is used up or over, the promised end (of
    a URL that nobody promised, None where it states no end); of what stops or stopped, when. `worked_at` is when it was
    last served. `cause` is the finding that it rests on."""

    kind: ForecastKind
    at: datetime | None = None
    worked_at: datetime | None = None
    cause: Finding | None = None


# What a URL is made of, and never changes: broken by it, it never was anything else.
REFUSED_FROM_THE_START: frozenset[Code] = frozenset(
    {
        Code.TEMPORARY_KEY_WITHOUT_TOKEN,
        Code.MIXED_CREDENTIALS,
        Code.LONGER_THAN_SEVEN_DAYS,
        Code.LEGACY_SIGNATURE,
        Code.WRONG_REGION,
        Code.WRONG_SERVICE,
        Code.BUCKET_WITH_DOTS,
        Code.WEBSITE_ENDPOINT,
        Code.ONE_REGION_SIGNED,
        Code.PRESIGNED_NOT_SERVED,
        Code.KEY_ID_IMPOSSIBLE,
        Code.OBJECT_KEY_TOO_LONG,
        Code.HEADERS_SIGNED,
        Code.CLOUDFRONT_OTHER_ADDRESS,
    }
)
_CLOSED = {
    LinkState.USED_UP: ForecastKind.USED_UP,
    LinkState.ENDED: ForecastKind.ENDED,
    LinkState.REVOKED: ForecastKind.REVOKED,
    LinkState.RESCUED: ForecastKind.RESCUED,
}


def forecast(
    state: LinkState,
    promised_until: datetime | None,
    findings: Sequence[Finding],
    now: datetime,
    *,
    worked_at: datetime | None = None,
    is_asked_since_made: bool = False,
) -> Forecast:
    """Which of them holds of a link in this state.

    `is_asked_since_made`: the store was asked soon after the link was made and ever since, so that what was never
    served never worked. Of another link nobody knows what it did before.
    """
    if state in _CLOSED:
        return Forecast(_CLOSED[state], promised_until, worked_at)
    if state is LinkState.BROKEN:
        return _forecast_broken(findings, now, worked_at, is_asked_since_made=is_asked_since_made)
    first = _find_first(findings) if state is LinkState.AT_RISK else None
    if first is not None and first.fails_at is not None:
        kind = ForecastKind.OVERDUE if first.fails_at <= now else ForecastKind.STOPS
        return Forecast(kind, first.fails_at, worked_at, first)
    kind = ForecastKind.WORKS if state is LinkState.HEALTHY else ForecastKind.PROMISED
    return Forecast(kind, promised_until, worked_at)


def _forecast_broken(
    findings: Iterable[Finding], now: datetime, worked_at: datetime | None, *, is_asked_since_made: bool
) -> Forecast:
    broken = [finding for finding in findings if finding.verdict is Verdict.BROKEN]
    cause = broken[0] if broken else None
    refused_from_start = next((finding for finding in broken if finding.code in REFUSED_FROM_THE_START), None)
    if worked_at is None and refused_from_start is not None:
        return Forecast(ForecastKind.NEVER_WORKED, cause=refused_from_start)
    # A lenient store may have served it beyond the end that it states.
    ended = [each for each in broken if each.fails_at and (worked_at or each.fails_at) <= each.fails_at <= now]
    if (first := _find_first(ended)) is not None:
        return Forecast(ForecastKind.STOPPED, first.fails_at, worked_at, first)
    if worked_at is None and is_asked_since_made:
        return Forecast(ForecastKind.NEVER_WORKED, cause=cause)
    return Forecast(ForecastKind.FAILS, None, worked_at, cause)


def _find_first(findings: Iterable[Finding]) -> Finding | None:
    """The one that ends it first; None where no moment is known."""
    dated = [(finding.fails_at, number, finding) for number, finding in enumerate(findings) if finding.fails_at]
    return min(dated)[2] if dated else None
