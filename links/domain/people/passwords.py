"""Whether a long password of staff's is guessed all the same. Words of the site, repetitions and what everybody takes
count for nothing; what is left has to be as long as a password must be."""

import unicodedata
from collections.abc import Container, Iterator, Sequence
from enum import StrEnum

PRODUCT = "holdfast"
MAX_READ = 200  # characters of a password: whoever has more than that before them guesses none of the rest
_LEAST_LETTERS = 4
_LEAST_SIGNS = 2  # of scripts whose signs say more
_LOOK_ALIKES = tuple(str.maketrans(*pair) for pair in (("", ""), ("013457@$", "oieastas"), ("013457@$", "oleastas")))
"""As in "p@ssw0rd": a 1 stands for an i or an l."""


class Weakness(StrEnum):
    SITE_WORDS = "site-words"
    COMMON = "common"
    REPEATED = "repeated"


def list_site_words(brand: str, host: str) -> Sequence[str]:
    """What stands in the site's name and its address, the longest first."""
    labels = host.replace("-", ".").split(".")
    named = labels[:-1] or labels  # without "com" and its like
    words = {_bare(_read(word)) for word in (PRODUCT, brand, *brand.split(), *named)}
    long_enough = [word for word in words if len(word) >= (_LEAST_LETTERS if word.isascii() else _LEAST_SIGNS)]
    return sorted(long_enough, key=len, reverse=True)


def find_weakness(password: str, site_words: Sequence[str], common: Container[str], least: int) -> Weakness | None:
    """`common` are in small letters; `least` is how many characters a password must have."""
    text = _read(password[:MAX_READ])
    rests = {_take_out(text, site_words, table) for table in _LOOK_ALIKES}
    if any(len(rest) < min(least, len(text)) for rest in rests):
        return Weakness.SITE_WORDS
    read = [(rest, table) for rest in rests for table in _LOOK_ALIKES]
    found = {weakness for rest, table in read for weakness in _list_weaknesses(rest, table, common, least)}
    return next((weakness for weakness in Weakness if weakness in found), None)


def _list_weaknesses(text: str, look_alikes: dict[int, int], common: Container[str], least: int) -> Iterator[Weakness]:
    """With what stands at its ends, and without: a year, and a sign."""
    for part in (text, _cut_ends(text)):
        bare = _bare(part.translate(look_alikes))
        unit, besides = _find_unit(bare), len(text) - len(bare)
        word = _cut_ends(unit)
        if (unit in common and besides < least) or (word in common and besides + len(unit) - len(word) < least):
            yield Weakness.COMMON
        if unit != bare and besides + len(unit) < least:
            yield Weakness.REPEATED


def _read(text: str) -> str:
    """Full-width and capital letters are as good as others."""
    return unicodedata.normalize("NFKC", text).casefold()


def _bare(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())


def _cut_ends(text: str) -> str:
    """From the first letter to the last."""
    letters = [place for place, sign in enumerate(text) if sign.isalpha()]
    return text[letters[0] : letters[-1] + 1] if letters else ""


def _find_unit(text: str) -> str:
    """What it repeats, from end to end; all of it where it repeats nothing."""
    return text[: (text + text).find(text, 1)] if text else ""


def _take_out(text: str, words: Sequence[str], look_alikes: dict[int, int]) -> str:
    read = rest = text.translate(look_alikes)
    for word in words:
        rest = rest.replace(word.translate(look_alikes), "")
    return text if rest == read else rest
