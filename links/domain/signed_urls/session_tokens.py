"""What AWS's session tokens and key ids tell of the session behind a signature: when it began, where, and whose it is.

AWS documents neither, and may change both: what is read here is probable, never certain, and of another layout nothing
is read. Nothing of a token is kept but these three.

Sources: T. Be'ery, "Revealing the Inner Structure of AWS Session Tokens" (2024) and the layouts published with it, of
which types 33 and 2, and 23 and 21, are alike; T. Be'ery, "A short note on AWS KEY ID" (2023), and A. Steele, "AWS
Access Key ID formats" (2020). Ids that go on with I or J are older than that arithmetic.
"""

import re
from base64 import b32decode, b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from links.domain.signed_urls.values import parse_epoch


@dataclass(frozen=True, slots=True)
class Session:
    """`region` and `account` are empty where the layout has none."""

    began_at: datetime
    region: str = ""
    account: str = ""


Field = tuple[int, int | bytes]
_BYTES, _NUMBER = 2, 0  # protocol buffers' wire types
_MAX_VARINT_LENGTH = 10
_SIGNED, _ENCRYPTED = (33, 2), (23, 21)  # the first byte: with a signature of the region's, or encrypted as a whole
_REGION, _ACCOUNT = re.compile(rb"[a-z0-9-]{4,30}"), re.compile(rb"[0-9]{12}")
_KEY_ID = re.compile(r"(?:AKIA|ASIA)(?![IJ])(?P<rest>[A-Z2-7]{16})")


def read_session(token: str) -> Session | None:
    """None for a token that is cut, or of a layout that is not known."""
    try:
        record = b64decode(token.replace(" ", "+"), validate=True)  # bare plus signs came as blanks
        fields = dict(_read_fields(record[1:]))
    except ValueError:
        return None
    kind = record[0] if record else 0
    if kind in _SIGNED and fields.get(1) == b"origin_ec":
        return _read_signed(fields)
    if kind in _ENCRYPTED and fields.get(1) == b"aws":
        began_at = _read_moment(fields.get(5))
        return Session(began_at) if began_at else None
    return None


def _read_signed(fields: dict[int, int | bytes]) -> Session | None:
    began_at, region, user = _read_moment(fields.get(6)), fields.get(3), fields.get(5)
    if (
        began_at is None
        or not isinstance(region, bytes)
        or not isinstance(user, bytes)
        or not _REGION.fullmatch(region)
    ):
        return None
    try:
        account = dict(_read_fields(user)).get(3)
    except ValueError:
        return None
    if not isinstance(account, bytes) or not _ACCOUNT.fullmatch(account):
        return None
    return Session(began_at, region.decode(), account.decode())


def _read_moment(value: int | bytes | None) -> datetime | None:
    return parse_epoch(str(value)) if isinstance(value, int) else None


def _read_fields(record: bytes) -> Iterator[Field]:
    """The fields of a protocol buffer, to its very end. Raises ValueError for what is none."""
    at = 0
    while at < len(record):
        tag, at = _read_varint(record, at)
        value, at = _read_varint(record, at)
        if tag & 7 == _NUMBER:
            yield tag >> 3, value
        elif tag & 7 == _BYTES and value <= len(record) - at:
            yield tag >> 3, record[at : at + value]
            at += value
        else:
            raise ValueError("It is no such record")


def _read_varint(record: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place, byte in enumerate(record[at : at + _MAX_VARINT_LENGTH]):
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return value, at + place + 1
    raise ValueError("It breaks off")


def read_account(access_key_id: str) -> str:
    """The account's number that an AWS key id probably holds: 40 bits of Base32, behind the first; "" where none is."""
    found = _KEY_ID.fullmatch(access_key_id)
    if found is None:
        return ""
    number = (int.from_bytes(b32decode(found["rest"])[:6]) & 0x7FFFFFFFFF80) >> 7
    return f"{number:012d}" if number < 10**12 else ""
