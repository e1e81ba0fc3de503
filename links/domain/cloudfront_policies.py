"""The custom policy inside a CloudFront signed URL: what it is for, from when to when, and for whom.

Source: Amazon CloudFront developer guide, "Create a signed URL using a custom policy".
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

_EVERYBODY = frozenset({"0.0.0.0/0", "::/0"})


@dataclass(frozen=True, slots=True)
class Policy:
    """`ends_at` and `starts_at` are epoch seconds, `callers` an address or network; empty for no such condition."""

    ends_at: int
    starts_at: int | None = None
    resource: str = ""
    callers: str = ""

    def covers(self, address: str) -> bool:
        """Whether the policy is for this address (scheme, host and decoded path, without a query).

        `*` and `?` are wildcards, so that a query in the resource cannot be told from one: with and without it is
        tried, and only what fits neither way is another address.
        """
        resource = unquote(self.resource)
        cuts = [resource[: found.start()] for found in re.finditer(r"\?", resource)]
        return not resource or any(_fits(pattern, address) for pattern in (resource, *cuts))


def read_policy(text: str) -> Policy | None:
    """JSON in Base64, with `+=/` as `-_~`. None for what is no policy with an end."""
    try:
        plain = base64.b64decode(text.translate(str.maketrans("-_~", "+=/")), validate=True)
        statement = json.loads(plain)["Statement"][0]
        condition = statement["Condition"]
        ends_at = _read_seconds(condition, "DateLessThan")
        resource = statement.get("Resource", "")
    except (binascii.Error, ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        return None
    if ends_at is None:
        return None
    resource = resource if isinstance(resource, str) else ""
    return Policy(ends_at, _read_seconds(condition, "DateGreaterThan"), resource, _read_callers(condition))


def _read_seconds(condition: Mapping[str, object], name: str) -> int | None:
    value = condition.get(name)
    seconds = value.get("AWS:EpochTime") if isinstance(value, dict) else None
    return seconds if isinstance(seconds, int) and not isinstance(seconds, bool) else None


def _read_callers(condition: Mapping[str, object]) -> str:
    value = condition.get("IpAddress")
    callers = value.get("AWS:SourceIp") if isinstance(value, dict) else None
    return callers if isinstance(callers, str) and callers not in _EVERYBODY else ""


def _fits(pattern: str, address: str) -> bool:
    """Wildcards by hand, letter for letter: a regular expression of many stars can be made to run for ever."""
    mark = star = -1
    at = in_pattern = 0
    while at < len(address):
        letter = pattern[in_pattern] if in_pattern < len(pattern) else ""
        if letter == "*":
            star, mark = in_pattern, at
            in_pattern += 1
        elif letter and letter in ("?", address[at]):
            at, in_pattern = at + 1, in_pattern + 1
        elif star >= 0:
            mark += 1
            at, in_pattern = mark, star + 1
        else:
            return False
    return not pattern[in_pattern:].strip("*")
