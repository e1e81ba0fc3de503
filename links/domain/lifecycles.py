"""A bucket's lifecycle rules, and what they will do to one object.

Read from what GetBucketLifecycleConfiguration answers, parsed. Stores answer what they do not know with other
documents (fact 13 of the design): a document of another shape is "not checked", never "no rules".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

ARCHIVES = frozenset({"GLACIER", "DEEP_ARCHIVE"})


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to an object so many days after it was made, or on a date. `to` is empty for deletion."""

    to: str = ""
    days: int | None = None
    on: datetime | None = None

    def at(self, made_at: datetime) -> datetime | None:
        """S3 adds the days to the object's creation and rounds up to the next midnight UTC (S3 user guide,
        "Lifecycle configuration elements")."""
        if self.on is not None:
            return self.on
        if self.days is None:
            return None
        try:
            due = made_at.astimezone(UTC) + timedelta(days=self.days)
        except OverflowError:  # S3 takes up to 2,147,483,647 days
            return None
        midnight = due.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight if midnight == due else midnight + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rule:
    """One enabled rule. `tagged` tells that it asks for tags, which nobody looked at: it may or may not apply."""

    name: str
    prefix: str = ""
    tagged: bool = False
    larger_than: int | None = None
    smaller_than: int | None = None
    changes: tuple[Change, ...] = ()

    def applies(self, key: str, size: int | None) -> bool:
        if self.tagged or not key.startswith(self.prefix):
            return False
        if size is None:
            return self.larger_than is None and self.smaller_than is None
        return (self.larger_than is None or size > self.larger_than) and (
            self.smaller_than is None or size < self.smaller_than
        )


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A change that is coming: when (aware UTC), by which rule, and into which storage class (empty: deleted)."""

    at: datetime
    rule: str
    to: str = ""


def read_rules(document: object) -> tuple[Rule, ...] | None:
    """The enabled rules; None where the document is none of S3's."""
    if not isinstance(document, Mapping) or not isinstance(document.get("Rules"), list):
        return None
    rules = [_read_rule(rule) for rule in document["Rules"] if isinstance(rule, Mapping)]
    return tuple(rule for rule in rules if rule is not None)


def foresee_changes(rules: Iterable[Rule], key: str, size: int | None, made_at: datetime) -> list[Foreseen]:
    """Deletions and moves into an archive, the earliest first."""
    found = [
        Foreseen(at, rule.name, change.to)
        for rule in rules
        if rule.applies(key, size)
        for change in rule.changes
        if (at := change.at(made_at)) is not None and (not change.to or change.to in ARCHIVES)
    ]
    return sorted(found, key=lambda foreseen: foreseen.at)


def _read_rule(rule: Mapping[str, object]) -> Rule | None:
    if rule.get("Status") != "Enabled":
        return None
    where = rule.get("Filter")
    wide = where if isinstance(where, Mapping) else {}
    inner = wide.get("And")
    conditions = inner if isinstance(inner, Mapping) else wide
    return Rule(
        name=str(rule.get("ID", "")),
        prefix=str(conditions.get("Prefix") or rule.get("Prefix") or ""),
        tagged="Tag" in conditions or "Tags" in conditions,
        larger_than=_whole(conditions.get("ObjectSizeGreaterThan")),
        smaller_than=_whole(conditions.get("ObjectSizeLessThan")),
        changes=tuple(_read_changes(rule)),
    )


def _read_changes(rule: Mapping[str, object]) -> Iterable[Change]:
    expiration, transitions = rule.get("Expiration"), rule.get("Transitions")
    if isinstance(expiration, Mapping):
        yield _read_change(expiration)
    for transition in transitions if isinstance(transitions, list) else []:
        if isinstance(transition, Mapping):
            yield _read_change(transition)


def _read_change(change: Mapping[str, object]) -> Change:
    return Change(str(change.get("StorageClass", "")), _whole(change.get("Days")), _moment(change.get("Date")))


def _moment(value: object) -> datetime | None:
    """A date as boto3 gives it, or as it was stored."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, datetime) and value.tzinfo else None


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
