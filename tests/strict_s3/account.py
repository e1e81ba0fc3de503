"""An AWS account: its callers, their keys and sessions, what they may do, and its encryption keys."""

import base64
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from fnmatch import fnmatchcase
from typing import Literal

from . import refusals

_ID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def identifier(prefix: str) -> str:
    return prefix + "".join(secrets.choice(_ID_ALPHABET) for _ in range(20 - len(prefix)))


def _secret() -> str:
    return base64.b64encode(secrets.token_bytes(30)).decode()


class Wording(Enum):
    """How AWS words a denial: plainly, or with the caller, the action and the reason."""

    PLAIN = "Access Denied"
    NO_POLICY = "because no identity-based policy allows the {action} action"
    IDENTITY_DENY = "with an explicit deny in an identity-based policy"
    RESOURCE_DENY = "with an explicit deny in a resource-based policy"


@dataclass(frozen=True)
class Denial:
    action: str
    resource: str = "*"
    wording: Wording = Wording.PLAIN

    def covers(self, action: str, resource: str) -> bool:
        return fnmatchcase(action, self.action) and fnmatchcase(resource, self.resource)


@dataclass
class Caller:
    """Who the store says a key is. May do everything of S3 until denied, and nothing of IAM until allowed."""

    arn: str
    user_id: str
    account: str
    name: str
    suspended: bool = False
    denials: list[Denial] = field(default_factory=lambda: [Denial("iam:*", wording=Wording.NO_POLICY)])

    def deny(self, action: str, resource: str = "*", wording: Wording = Wording.PLAIN) -> None:
        """Refuse an action such as `s3:GetObject`, `s3:*` or `kms:Decrypt`.

        `resource` is an ARN pattern: `arn:aws:s3:::bucket/key*`, a KMS key's ARN, or `*`.
        """
        self.denials.append(Denial(action, resource, wording))

    def allow(self, action: str) -> None:
        """Take back every denial that covers this action."""
        self.denials = [denial for denial in self.denials if not fnmatchcase(action, denial.action)]

    def denial_of(self, action: str, resource: str) -> Denial | None:
        return next((denial for denial in self.denials if denial.covers(action, resource)), None)

    def require(self, action: str, resource: str) -> None:
        """Raises Refusal (AccessDenied) where a denial covers the action."""
        if denial := self.denial_of(action, resource):
            raise self.refused(action, resource, denial.wording)

    def refused(self, action: str, resource: str, wording: Wording) -> refusals.Refusal:
        if wording is Wording.PLAIN:
            return refusals.access_denied()
        named = f'"{resource}"' if resource.startswith("arn:aws:s3:") else resource
        why = wording.value.format(action=action)
        words = f"User: {self.arn} is not authorized to perform: {action} on resource: {named} {why}"
        return refusals.access_denied(words)


@dataclass
class AccessKey:
    """A long-lived key. Setting `active` or `secret` takes effect at once, as at IAM."""

    id: str
    secret: str = field(repr=False)
    caller: Caller
    created_at: datetime
    active: bool = True


@dataclass
class Session:
    """Temporary credentials. An `old` session answers InvalidAccessKeyId although its token is right."""

    id: str
    secret: str = field(repr=False)
    token: str = field(repr=False)
    caller: Caller
    ends_at: datetime
    old: bool = False


@dataclass
class KmsKey:
    arn: str
    state: Literal["enabled", "disabled", "pending-deletion", "unreachable"] = "enabled"


class Account:
    def __init__(self, number: str) -> None:
        self.number = number
        self.users: dict[str, Caller] = {}
        self.keys: dict[str, AccessKey] = {}
        self.sessions: dict[str, Session] = {}
        self.root = Caller(f"arn:aws:iam::{number}:root", number, number, "root", denials=[])

    def add_user(self, name: str) -> Caller:
        arn = f"arn:aws:iam::{self.number}:user/{name}"
        self.users[name] = Caller(arn, identifier("AIDA"), self.number, name)
        return self.users[name]

    def add_key(self, caller: Caller, created_at: datetime, key_id: str = "", secret: str = "") -> AccessKey:
        key = AccessKey(key_id or identifier("AKIA"), secret or _secret(), caller, created_at)
        self.keys[key.id] = key
        return key

    def role(self, name: str, session_name: str) -> Caller:
        arn = f"arn:aws:sts::{self.number}:assumed-role/{name}/{session_name}"
        return Caller(arn, f"{identifier('AROA')}:{session_name}", self.number, session_name)

    def federated(self, name: str) -> Caller:
        arn = f"arn:aws:sts::{self.number}:federated-user/{name}"
        return Caller(arn, f"{self.number}:{name}", self.number, name)

    def add_session(self, caller: Caller, ends_at: datetime, key_id: str = "") -> Session:
        token = base64.b64encode(secrets.token_bytes(240)).decode()
        session = Session(key_id or identifier("ASIA"), _secret(), token, caller, ends_at)
        self.sessions[session.id] = session
        return session

    def session_of(self, token: str) -> Session | None:
        return next((session for session in list(self.sessions.values()) if session.token == token), None)
