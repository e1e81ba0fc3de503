"""A bucket policy, read: its statements, and what and whom each speaks of.

What a statement's conditions mean is told by `links.domain.policies.conditions`, and what follows for a link by
`links.domain.policies.restrictions`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from links.lib.wildcards import covers

EVERYBODY = "*"
_UNKNOWN = "?"  # a principal of a kind that nothing here can be compared with

# Characters. S3 takes 20 KB (S3 user guide, "Bucket policies"); each validation of each link weighs all of it.
MAX_POLICY_BYTES = 64 * 1024

Condition = tuple[str, str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, in lists of patterns; `conditions` are (operator, key, values), with lower-cased names."""

    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    not_resources: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    principals: tuple[str, ...] = (EVERYBODY,)
    not_principals: tuple[str, ...] = ()

    def matches(self, action: str, bucket: str, key: str) -> bool:
        acts = _matches_any(self.actions, (action,), fold=True) if self.actions else True
        excluded = bool(self.not_actions) and _matches_any(self.not_actions, (action,), fold=True)
        arns = tuple(f"arn:{part}:s3:::{bucket}/{key}" for part in ("aws", "aws-cn", "aws-us-gov"))
        resource = _matches_any(self.resources, arns) if self.resources else True
        spared = bool(self.not_resources) and _matches_any(self.not_resources, arns)
        return acts and not excluded and resource and not spared

    def applies_to(self, user: str) -> bool | None:
        """Whether it speaks of the IAM user with this ARN ("" is nobody knows whom); None where that is not known.

        A statement for all but an account leaves open whether the account's users are spared (IAM user guide,
        "NotPrincipal").
        """
        if not self.not_principals:
            return _includes(self.principals, user)
        spared = _includes(self.not_principals, user)
        by_name = user in self.not_principals or EVERYBODY in self.not_principals
        return None if spared is None or (spared and not by_name) else not spared


@dataclass(frozen=True, slots=True)
class Policy:
    denials: tuple[Statement, ...] = ()
    grants: tuple[Statement, ...] = ()


def read_policy(document: str) -> Policy | None:
    """The statements of a policy document; None where it is no policy, or is longer than any that S3 takes."""
    if len(document) > MAX_POLICY_BYTES:
        return None
    try:
        policy = json.loads(document)
        if not isinstance(policy, Mapping) or "Statement" not in policy:
            return None
        statements = policy["Statement"] if isinstance(policy["Statement"], list) else [policy["Statement"]]
        return Policy(tuple(_read_statements(statements, "Deny")), tuple(_read_statements(statements, "Allow")))
    except (ValueError, RecursionError):
        return None


def _includes(principals: Iterable[str], user: str) -> bool | None:
    if EVERYBODY in principals:
        return True
    account = user.split(":")[4] if user else ""
    ours = {user, account, f"{user.partition(':iam:')[0]}:iam::{account}:root"} if user else set()
    if ours & set(principals):
        return True
    # Wildcards within a name are no AWS's; what another store makes of them is its own affair.
    unsure = any(not user or _UNKNOWN in principal or "*" in principal for principal in principals)
    return None if unsure else False


def _read_statements(statements: Iterable[object], effect: Literal["Allow", "Deny"]) -> Iterator[Statement]:
    for one in statements:
        if isinstance(one, Mapping) and one.get("Effect") == effect:
            yield _read_statement(one)


def _read_statement(one: Mapping[str, object]) -> Statement:
    conditions = one.get("Condition")
    return Statement(
        actions=_texts(one.get("Action")),
        not_actions=_texts(one.get("NotAction")),
        resources=_texts(one.get("Resource")),
        not_resources=_texts(one.get("NotResource")),
        conditions=tuple(_read_conditions(conditions if isinstance(conditions, Mapping) else {})),
        principals=_read_principals(one.get("Principal", EVERYBODY)),
        not_principals=_read_principals(one.get("NotPrincipal")),
    )


def _read_principals(principal: object) -> tuple[str, ...]:
    """Services and federated identities are nobody's access key."""
    if not isinstance(principal, Mapping):
        return _texts(principal)
    named = _texts(principal.get("AWS"))
    others = principal.keys() - {"AWS", "Service", "Federated"}
    return (*named, *(_UNKNOWN for _ in others))


def _read_conditions(conditions: Mapping[str, object]) -> Iterator[Condition]:
    for operator, tests in conditions.items():
        for name, values in tests.items() if isinstance(tests, Mapping) else [("", None)]:
            yield operator.rpartition(":")[2].lower(), str(name).lower(), _texts(values)


def _texts(value: object) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(_text(one) for one in values if one is not None)


def _text(value: object) -> str:
    """Raises ValueError for a list or an object. No NUL and no half of a surrogate pair: no database takes them."""
    if isinstance(value, (list, Mapping)):
        raise ValueError("A text is expected here")  # noqa: TRY004  it is a stranger's document that is wrong
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()


def _matches_any(patterns: Iterable[str], texts: Iterable[str], *, fold: bool = False) -> bool:
    return any(covers(pattern, text, fold=fold) for pattern in patterns for text in texts)
