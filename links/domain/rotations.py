"""Rotating a key: when it is due, what it ends, and from when the old key can be deleted.

A stable link does not notice: its next click is signed by the next key. A URL that was handed out signed works only
for as long as the store knows the key that signed it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from links.domain.findings import Code, Finding
from links.domain.judging.facts import Delivery
from links.domain.visits.clicks import CLICK_SECONDS

ENDINGS_SHOWN = 20
# The longest that anybody may need a URL made by a click: two minutes more than it is signed for, because a click may
# be under way when its key is replaced, and a store's clock a little behind ours.
CLICKS_LAST = timedelta(seconds=CLICK_SECONDS) + timedelta(minutes=2)
MAX_LABEL_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Ending:
    """A link whose signed URL dies with its key. `ends_at` is the signature's own end (aware UTC), or the promise's
    where the URL states none."""

    link: int
    delivery: Delivery
    about: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """What rotating a key does. Only links that were not revoked and whose promise runs are counted.

    `endings` are the links that die if the key is deleted at its store, the next to end first, and no more than
    `ENDINGS_SHOWN` of them; `last_ends_at` is the end of the last of all, None where there is none.
    """

    buckets: tuple[str, ...] = ()
    stable_count: int = 0
    presigned_count: int = 0
    foreign_count: int = 0
    endings: tuple[Ending, ...] = ()
    last_ends_at: datetime | None = None

    @property
    def dying_count(self) -> int:
        return self.presigned_count + self.foreign_count

    @property
    def unshown_count(self) -> int:
        return self.dying_count - len(self.endings)

    def harmless_from(self, replaced_at: datetime) -> datetime:
        """From when the old key can be deleted at its store, and nobody who was given a URL notices."""
        clicks_end_at = replaced_at + CLICKS_LAST
        return max(self.last_ends_at or clicks_end_at, clicks_end_at)


def due_at(added_at: datetime, planned_at: datetime | None, days: int | None) -> datetime | None:
    """When a key is to be rotated: on the planned date or at the age of so many days, whichever comes first."""
    by_age = added_at + timedelta(days=days) if days is not None else None
    return min((end for end in (planned_at, by_age) if end is not None), default=None)


def name_replaced(label: str, replaced_at: datetime, taken: Collection[str]) -> str:
    """What the old key is called once its label has gone to the new one: "main (until 2026-11-24)"."""
    day = f"{replaced_at:%Y-%m-%d}"
    ends = (f" (until {day})" if number == 1 else f" (until {day}, {number})" for number in count(1))
    names = (f"{label[: MAX_LABEL_LENGTH - len(end)]}{end}" for end in ends)
    return next(name for name in names if name not in taken)


# What is wrong with an object is wrong under every key.
_OF_THE_OBJECT = frozenset({Code.OBJECT_MISSING, Code.VERSION_MISSING, Code.ARCHIVED})


def find_fault(found: Sequence[Finding | None], *, known_to_serve: bool) -> Finding | None:
    """What keeps a new key from taking over, by what came of reading some objects with it (None: it was served).

    Where the links are known to have served, one that the new key may not read is enough. Where they are not, the old
    key having died already perhaps, one that it may read proves it.
    """
    faults = [finding for finding in found if finding is not None and finding.code not in _OF_THE_OBJECT]
    if not known_to_serve and len(faults) < len(found):
        return None
    return faults[0] if faults else None
