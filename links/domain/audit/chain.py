"""How records are chained: each has a number, and a hash over itself and the hash of the one before it.

What the policy lets somebody forget (an address, a customer's name) stands beside the record, under a random salt, and
the record keeps its digest alone: without the salt nobody can guess from that what it was, and the chain still holds.
"""

import hashlib
import json
from collections.abc import Mapping

BEGINNING = bytes(32)
"""What stands before the first record."""
SALT_BYTES = 16


def write_canonical(values: Mapping[str, object]) -> str:
    """The same text for the same values, on every machine and database."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def hash_record(number: int, previous: bytes, contents: Mapping[str, object]) -> bytes:
    """SHA-256 over the record's number, what is in it, and the hash of the record before it."""
    text = write_canonical({**contents, "number": number, "previous": previous.hex()})
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def digest_personal(salt: bytes, text: str) -> bytes:
    return hashlib.sha256(salt + text.encode("utf-8", "surrogatepass")).digest()
