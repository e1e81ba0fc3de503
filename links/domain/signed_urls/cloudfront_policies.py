"""The custom policy inside a CloudFront signed URL: what it is for, from when to when, and for whom.

Source: Amazon CloudFront developer guide, "Create a signed URL using a custom policy".
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from json import loads
from urllib.parse import unquote

from links.domain.signed_urls.mistakes import Mistake, MistakeKind, find_in_moment
from links.domain.signed_urls.values import show
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
        Dialects write `\\?` for the mark itself, behind which stands the query.
        """
        resource = unquote(self.resource.partition("\\?")[0])
        return not resource or len(address) > MAX_TEXT_LENGTH or covers(resource, address, before_query=True)


def read_policy(text: str) -> Policy | None:
    """JSON in Base64, with `+=/` as `-_~`. None for what is no policy with an end."""
    try:
        statement = loads(_decode(text))["Statement"][0]
        condition = statement["Condition"]
        ends_at = _read_seconds(condition, "DateLessThan")
        resource = statement.get("Resource", "")
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        return None
    if ends_at is None:
        return None
    resource = resource if isinstance(resource, str) else ""
    return Policy(ends_at, _read_seconds(condition, "DateGreaterThan"), resource, _read_callers(condition))


def find_in_policy(text: str) -> list[Mistake]:
    """What the signer wrote wrong in it. A text that only broke off was cut on its way, and is none of that."""
    if text.lstrip().startswith("{"):
        return [Mistake(MistakeKind.POLICY_PLAIN, "policy")]
    try:
        plain = _decode(text).strip()
    except ValueError:
        return []
    try:
        policy = loads(plain)
    except (ValueError, RecursionError):
        is_whole = plain.isascii() and plain[:1] == b"{" and plain[-1:] == b"}"
        return [Mistake(MistakeKind.POLICY_NO_JSON, "policy")] if is_whole else []
    statements = policy.get("Statement") if isinstance(policy, dict) else None
    if not isinstance(statements, list) or not statements or not isinstance(statements[0], dict):
        return [Mistake(MistakeKind.POLICY_NO_LIST, "policy")]
    return _find_in_condition(statements[0].get("Condition"))


def _find_in_condition(condition: object) -> list[Mistake]:
    ends = _find_moment(condition, "DateLessThan") if isinstance(condition, dict) else None
    if isinstance(ends, str):
        return find_in_moment(ends, "policy") or [Mistake(MistakeKind.POLICY_TEXT, "policy", show(ends))]
    if isinstance(ends, bool) or not isinstance(ends, int | float):
        return [Mistake(MistakeKind.POLICY_NO_END, "policy")]
    return find_in_moment(str(ends), "policy")


def _decode(text: str) -> bytes:
    """Raises ValueError."""
    return base64.b64decode(text.translate(str.maketrans("-_~", "+=/")), validate=True)


def _find_moment(condition: Mapping[str, object], name: str) -> object:
    """CloudFront's own name for it, or without its prefix as others write it who read policies of the same shape."""
    value = condition.get(name)
    return value.get("AWS:EpochTime", value.get("EpochTime")) if isinstance(value, dict) else None


def _read_seconds(condition: Mapping[str, object], name: str) -> int | None:
    seconds = _find_moment(condition, name)
    return seconds if isinstance(seconds, int) and not isinstance(seconds, bool) else None


def _read_callers(condition: Mapping[str, object]) -> str:
    value = condition.get("IpAddress")
    callers = value.get("AWS:SourceIp", value.get("SourceIp")) if isinstance(value, dict) else None
    return callers if isinstance(callers, str) and callers not in _EVERYBODY else ""
