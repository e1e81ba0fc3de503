"""How a sentence is chosen and its gaps are filled.

A code has one or more lines, the most exact first. A line speaks when its conditions hold and all its gaps can be
filled, so that a finding which carries less than another gets a plainer sentence, never a broken one. The last line
has neither condition nor gap.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce

from django.utils.translation import gettext

_GAP = re.compile(r"%\((\w+)\)s")
_LONGEST_VALUE = 300


@dataclass(frozen=True, slots=True)
class Line:
    """One English sentence (marked with `gettext_noop`) and the values that gaps must have for it to be true."""

    text: str
    conditions: Mapping[str, str] = field(default_factory=dict)

    @property
    def gaps(self) -> frozenset[str]:
        return frozenset(_GAP.findall(self.text))

    def fits(self, values: Mapping[str, str]) -> bool:
        asked = all(values.get(name) == value for name, value in self.conditions.items())
        return asked and all(values.get(name) for name in self.gaps)


def line(text: str, **conditions: str) -> Line:
    return Line(text, conditions)


def speak(lines: Iterable[Line], values: Mapping[str, str]) -> str:
    """The first line that fits, in the active language."""
    text = next(line.text for line in lines if line.fits(values))
    return gettext(text) % values


def join(parts: Iterable[str]) -> str:
    """Sentences, or units, one after another: with a blank between them in English, without in Japanese."""
    return reduce(lambda first, then: gettext("%(first)s %(then)s") % {"first": first, "then": then}, parts)


def plain(value: object, longest: int = _LONGEST_VALUE) -> str:
    """A foreign value for the middle of a sentence: one line, nothing that moves the cursor, not endless."""
    text = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in str(value))
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
