"""Terms: under what conditions customers may use a link, what staff keep about it, and what its owner is told.

`LinkTerms` declares each of them once, with how it is treated. Making, changing, copying and rescuing a link, its
forms, its page, the list, the search, CSV, mails and `create_link` read that in `TERMS`.
"""

import re
import unicodedata
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import Enum, Flag, auto
from itertools import pairwise
from typing import Any, Generic, TypeVar

from links.domain.errors import Refused
from links.domain.reasons import Reason

CustomerRow = TypeVar("CustomerRow")  # the domain knows no rows


class Section(Enum):
    """What a term is about: a page tells those of one section together."""

    FOR_WHOM = auto()
    FILE = auto()
    ACCESS = auto()  # who may download, when and how often
    OWNER = auto()  # what the owner is told
    STAFF = auto()


class Change(Enum):
    """Where a term can be changed once the link is made."""

    ALWAYS = auto()
    STABLE_ONLY = auto()  # another URL was signed with it, or has no use for it
    SEPARATE = auto()  # never together with other terms


class ShownIn(Flag):
    """Where staff read a term as it is, besides the link's page and its forms."""

    NOWHERE = 0
    LIST = auto()
    CSV = auto()
    MAIL = auto()  # to the link's owner
    NOTICE = auto()  # about an incident


@dataclass(frozen=True, slots=True)
class Term:
    """How one term is treated.

    `name` is that of the field of `LinkTerms` and of forms, and of the column. `needs_stable`: asked for with another
    delivery, it is refused. `is_copied`: a copy has it too, and so has the stable link that rescues another.
    `is_searched`: links are found by a part of it; on PostgreSQL a trigger keeps these texts (migration 0002).
    """

    name: str
    section: Section
    needs_stable: bool = False
    change: Change = Change.ALWAYS
    is_copied: bool = True
    is_searched: bool = False
    shown: ShownIn = ShownIn.NOWHERE


def _treat(section: Section, **how: Any) -> Mapping[str, Any]:
    """`how` is what `Term` says of a term."""
    return {"section": section, **how}


@dataclass(frozen=True, kw_only=True)
class LinkTerms(Generic[CustomerRow]):
    """The terms of one link, in the order in which forms ask for them. Where a link is changed, `password` None keeps
    the one it has and "" takes it away; an empty `filename` is that of the object, an empty `slug` none."""

    customer: CustomerRow | None = field(default=None, metadata=_treat(Section.FOR_WHOM))
    reference: str = field(
        default="",
        metadata=_treat(
            Section.FOR_WHOM, is_searched=True, shown=ShownIn.LIST | ShownIn.CSV | ShownIn.MAIL | ShownIn.NOTICE
        ),
    )
    title: str = field(default="", metadata=_treat(Section.FILE, is_searched=True, shown=ShownIn.CSV))
    note: str = field(default="", metadata=_treat(Section.STAFF, is_searched=True, shown=ShownIn.LIST | ShownIn.CSV))
    filename: str = field(default="", metadata=_treat(Section.FILE, change=Change.STABLE_ONLY, is_searched=True))
    password: str | None = field(
        default=None, repr=False, metadata=_treat(Section.ACCESS, needs_stable=True, is_copied=False)
    )
    download_limit: int | None = field(default=None, metadata=_treat(Section.ACCESS, needs_stable=True))
    starts_at: datetime | None = field(default=None, metadata=_treat(Section.ACCESS, needs_stable=True))
    slug: str = field(default="", metadata=_treat(Section.ACCESS, needs_stable=True, is_copied=False, is_searched=True))
    is_public: bool = field(default=False, metadata=_treat(Section.ACCESS, change=Change.STABLE_ONLY, is_copied=False))
    remind_days: int | None = field(default=None, metadata=_treat(Section.OWNER))
    notify_downloads: bool = field(default=False, metadata=_treat(Section.OWNER, needs_stable=True))
    follows_latest: bool = field(default=False, metadata=_treat(Section.FILE, change=Change.SEPARATE))

    @property
    def need_stable(self) -> bool:
        return any(getattr(self, term.name) for term in TERMS if term.needs_stable)


TERMS: tuple[Term, ...] = tuple(Term(declared.name, **declared.metadata) for declared in fields(LinkTerms))


def list_shown(where: ShownIn) -> list[str]:
    """The names of the terms that staff read there."""
    return [term.name for term in TERMS if where in term.shown]


def list_changeable(*, is_stable: bool) -> list[str]:
    """The names of the terms that can be changed together about a link that is made."""
    changeable = [term for term in TERMS if term.change is not Change.SEPARATE]
    if is_stable:
        return [term.name for term in changeable]
    return [term.name for term in changeable if term.change is Change.ALWAYS and not term.needs_stable]


# What each may be ---------------------------------------------------------------------------------------------------

MAX_CUSTOMER_LENGTH = 200
MAX_REFERENCE_LENGTH = 100
MAX_TITLE_LENGTH = 200
MAX_NOTE_LENGTH = 10_000
MAX_SLUG_LENGTH = 60
MAX_PURPOSE_LENGTH = 60  # of what a storage's links are for
MAX_DOWNLOADS = 1_000_000
MAX_REMIND_DAYS = 365
MAX_FILENAME_LENGTH = 255  # characters of the column; a browser sees fewer (links.lib.content_disposition)
MIN_PASSWORD_LENGTH = 8
MAX_PASSWORD_LENGTH = 128  # more is never hashed
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,58}[a-z0-9])")


def name_file(filename: str, object_key: str) -> str:
    """The name under which customers save the file: what was asked for, or the last part of the object's key."""
    return (filename or object_key.rstrip("/").rpartition("/")[2])[-MAX_FILENAME_LENGTH:]


def check_slug(slug: str, *, has_password: bool, is_public: bool) -> None:
    """An address that can be guessed is no secret: a password must lock it, or somebody say that it is public.

    Raises `Refused`: `slug-malformed`, `slug-unprotected`.
    """
    if not _SLUG.fullmatch(slug):
        raise Refused(Reason.SLUG_MALFORMED, slug=slug[:60])
    if not (has_password or is_public):
        raise Refused(Reason.SLUG_UNPROTECTED)


def check_password(password: str, common: Container[str] = (), own_words: Iterable[str] = ()) -> None:
    """Trying is slowed down (`links.domain.visits.access`), but what everybody tries first is found all the same.

    `common` are the passwords that are known to be taken most, in small letters; `own_words` whatever the link itself
    says: its title, its customer, its address, its file.

    Raises `Refused`: `password-too-short`, `password-too-long`, `password-too-common`, `password-own-words`.
    """
    if len(password) < MIN_PASSWORD_LENGTH:
        raise Refused(Reason.PASSWORD_TOO_SHORT, least=MIN_PASSWORD_LENGTH)
    if len(password) > MAX_PASSWORD_LENGTH:
        raise Refused(Reason.PASSWORD_TOO_LONG, most=MAX_PASSWORD_LENGTH)
    bare = _bare(password)
    if password.casefold() in common or bare in common or _is_monotonous(bare or password):
        raise Refused(Reason.PASSWORD_TOO_COMMON)
    if any(_is_made_of(bare, _bare(word)) for word in own_words):
        raise Refused(Reason.PASSWORD_OWN_WORDS)


def _bare(text: str) -> str:
    """Letters and digits alone, however they were written."""
    return "".join(
        letter for letter in unicodedata.normalize("NFKC", text[:MAX_PASSWORD_LENGTH]).casefold() if letter.isalnum()
    )


def _is_monotonous(text: str) -> bool:
    """Few characters again and again, or one after the other: 11111111, abababab, 34567890."""
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return len(set(text)) < 4 or len(steps) == 1


def _is_made_of(bare: str, word: str) -> bool:
    """A word of the link, a part of one, or one with as little as a year added."""
    within = len(word) >= 4 and word in bare and len(bare) - len(word) <= 4
    return bool(bare) and (bare in word or within)


def check_beginning(starts_at: datetime, promised_until: datetime, now: datetime) -> None:
    """Of one that is new: what was said before, and has come, stays. Raises `Refused`: `starts-past`,
    `starts-after-end`."""
    if starts_at <= now:
        raise Refused(Reason.STARTS_PAST)
    if starts_at >= promised_until:
        raise Refused(Reason.STARTS_AFTER_END, end=promised_until.isoformat())


def check_end(promised_until: datetime, starts_at: datetime | None) -> None:
    """Raises `Refused("ends-before-start")`: a link that ends before it begins never opens."""
    if starts_at is not None and promised_until <= starts_at:
        raise Refused(Reason.ENDS_BEFORE_START, start=starts_at.isoformat())
