"""What may be kept of a text that somebody else wrote: no token, signature, key or link."""

import re
from collections.abc import Iterable

GAP = "[removed]"
_LONG = re.compile(r"[A-Za-z0-9+/=_%.~-]{64,}|[A-Za-z0-9+/=%]{32,}")
_NAMED = re.compile(
    r"(?i)\b((?:x-amz-|x-goog-)?(?:security-?token|s3session-token|signature|credential|token|secret)\s*[=:]\s*)\S+"
)
_URL = re.compile(r"(?i)\b[a-z][a-z0-9+.-]*://\S+")
_QUERY = re.compile(r"\S*[?&][A-Za-z0-9_.-]+=\S*")


def redact(text: str, secrets: Iterable[str] = (), *, longest: int = 300) -> str:
    """One line of at most `longest` characters, without `secrets`, addresses and whatever looks like a secret."""
    for secret in secrets:
        text = text.replace(secret, GAP)
    for shape, put in ((_URL, GAP), (_QUERY, GAP), (_NAMED, rf"\g<1>{GAP}"), (_LONG, GAP)):
        text = shape.sub(put, text)
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line[:longest]
