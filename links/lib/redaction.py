"""What may be kept of a text that somebody else wrote: no token, signature, key or link."""

import re
from collections.abc import Iterable
from string import ascii_letters, digits

GAP = "[removed]"
_LONG = re.compile(r"[A-Za-z0-9+/=_%.~-]{64,}|[A-Za-z0-9+/=%]{32,}")
_NAMED = re.compile(
    r"(?i)\b((?:x-amz-|x-goog-)?(?:security-?token|s3session-token|signature|credential|token|secret)\s*[=:]\s*)\S+"
)
_API_TOKEN = re.compile(r"hf_[a-z2-7]{16}_[A-Za-z0-9_-]+")  # what is before the last part names it, and is no secret
_WORD = re.compile(r"\S+")
_OF_A_SCHEME = f"{ascii_letters}{digits}+.-"
_PARAMETER = re.compile(r"[?&][A-Za-z0-9_.-]+=")
LOOKED_AT = 4  # times as much as is kept: what is taken out makes room for what comes after it


def redact(text: str, secrets: Iterable[str] = (), *, longest: int = 300) -> str:
    """One line of at most `longest` characters, without `secrets`, addresses and whatever looks like a secret.

    What is longer by far is cut before it is looked at.
    """
    if not text:
        return ""
    for secret in secrets:
        text = text.replace(secret, GAP)
    text = cut_between_words(text, LOOKED_AT * longest)
    for shape, put in ((_WORD, _redact_word), (_API_TOKEN, GAP), (_NAMED, rf"\g<1>{GAP}"), (_LONG, GAP)):
        text = shape.sub(put, text)
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line[:longest]


def cut_between_words(text: str, longest: int) -> str:
    """At most so many characters, and a gap for the word that is torn: half a secret is known by nothing."""
    if len(text) <= longest:
        return text
    kept = text[:longest]
    torn = "" if kept[-1:].isspace() else kept.split()[-1]
    return kept[: len(kept) - len(torn)] + (GAP if torn else "")


def _redact_word(found: re.Match[str]) -> str:
    """Without the address in it, from its scheme on; nothing stays of a word that has a parameter."""
    before, address, _ = found[0].partition("://")
    word = before.rstrip(_OF_A_SCHEME) + GAP if address else before
    return GAP if _PARAMETER.search(word) else word
