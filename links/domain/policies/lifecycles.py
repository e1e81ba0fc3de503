"""A bucket's lifecycle rules, and what they will do to one object.

Read from what GetBucketLifecycleConfiguration answers, parsed. Stores answer what they do not know with other
documents (docs/store-answers.md): a document of another shape is "not checked", never "no rules".
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
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
            midnight = due.replace(hour=0, minute=0, second=0, microsecond=0)
            return midnight if midnight == due else midnight + timedelta(days=1)
        except OverflowError:  # S3 takes up to 2,147,483,647 days
            return None


@dataclass(frozen=True, slots=True)
class Rule:
    """One enabled rule. `tagged` tells that it asks for tags, which nobody looked at: it may or may not apply.
    `hidden_days` is how long it leaves a version that is no longer the current one; None where it leaves it."""

    name: str
    prefix: str = ""
    tagged: bool = False
    larger_than: int | None = None
    smaller_than: int | None = None
    changes: tuple[Change, ...] = ()
    hidden_days: int | None = None

    def applies(self, key: str, size: int | None) -> bool:
        if self.tagged or not key.startswith(self.prefix):
            return False
        if size is None:
            return self.larger_than is None and self.smaller_than is None
        return (self.larger_than is None or size > self.larger_than) and (
            self.smaller_than is None or size < self.smaller_than
        )


@dataclass(frozen=True, slots=True)
class ForeseenChange:
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


def read_kept_rules(text: str) -> tuple[Rule, ...] | None:
    """As `read_rules`, of a document that was kept as JSON."""
    try:
        return read_rules(json.loads(text))
    except (ValueError, RecursionError):
        return None


def foresee_changes(
    rules: Collection[Rule], key: str, size: int | None, made_at: datetime, *, pinned: bool = False
) -> list[ForeseenChange]:
    """Deletions and moves into an archive, the earliest first; of the object, or where it is `pinned` of this very
    version of it, which an expiration only hides."""
    found = [
        ForeseenChange(at, rule.name, change.to)
        for rule in rules
        if rule.applies(key, size)
        for change in rule.changes
        if (at := change.at(made_at)) is not None and (not change.to or change.to in ARCHIVES)
    ]
    if pinned:
        found = [
            replace(one, at=at) for one in found if (at := one.at if one.to else end_version(rules, key, size, one.at))
        ]
    return sorted(found, key=lambda foreseen: foreseen.at)


def end_version(rules: Iterable[Rule], key: str, size: int | None, hidden_at: datetime) -> datetime | None:
    """When a version is deleted that a delete marker hides from then on; None where no rule is known to do it."""
    days = [rule.hidden_days for rule in rules if rule.applies(key, size) and rule.hidden_days is not None]
    return Change(days=min(days)).at(hidden_at) if days else None


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
        hidden_days=_read_hidden_days(rule.get("NoncurrentVersionExpiration")),
    )


def _read_hidden_days(expiration: object) -> int | None:
    """Where some of the hidden versions are kept, this one may be among them."""
    if not isinstance(expiration, Mapping) or "NewerNoncurrentVersions" in expiration:
        return None
    return _whole(expiration.get("NoncurrentDays"))


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
