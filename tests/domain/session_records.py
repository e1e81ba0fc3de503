"""Session tokens as AWS's look, of nobody's session: the layouts that `session_tokens` names its sources for."""

from base64 import b64encode
from datetime import datetime

ACCOUNT = "111122223333"
FILLING = bytes(range(64)) * 3


def write_number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def write_bytes(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def make_signed(began_at: datetime, *, kind: int = 33, region: str = "us-west-2", account: str = ACCOUNT) -> str:
    user = (
        write_number(1, 2**64 - 93),
        write_number(2, 0),
        write_bytes(3, account.encode()),
        write_bytes(4, FILLING[:12]),
        write_bytes(5, FILLING),
    )
    fields = (
        write_bytes(1, b"origin_ec"),
        write_number(2, 58),
        write_bytes(3, region.encode()),
        write_bytes(4, FILLING[:72]),
        write_bytes(5, b"".join(user)),
        write_number(6, int(began_at.timestamp())),
        write_bytes(7, FILLING[:165]),
    )
    return seal(kind, b"".join(fields))


def make_encrypted(began_at: datetime, *, kind: int = 23) -> str:
    fields = (
        write_bytes(1, b"aws"),
        write_number(2, 16),
        write_bytes(3, FILLING[:12]),
        write_bytes(4, FILLING[:129]),
        write_number(5, int(began_at.timestamp())),
        *([write_bytes(6, FILLING[:50])] if kind == 23 else []),
    )
    return seal(kind, b"".join(fields))


def seal(kind: int, record: bytes) -> str:
    return b64encode(bytes([kind]) + record).decode()
