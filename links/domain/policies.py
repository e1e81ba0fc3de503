"""What a bucket policy forbids to those who hold a presigned URL.

Only `Deny` statements are read: they cannot be outvoted. What limits the age of a signature is
`s3:signatureAge`, in milliseconds (Amazon S3 user guide, "Amazon S3 signature version 4 authentication specific
policy keys"); what lets only some callers through works for us and not for the customer.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

ACTIONS = ("s3:getobject", "s3:getobjectversion")
_CALLER_KEYS = frozenset({"aws:sourceip", "aws:vpcsourceip", "aws:sourcevpc", "aws:sourcevpce"})
_LIMITS_AGE = frozenset({"numericgreaterthan", "numericgreaterthanequals"})
_LIMITS_CALLERS = frozenset({"notipaddress", "ipaddress", "stringnotequals", "stringnotlike", "stringequals"})


@dataclass(frozen=True, slots=True)
class Statement:
    """One `Deny`, in lists of lower-cased patterns; `conditions` are (operator, key, values), lower-cased names."""

    actions: tuple[str, ...]
    but_actions: tuple[str, ...]
    resources: tuple[str, ...]
    but_resources: tuple[str, ...]
    conditions: tuple[tuple[str, str, tuple[str, ...]], ...]

    def speaks_of(self, bucket: str, key: str) -> bool:
        action = _matches_any(self.actions, ACTIONS, fold=True) if self.actions else True
        excluded = bool(self.but_actions) and _matches_any(self.but_actions, ACTIONS, fold=True)
        arns = tuple(f"arn:{part}:s3:::{bucket}/{key}" for part in ("aws", "aws-cn", "aws-us-gov"))
        resource = _matches_any(self.resources, arns) if self.resources else True
        spared = bool(self.but_resources) and _matches_any(self.but_resources, arns)
        return action and not excluded and resource and not spared


def read_policy(document: str) -> tuple[Statement, ...] | None:
    """The denials of a policy document; None where it is no policy."""
    try:
        policy = json.loads(document)
    except ValueError:
        return None
    if not isinstance(policy, Mapping) or "Statement" not in policy:
        return None
    statements = policy["Statement"] if isinstance(policy["Statement"], list) else [policy["Statement"]]
    return tuple(_read_statement(one) for one in statements if isinstance(one, Mapping) and one.get("Effect") == "Deny")


def limit_age(statements: Iterable[Statement], bucket: str, key: str) -> timedelta | None:
    """The greatest age of a signature that is still let through, or None where none is forbidden."""
    limits = [
        timedelta(milliseconds=int(value))
        for operator, name, values in _conditions(statements, bucket, key)
        if name == "s3:signatureage" and operator.removesuffix("ifexists") in _LIMITS_AGE
        for value in values
        if re.fullmatch(r"[0-9]{1,12}", value)  # more than thirty years limit nothing, and leave the calendar
    ]
    return min(limits, default=None)


def limit_callers(statements: Iterable[Statement], bucket: str, key: str) -> tuple[str, ...]:
    """The addresses or networks by which callers are told apart, as the policy names them; empty where they are not."""
    found = {
        value
        for operator, name, values in _conditions(statements, bucket, key)
        if name in _CALLER_KEYS and operator.removesuffix("ifexists") in _LIMITS_CALLERS
        for value in values
    }
    return tuple(sorted(found))


def _conditions(statements: Iterable[Statement], bucket: str, key: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for statement in statements:
        if statement.speaks_of(bucket, key):
            yield from statement.conditions


def _read_statement(one: Mapping[str, object]) -> Statement:
    conditions = one.get("Condition")
    return Statement(
        actions=_texts(one.get("Action")),
        but_actions=_texts(one.get("NotAction")),
        resources=_texts(one.get("Resource")),
        but_resources=_texts(one.get("NotResource")),
        conditions=tuple(_read_conditions(conditions if isinstance(conditions, Mapping) else {})),
    )


def _read_conditions(conditions: Mapping[str, object]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for operator, tests in conditions.items():
        for name, values in tests.items() if isinstance(tests, Mapping) else ():
            yield operator.rpartition(":")[2].lower(), str(name).lower(), _texts(values)


def _texts(value: object) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(str(one) for one in values if one is not None)


def _matches_any(patterns: Iterable[str], texts: Iterable[str], *, fold: bool = False) -> bool:
    flags = re.DOTALL | (re.IGNORECASE if fold else 0)
    shapes = [re.compile(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), flags) for pattern in patterns]
    return any(shape.fullmatch(text) for shape in shapes for text in texts)
