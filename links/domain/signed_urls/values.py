"""The values of a URL's parameters, read strictly: what is no moment and no number is None."""

import re
from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta
from json import loads

from links.domain.credentials import MAX_KEY_ID_LENGTH


def show(text: str, longest: int = MAX_KEY_ID_LENGTH) -> str:
    """A name or id that can be stored and shown wherever text can: whatever is not printable is written out."""
    plain = text if text.isprintable() else ascii(text)[1:-1]
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


# By itself, behind the id that it belongs to, or before a scope.
_SECRET = re.compile(
    r"(?:(?:AKIA|ASIA)[A-Z0-9]{12,32}[/:])?(?=[^a-z]{0,39}[a-z])(?=[^A-Z]{0,39}[A-Z])(?=[^0-9]{0,39}[0-9])"
    r"[A-Za-z0-9/+]{40}(?:/[0-9]{8}(?:/.*)?)?",
    re.DOTALL,
)


def is_secret(credential: str) -> bool:
    """Whether an AWS secret access key stands in it: 40 letters of Base64 (AWS IAM API reference, AccessKey)."""
    return _SECRET.fullmatch(credential) is not None


def show_key_id(key_id: str, credential: str = "") -> str:
    """As `show`; where a secret stands in the credential that it was read from, nobody is shown more than its
    beginning."""
    credential = credential or key_id
    return f"{credential[:4]}…" if is_secret(credential) else show(key_id)


_STAMP = re.compile("[0-9]{8}T(?:[01][0-9]|2[0-3])[0-9]{4}Z")


def parse_stamp(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if _STAMP.fullmatch(text) else None
    except ValueError:
        return None


def parse_iso(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def parse_whole(text: str) -> int | None:
    """A whole number in ASCII digits; `int` alone would take `１２`, ` 1_0 ` and thousands of digits."""
    return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else None


def add(start: datetime | None, seconds: int | None) -> datetime | None:
    if start is None or seconds is None:
        return None
    try:
        return start + timedelta(seconds=seconds)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC) if seconds > 0 else datetime.min.replace(tzinfo=UTC)


def from_epoch(seconds: int | None) -> datetime | None:
    return add(datetime(1970, 1, 1, tzinfo=UTC), seconds)


_JWT = re.compile(r"[A-Za-z0-9_-]+\.(?P<claims>[A-Za-z0-9_-]+)\.[A-Za-z0-9_-]*")


def read_claims(text: str) -> dict[str, object] | None:
    """What a JSON Web Token says in clear text (RFC 7519); None for what is none. Nothing here is ever verified."""
    found = _JWT.fullmatch(text)
    if found is None:
        return None
    try:
        claims = loads(urlsafe_b64decode(found["claims"] + "=" * (-len(found["claims"]) % 4)))
    except (ValueError, RecursionError):
        return None
    return claims if isinstance(claims, dict) else None


def read_end_of_token(text: str) -> datetime | None:
    """`exp` of a JSON Web Token, in seconds since 1970."""
    ends = (read_claims(text) or {}).get("exp")
    if isinstance(ends, bool) or not isinstance(ends, int | float) or not abs(ends) < 10**18:
        return None
    return parse_epoch(str(int(ends)))


_S3_BEGAN = datetime(2006, 3, 14, tzinfo=UTC)
_LAST = datetime(9999, 1, 1, tzinfo=UTC)


def parse_epoch(text: str) -> datetime | None:
    """Seconds since 1970 in decimal digits; None for a moment that no signer can have meant: milliseconds, a number of
    days, or a time before there was a store."""
    moment = from_epoch(parse_whole(text))
    return moment if moment is not None and _S3_BEGAN <= moment < _LAST else None
