"""What a record keeps of values before and after a change: plain ones, no secret, and personal ones apart.

Nothing is kept that is not plain: what is encrypted, or is bytes, is refused loudly, since no record may ever hold a
secret. Of a password it is said whether there is one, never which.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import TypeAlias

from links.lib.redaction import GAP, redact

Plain: TypeAlias = bool | int | str | list["Plain"] | dict[str, "Plain"] | None
Values: TypeAlias = Mapping[str, object]

MAX_TEXT = 1_000  # characters that are kept of one value
PERSONAL = frozenset({
    "name", "mail", "customer", "message", "title", "note", "filename", "reference", "slug", "object_key", "text",
})  # fmt: skip
"""The names of values that may tell of a customer: whoever erases a customer erases these."""
_WRITTEN_BY_US = frozenset({
    "access_key_id", "addressing", "arn", "bucket", "digest", "endpoint", "host", "key", "lifetime", "object_key",
    "permissions", "prefix", "region", "roles", "version_id",
    "customer", "email", "identities", "issuer", "name", "owner", "page", "people", "subject", "username",
    "BASE_URL", "ALLOWED_HOSTS", "PROBE_ALLOWED_HOSTS", "IMPRINT_URL", "PRIVACY_URL", "TEMPLATE_DIR", "BRAND_LOGO",
    "OIDC_CLIENT_ID", "OIDC_ISSUER", "OIDC_ROLES", "OIDC_SCOPES", "TRUSTED_USER_FROM", "DEFAULT_FROM_EMAIL",
})  # fmt: skip
"""Names of places, people and codes, which may be long and are no free text."""
_SECRET = ("secret", "password", "token", "signature", "cookie", "session_key")


def to_plain(name: str, value: object) -> Plain:
    """Raises `TypeError` for what a record may not hold."""
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool | int):
        return value
    if any(part in name for part in _SECRET):
        raise TypeError(f"{name} is not kept: say whether there is one, as a truth value")
    if isinstance(value, str):
        return _to_text(name, value)
    if isinstance(value, Mapping):
        return {str(key): to_plain(str(key), each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return [to_plain(name, each) for each in items]
    return _write_time(name, value)


def _write_time(name: str, value: object) -> Plain:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return int(value.total_seconds())
    raise TypeError(f"{name} is a {type(value).__name__}, which a record may not hold")


def split_personal(values: Values) -> tuple[dict[str, Plain], dict[str, Plain]]:
    """What stays in the record, and what may have to be forgotten."""
    plain = {name: to_plain(name, value) for name, value in values.items()}
    personal = {name: value for name, value in plain.items() if name in PERSONAL}
    return {name: value for name, value in plain.items() if name not in PERSONAL}, personal


def keep_changed(before: Values, after: Values) -> tuple[dict[str, object], dict[str, object]]:
    """Only what is otherwise than before."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {name: before.get(name) for name in names}, {name: after.get(name) for name in names}


def clean_text(text: str, longest: int) -> str:
    """As every database takes it: no NUL, no half of a surrogate pair."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()[:longest]


def _to_text(name: str, value: str) -> str:
    if name not in _WRITTEN_BY_US:
        return redact(value, longest=MAX_TEXT)
    return GAP if "?" in value and "=" in value and "://" in value else clean_text(value, MAX_TEXT)
