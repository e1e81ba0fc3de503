"""Terms: under what conditions customers may use a link."""

import re
import unicodedata
from collections.abc import Container, Iterable
from datetime import datetime
from itertools import pairwise

from links.domain.errors import Refused
from links.domain.reasons import Reason

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 128  # more is never hashed
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,58}[a-z0-9])")


def check_slug(slug: str, *, has_password: bool, is_public: bool) -> None:
    """An address that can be guessed is no secret: a password must lock it, or somebody say that it is public.

    Raises `Refused`: `slug-malformed`, `slug-unprotected`.
    """
    if not _SLUG.fullmatch(slug):
        raise Refused(Reason.SLUG_MALFORMED, slug=slug[:60])
    if not (has_password or is_public):
        raise Refused(Reason.SLUG_UNPROTECTED)


def check_password(password: str, common: Container[str] = (), own_words: Iterable[str] = ()) -> None:
    """Trying is slowed down (`links.domain.admission`), but what everybody tries first is found all the same.

    `common` are the passwords that are known to be taken most, in small letters; `own_words` whatever the link itself
    says: its title, its customer, its address, its file.

    Raises `Refused`: `password-too-short`, `password-too-long`, `password-too-common`, `password-own-words`.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise Refused(Reason.PASSWORD_TOO_SHORT, least=SHORTEST_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        raise Refused(Reason.PASSWORD_TOO_LONG, most=LONGEST_PASSWORD)
    bare = _bare(password)
    if password.casefold() in common or bare in common or _is_monotonous(bare or password):
        raise Refused(Reason.PASSWORD_TOO_COMMON)
    if any(_is_made_of(bare, _bare(word)) for word in own_words):
        raise Refused(Reason.PASSWORD_OWN_WORDS)


def _bare(text: str) -> str:
    """Letters and digits alone, however they were written."""
    return "".join(
        letter for letter in unicodedata.normalize("NFKC", text[:LONGEST_PASSWORD]).casefold() if letter.isalnum()
    )


def _is_monotonous(text: str) -> bool:
    """Few characters again and again, or one after the other: 11111111, abababab, 34567890."""
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return len(set(text)) < 4 or len(steps) == 1


def _is_made_of(bare: str, word: str) -> bool:
    """A word of the link, a part of one, or one with as little as a year added."""
    within = len(word) >= 4 and word in bare and len(bare) - len(word) <= 4
    return bool(bare) and (bare in word or within)


def check_beginning(starts_at: datetime, promised_until: datetime) -> None:
    """Raises `Refused("starts-after-end")`."""
    if starts_at >= promised_until:
        raise Refused(Reason.STARTS_AFTER_END, end=promised_until.isoformat())


def check_end(promised_until: datetime, starts_at: datetime | None) -> None:
    """Raises `Refused("ends-before-start")`: a link that ends before it begins never opens."""
    if starts_at is not None and promised_until <= starts_at:
        raise Refused(Reason.ENDS_BEFORE_START, start=starts_at.isoformat())
