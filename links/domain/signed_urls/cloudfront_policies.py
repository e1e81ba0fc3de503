"""The custom policy inside a CloudFront signed URL: what it is for, from when to when, and for whom.

Source: Amazon CloudFront developer guide, "Create a signed URL using a custom policy".
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from links.lib.wildcards import MAX_TEXT_LENGTH, covers

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
        tried, and only what fits neither way is another address. An address that is too long to be compared is none.
        """
        resource = unquote(self.resource)
        return not resource or len(address) > MAX_TEXT_LENGTH or covers(resource, address, before_query=True)


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
