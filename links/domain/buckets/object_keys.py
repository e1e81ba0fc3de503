"""Which object keys a link can lead to, exactly."""

from links.domain.errors import Refused
from links.domain.reasons import Reason

MAX_OBJECT_KEY_BYTES = 1024  # bytes of UTF-8; S3 user guide, "Object key naming guidelines"


def check_object_key(key: str) -> None:
    """Refuse a key that S3 cannot hold, or that no customer's browser would ask for.

    boto3 signs `a/../b` as it stands, but every browser rewrites a path with a segment `.` or `..`, also when it
    is written `%2e` (WHATWG URL, "path state"; curl does too): the customer would get another object, or nothing.
    NUL cannot stand in a listing's XML, nor in a text of PostgreSQL.
    Raises `Refused`: object-key-empty, object-key-malformed, object-key-too-long, object-key-dots.
    """
    if not key:
        raise Refused(Reason.OBJECT_KEY_EMPTY)
    if "\0" in key:
        raise Refused(Reason.OBJECT_KEY_MALFORMED)
    try:
        length = len(key.encode())
    except UnicodeEncodeError:
        raise Refused(Reason.OBJECT_KEY_MALFORMED) from None
    if length > MAX_OBJECT_KEY_BYTES:
        raise Refused(Reason.OBJECT_KEY_TOO_LONG, length=length, longest=MAX_OBJECT_KEY_BYTES)
    if not {".", ".."}.isdisjoint(key.split("/")):
        raise Refused(Reason.OBJECT_KEY_DOTS, key=key)
