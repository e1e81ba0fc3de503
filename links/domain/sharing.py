"""Sharing: which objects of which buckets somebody may share, and for how long.

A prefix is compared with a key as S3 does: character by character, as they were written. `a` covers `ab`, `a/` does
not; nothing is made of `..`, of a doubled slash or of another Unicode form of the same letter. The empty prefix covers
the whole bucket.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from links.domain.buckets.object_keys import MAX_OBJECT_KEY_BYTES
from links.domain.errors import Refused, Unreadable
from links.domain.pasted.object_addresses import is_address, read_address
from links.domain.reasons import Reason


@dataclass(frozen=True, slots=True)
class SharedPrefix:
    """Every object of one bucket (by its id) whose key begins with `prefix` may be shared, for `max_days` at a time;
    None for any time."""

    bucket: int
    prefix: str
    max_days: int | None = None


@dataclass(frozen=True, slots=True)
class ShareScope:
    """What one person may share: nothing, unless it is said. `askable` are those who can give them more; `person` is
    their name, where it is somebody else who asks."""

    prefixes: tuple[SharedPrefix, ...] = ()
    covers_everything: bool = False
    askable: tuple[str, ...] = ()
    person: str = ""

    def may_share(self, bucket: int, key: str) -> bool:
        return self.covers_everything or any(key.startswith(prefix) for prefix in self._list_prefixes(bucket))

    def may_enter(self, bucket: int, folder: str) -> bool:
        """Whether something below this folder may be shared: it, or what lies on the way."""
        return self.may_share(bucket, folder) or any(
            prefix.startswith(folder) for prefix in self._list_prefixes(bucket)
        )

    def may_use(self, bucket: int) -> bool:
        """Whether anything in this bucket may be shared."""
        return self.may_enter(bucket, "")

    def find_last_end(self, bucket: int, key: str, now: datetime) -> datetime | None:
        """Until when an object that may be shared may be shared at most: the most generous permission counts. None
        where there is no limit."""
        days = [each.max_days for each in self.prefixes if each.bucket == bucket and key.startswith(each.prefix)]
        limits = [most for most in days if most is not None]
        if self.covers_everything or len(limits) < len(days) or not limits:
            return None
        return now + timedelta(days=max(limits))

    def list_buckets(self) -> frozenset[int]:
        """Those that are named; of somebody who may share everything, that is not all."""
        return frozenset(each.bucket for each in self.prefixes)

    def _list_prefixes(self, bucket: int) -> Iterable[str]:
        return (each.prefix for each in self.prefixes if each.bucket == bucket)

    def plan_listing(self, bucket: int, start: str) -> "ListingPlan":
        """How to list what begins with `start` and may be shared, folder by folder."""
        if self.may_share(bucket, start):
            return ListingPlan(prefixes=(start,))
        below = _drop_covered(prefix for prefix in self._list_prefixes(bucket) if prefix.startswith(start))
        parted = [(prefix, *prefix.removeprefix(start).partition("/")[:2]) for prefix in below]
        folders = dict.fromkeys(f"{start}{name}/" for _, name, slash in parted if slash)
        return ListingPlan(tuple(folders), tuple(prefix for prefix, _, slash in parted if not slash))


class ReceiverKind(StrEnum):
    ROLE = "role"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who is let share: a role or a person, by its id. As text, which is how a form sends it, it is `kind:number`."""

    kind: ReceiverKind
    number: int

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.number}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read back what `str` wrote. Raises ValueError for anything else."""
        kind, _, number = text.partition(":")
        return cls(ReceiverKind(kind), int(number))


EVERYTHING = ShareScope(covers_everything=True)
"""The scope of the operator, who runs commands on the server."""


@dataclass(frozen=True, slots=True)
class ListingPlan:
    """`folders` lead on to what may be shared and are shown without being asked for; each of `prefixes` is asked of
    the store, and whatever begins so may be shared."""

    folders: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()


def check_prefix(prefix: str, *, is_there: bool = False) -> None:
    """Refuse a prefix that no object's key begins with; and one that looks as if another were meant, unless objects
    whose keys begin so are known to be there. Raises `Refused`: prefix-malformed, prefix-too-long, prefix-unlikely
    with the one that is meant as `instead`."""
    try:
        length = len(prefix.encode())
    except UnicodeEncodeError:
        raise Refused(Reason.PREFIX_MALFORMED) from None
    if "\0" in prefix:
        raise Refused(Reason.PREFIX_MALFORMED)
    if length > MAX_OBJECT_KEY_BYTES:
        raise Refused(Reason.PREFIX_TOO_LONG, length=length, longest=MAX_OBJECT_KEY_BYTES)
    meant = find_meant(prefix)
    if meant != prefix and not is_there:
        raise Refused(Reason.PREFIX_UNLIKELY, prefix=prefix, instead=meant)


def find_meant(prefix: str) -> str:
    """What somebody probably means by a prefix: a path's first slash, a file manager's asterisk and the address of a
    bucket are no part of a key. "" where that cannot be told. Objects may have such keys all the same."""
    if is_address(prefix):
        try:
            address = read_address(prefix)
        except Unreadable:
            address = None
        return address.key if address else ""
    return prefix.lstrip("/").rstrip("*")


def _drop_covered(prefixes: Iterable[str]) -> list[str]:
    """In order, without those that begin with another one."""
    kept: list[str] = []
    for prefix in sorted(prefixes):
        if not kept or not prefix.startswith(kept[-1]):
            kept.append(prefix)
    return kept
