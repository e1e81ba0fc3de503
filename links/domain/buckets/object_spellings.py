"""Under which other names an object may lie that is not found under its own: what programs do to names between an
upload and a link.

Sources: S3 API reference, "Event notification message structure" (keys come percent-encoded, with `+` for a blank);
Unicode standard annex 15 (a Mac takes accents off their letters); S3 user guide, "Object key naming guidelines".
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from unicodedata import normalize
from urllib.parse import unquote

from links.domain.buckets.object_keys import MAX_OBJECT_KEY_BYTES


class Spelling(StrEnum):
    """What about a name may be another in the bucket."""

    ENCODED = "encoded"  # percent signs: encoded once more than it was when it was signed
    SLASHES = "slashes"  # at its beginning, or two in a row
    PLUS_SIGNS = "plus-signs"  # for blanks
    ACCENTS = "accents"  # letters and their marks: as one character, or as two
    BLANKS = "blanks"  # for plus signs
    NARROW_BLANKS = "narrow-blanks"  # which macOS writes into the names of screenshots, before AM and PM
    BACKSLASHES = "backslashes"  # of Windows, for slashes


@dataclass(frozen=True, slots=True)
class OtherSpelling:
    """`key` is the whole name of the object as it may be in the bucket."""

    spelling: Spelling
    key: str


MAX_SPELLINGS = 4  # that are looked for
_NARROW, _BEFORE_HALF_DAY = re.compile("[\u00a0\u202f]"), re.compile(r"(?<=[0-9]) (?=[AP]M\b)")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")


def find_spellings(key: str) -> tuple[OtherSpelling, ...]:
    """The other names of an object, the likeliest first. A name that no object can have has none: nor is it sorted by
    its accents, for which a long one takes seconds."""
    if len(key.encode(errors="surrogateescape")) > MAX_OBJECT_KEY_BYTES:
        return ()
    tried = (
        OtherSpelling(Spelling.ENCODED, _decode(key)),
        OtherSpelling(Spelling.SLASHES, re.sub(r"/{2,}", "/", key).lstrip("/")),
        OtherSpelling(Spelling.BACKSLASHES, key.replace("\\", "/")),
        OtherSpelling(Spelling.NARROW_BLANKS, _respell_blanks(key)),
        OtherSpelling(Spelling.PLUS_SIGNS, key.replace("+", " ")),
        OtherSpelling(Spelling.ACCENTS, _respell_accents(key)),
        OtherSpelling(Spelling.BLANKS, key.replace(" ", "+")),
    )
    found = [each for each in tried if each.key not in ("", key)]
    return tuple(found[:MAX_SPELLINGS])


def _decode(key: str) -> str:
    """What is no UTF-8 then is nobody's name."""
    try:
        return unquote(key, errors="strict") if _PERCENT.search(key) else key
    except UnicodeDecodeError:
        return key


def _respell_blanks(key: str) -> str:
    plain = _NARROW.sub(" ", key)
    return plain if plain != key else _BEFORE_HALF_DAY.sub("\u202f", key)


def _respell_accents(key: str) -> str:
    """Composed where it was not, and the other way round."""
    composed = normalize("NFC", key)
    return composed if composed != key else normalize("NFD", key)
