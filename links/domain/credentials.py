"""Which access keys may sign: an IAM user's own, and nothing else.

`AKIA` is a long-lived key, of an IAM user *or of root*; `ASIA` is temporary (AWS IAM user guide, "IAM
identifiers"). Only GetCallerIdentity tells a user from root, a role or a federated user, and a session of a
user also shows `:user/`, so the prefix and the token are asked as well. S3-compatible stores have no prefix:
there the token alone tells.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from links.domain.errors import KeyRefused
from links.domain.reasons import Reason


class KeyState(StrEnum):
    PROVED = "proved"
    REFUSED = "refused"
    PENDING = "pending"
    UNPROVED = "unproved"

    @property
    def signs(self) -> bool:
        return self in (KeyState.PROVED, KeyState.UNPROVED)


class CallerKind(StrEnum):
    IAM_USER = "iam-user"
    ROOT = "root"
    ROLE = "role"
    FEDERATED_USER = "federated-user"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class KeyPair:
    """An access key, whole."""

    access_key_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who the store says a key is."""

    arn: str
    account: str
    kind: CallerKind

    @property
    def user_name(self) -> str:
        return self.arn.rpartition("/")[2] if self.kind is CallerKind.IAM_USER else ""


_ARNS: tuple[tuple[CallerKind, re.Pattern[str]], ...] = (
    (CallerKind.IAM_USER, re.compile(r"arn:aws[a-z-]*:iam::\d{12}:user/.+")),
    (CallerKind.ROOT, re.compile(r"arn:aws[a-z-]*:iam::\d{12}:root")),
    (CallerKind.ROLE, re.compile(r"arn:aws[a-z-]*:sts::\d{12}:assumed-role/.+")),
    (CallerKind.FEDERATED_USER, re.compile(r"arn:aws[a-z-]*:sts::\d{12}:federated-user/.+")),
)
MAX_KEY_ID_LENGTH = 128
MIN_AWS_KEY_ID_LENGTH = 16  # IAM's API reference, "AccessKey"
# Printable, no blank, and no "/": it stands first in a Credential.
_KEY_ID = re.compile(rf"[!-.0-~]{{3,{MAX_KEY_ID_LENGTH}}}")
_PREFIX_TEMPORARY, _PREFIX_LONG_LIVED = "ASIA", "AKIA"


def read_arn(arn: str) -> Caller:
    """Read GetCallerIdentity's `Arn`; what is not known is `other`, never a user."""
    kind = next((kind for kind, shape in _ARNS if shape.fullmatch(arn)), CallerKind.OTHER)
    parts = arn.split(":")
    return Caller(arn, parts[4] if len(parts) > 4 else "", kind)


def is_temporary_id(access_key_id: str) -> bool:
    return access_key_id.strip().upper().startswith(_PREFIX_TEMPORARY)


def is_long_lived_id(access_key_id: str) -> bool:
    return access_key_id.startswith(_PREFIX_LONG_LIVED)


def check_id(access_key_id: str, *, at_aws: bool) -> None:
    """Refuse an id that no static key has; other stores have shorter ones than AWS. Raises `KeyRefused`: key-temporary,
    key-id-malformed, key-id-short."""
    if is_temporary_id(access_key_id):
        raise KeyRefused(Reason.KEY_TEMPORARY, access_key_id=access_key_id)
    if not _KEY_ID.fullmatch(access_key_id):
        raise KeyRefused(Reason.KEY_ID_MALFORMED)
    is_short = at_aws and len(access_key_id) < MIN_AWS_KEY_ID_LENGTH
    if is_short or access_key_id.upper() == _PREFIX_LONG_LIVED:
        raise KeyRefused(Reason.KEY_ID_SHORT, access_key_id=access_key_id)


def check_pair(
    access_key_id: str | None, secret: str | None, token: str | None = None, *, at_aws: bool = False
) -> None:
    """Refuse, before any library is asked, whatever cannot be a static key pair.

    An empty half would fall silently through to boto3's ambient chain; a token makes any key temporary.
    Raises `KeyRefused`: key-token, key-id-empty, key-secret-empty, key-temporary, key-id-malformed,
    key-id-short, key-secret-malformed.
    """
    if token:
        raise KeyRefused(Reason.KEY_TOKEN)
    if not access_key_id or not access_key_id.strip():
        raise KeyRefused(Reason.KEY_ID_EMPTY)
    if not secret or not secret.strip():
        raise KeyRefused(Reason.KEY_SECRET_EMPTY, access_key_id=access_key_id)
    check_id(access_key_id, at_aws=at_aws)
    if secret != secret.strip() or not secret.isprintable():
        raise KeyRefused(Reason.KEY_SECRET_MALFORMED, access_key_id=access_key_id)


def check_caller(caller: Caller) -> None:
    """Refuse a key whose caller is anything but an IAM user.

    Raises `KeyRefused`: key-of-root, key-of-role, key-of-federated-user, key-of-stranger.
    """
    reasons = {
        CallerKind.ROOT: Reason.KEY_OF_ROOT,
        CallerKind.ROLE: Reason.KEY_OF_ROLE,
        CallerKind.FEDERATED_USER: Reason.KEY_OF_FEDERATED_USER,
        CallerKind.OTHER: Reason.KEY_OF_STRANGER,
    }
    if caller.kind in reasons:
        raise KeyRefused(reasons[caller.kind], arn=caller.arn)
