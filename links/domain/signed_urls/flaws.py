"""What is wrong with the shape of a URL."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class FlawKind(StrEnum):
    MISSING = "missing"
    MALFORMED = "malformed"
    REPEATED = "repeated"
    RESPELLED = "respelled"


@dataclass(frozen=True, slots=True)
class Flaw:
    """One flaw, and the parameter that has it, in small letters; or PATH, or NAMES. As text, which is how it stands in
    a finding's params, it is `kind:name`."""

    kind: FlawKind
    name: str

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.name}"

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read back what `str` wrote; None for what is no flaw."""
        kind, colon, name = text.partition(":")
        return cls(FlawKind(kind), name) if colon and kind in set(FlawKind) else None


PATH = "path"
NAMES = "names"


def join_changes(flaws: Iterable[Flaw], strangers: Iterable[str] = ()) -> str:
    """What seems to have been changed about a URL, as it stands in a finding's params: flaws and strange parameters."""
    return ", ".join([*map(str, flaws), *strangers])


def split_changes(text: str) -> list[Flaw | str]:
    """Read back what `join_changes` wrote."""
    return [Flaw.parse(each) or each for each in text.split(", ") if each]
