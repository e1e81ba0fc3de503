"""What the conditions of a policy mean for one link: from when until when they hold, and how sure that is.

What cannot be known of a customer's request (their address, their network, a tag of the object) leaves a window that
is not sure; what is known not to hold leaves none. Sources: IAM user guide, "IAM JSON policy elements: Condition
operators"; Amazon S3 user guide, "Amazon S3 signature version 4 authentication specific policy keys".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from links.domain.policies.statements import Condition
from links.domain.signed_urls.url_styles import Style
from links.lib.calendars import later
from links.lib.wildcards import covers

TIME_KEYS = frozenset({"aws:currenttime", "aws:epochtime"})
AGE_KEY = "s3:signatureage"
TYPE_KEY = "s3:authtype"

_GREATER = frozenset({"dategreaterthan", "dategreaterthanequals", "numericgreaterthan", "numericgreaterthanequals"})
_LESS = frozenset({"datelessthan", "datelessthanequals", "numericlessthan", "numericlessthanequals"})
_EXACT = frozenset({"stringequals"})
_FOLDED = frozenset({"stringequalsignorecase", "bool"})
_LIKE = frozenset({"stringlike", "arnlike", "arnequals"})
_VERSIONS = {Style.SIGV4: "AWS4-HMAC-SHA256", Style.SIGV2: "AWS"}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:?\d{2})?)?")
_SECONDS = re.compile(r"\d{9,11}")  # from 1973 on; fewer digits may be a year
_MILLISECONDS = re.compile(r"\d{1,12}")  # more than thirty years limit nothing, and leave the calendar


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when something holds (aware UTC); None is since ever, or for ever. It is not `sure` where it
    depends on what nobody here knows."""

    start: datetime | None = None
    end: datetime | None = None
    sure: bool = True

    def intersect(self, other: "Window") -> "Window | None":
        """When both hold; None where that is never."""
        start = max((one for one in (self.start, other.start) if one), default=None)
        end = min((one for one in (self.end, other.end) if one), default=None)
        if start and end and start >= end:
            return None
        return Window(start, end, self.sure and other.sure)

    def contains(self, moment: datetime) -> bool:
        return (self.start is None or self.start <= moment) and (self.end is None or moment < self.end)


ALWAYS = Window()
PERHAPS = Window(sure=False)


@dataclass(frozen=True, slots=True)
class RequestContext:
    """The requests by which a link is followed: GET, signed in the query. None and "" mean "not known".

    `signed_at` is when the one URL was signed that was handed out; where each click signs anew, `fresh_for` is how
    long such a signature lives. `user` is the ARN of the IAM user whose key signs.
    """

    bucket: str
    key: str
    action: str = "s3:GetObject"
    style: Style = Style.SIGV4
    signed_at: datetime | None = None
    fresh_for: timedelta | None = None
    is_secure: bool | None = None
    user: str = ""

    @property
    def known(self) -> Mapping[str, str]:
        """What a policy may ask of such a request, and is sure to find."""
        values = {
            TYPE_KEY: "REST-QUERY-STRING",
            "s3:signatureversion": _VERSIONS.get(self.style, ""),
            "aws:securetransport": "" if self.is_secure is None else str(self.is_secure).lower(),
            "aws:principalarn": self.user,
            "aws:principaltype": "User" if self.user else "",
            "aws:principalaccount": self.user.split(":")[4] if self.user else "",
            "aws:username": self.user.rpartition("/")[2],
        }
        return {name: value for name, value in values.items() if value}


def evaluate(condition: Condition, context: RequestContext) -> Window | None:
    """When a condition holds; None where it never does."""
    operator, name, values = condition
    operator = operator.removesuffix("ifexists")
    if not values or any("${" in value for value in values):
        return PERHAPS
    if name in TIME_KEYS:
        return _evaluate_time(operator, values)
    if name == AGE_KEY:
        return _evaluate_age(operator, values, context)
    known = context.known.get(name)
    return PERHAPS if known is None else _evaluate_text(operator, values, known)


def _evaluate_time(operator: str, values: tuple[str, ...]) -> Window:
    moments = [moment for value in values if (moment := _read_moment(value))]
    if len(moments) < len(values):
        return PERHAPS
    if operator in _GREATER:
        return Window(start=min(moments))
    return Window(end=max(moments)) if operator in _LESS else PERHAPS


def _read_moment(value: str) -> datetime | None:
    """A date, or seconds since 1970; both stand for aws:CurrentTime and for aws:EpochTime."""
    try:
        if _SECONDS.fullmatch(value):
            return datetime.fromtimestamp(int(value), UTC)
        moment = datetime.fromisoformat(value) if _DATE.fullmatch(value) else None
        return moment and (moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None


def _evaluate_age(operator: str, values: tuple[str, ...], context: RequestContext) -> Window | None:
    if not all(_MILLISECONDS.fullmatch(value) for value in values) or operator not in _GREATER | _LESS:
        return PERHAPS
    ages = [timedelta(milliseconds=int(value)) for value in values]
    if context.fresh_for is not None:
        return None if operator in _GREATER and min(ages) >= context.fresh_for else PERHAPS
    if context.signed_at is None:
        return PERHAPS
    if operator in _GREATER:
        return Window(start=later(context.signed_at, min(ages)))
    return Window(end=later(context.signed_at, max(ages)))


def _evaluate_text(operator: str, values: tuple[str, ...], known: str) -> Window | None:
    if operator == "null":  # "is it missing?"
        return None if values == ("true",) else ALWAYS
    plain, negated = operator.replace("not", ""), "not" in operator
    if plain in _EXACT:
        found = known in values
    elif plain in _FOLDED:
        found = known.casefold() in {value.casefold() for value in values}
    elif plain in _LIKE:
        found = any(covers(value, known) for value in values)
    else:
        return PERHAPS
    return ALWAYS if found is not negated else None
