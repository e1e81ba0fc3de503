"""What a bucket's policy forbids to those who follow a link, and from when.

A `Deny` cannot be outvoted, so that it is sure wherever it speaks of the user, the object and all else that it asks.
Of an `Allow` that ends it is never sure that nothing else allows the same: the user's own policies are not read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto

from links.domain.policies.conditions import (
    AGE_KEY,
    ALWAYS,
    PERHAPS,
    TIME_KEYS,
    TYPE_KEY,
    RequestContext,
    Window,
    evaluate,
)
from links.domain.policies.statements import Statement

_CALLER_KEYS = frozenset({"aws:sourceip", "aws:vpcsourceip", "aws:sourcevpc", "aws:sourcevpce"})


class RestrictionKind(Enum):
    """What a denial goes by; where it goes by several, the first of these."""

    CALLERS = auto()
    AGE = auto()
    TIME = auto()
    PRESIGNED = auto()


_KEYS = {
    RestrictionKind.CALLERS: _CALLER_KEYS,
    RestrictionKind.AGE: frozenset({AGE_KEY}),
    RestrictionKind.TIME: TIME_KEYS,
    RestrictionKind.PRESIGNED: frozenset({TYPE_KEY}),
}


@dataclass(frozen=True, slots=True)
class Restriction:
    """One denial that may strike a link, and when. `callers` are the addresses or networks that it names."""

    limit: RestrictionKind
    window: Window
    callers: tuple[str, ...] = ()


def find_restrictions(denials: Iterable[Statement], context: RequestContext) -> list[Restriction]:
    """The denials that a link may run into, those that are sure first, and of these the soonest."""
    found = (_restrict(denial, context) for denial in denials)
    always = datetime.min.replace(tzinfo=UTC)
    return sorted((one for one in found if one), key=lambda one: (not one.window.sure, one.window.start or always))


def end_grants(grants: Iterable[Statement], context: RequestContext) -> datetime | None:
    """When the last that the policy allows to this very user ends; None where it does not, or allows them nothing."""
    if not context.user:
        return None
    reaching = [grant for grant in grants if grant.applies_to(context.user) is not False]
    windows = [(grant, window) for grant in reaching if (window := _evaluate_all(grant, context))]
    ends = [window.end for _, window in windows]
    if not any(context.user in grant.principals for grant, _ in windows) or None in ends:
        return None
    return max(end for end in ends if end)


def _restrict(denial: Statement, context: RequestContext) -> Restriction | None:
    names = {name for _, name, _ in denial.conditions}
    limit = next((limit for limit, keys in _KEYS.items() if keys & names), None)
    window = _evaluate_all(denial, context) if limit else None
    if limit is None or window is None:
        return None
    callers = {value for _, name, values in denial.conditions if name in _CALLER_KEYS for value in values}
    return Restriction(limit, window, tuple(sorted(callers)))


def _evaluate_all(statement: Statement, context: RequestContext) -> Window | None:
    """When a statement speaks of these requests: all of its conditions have to hold at once."""
    if not statement.matches(context.action, context.bucket, context.key):
        return None
    applies_to = statement.applies_to(context.user)
    window = {True: ALWAYS, None: PERHAPS, False: None}[applies_to]
    for condition in statement.conditions:
        other = evaluate(condition, context) if window else None
        window = window.intersect(other) if window and other else None
    return window
