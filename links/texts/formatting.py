"""How a sentence is chosen and its gaps are filled.

A code has one or more lines, the most exact first. A line speaks when its conditions hold and all its gaps can be
filled, so that a finding which carries less than another gets a plainer sentence, never a broken one. The last line
has neither condition nor gap.

Where two sentences would differ only by a gap, they are one with a fallback in square brackets, the most exact first:
"The store does not know [access key %(access_key_id)s|the access key]." What stands alone in brackets is left out
where it cannot be filled: "It was changed[ (%(what)s)]." A translation has brackets of its own, with the same gaps.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import reduce

from django.template.defaultfilters import filesizeformat
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from links.lib.safe_text.visible import make_visible

_GAP = re.compile(r"%\((\w+)\)s")
_FALLBACK = re.compile(r"\[([^][]*)\]")
_MAX_VALUE_LENGTH = 300
_SHOWN_BY = "shown_by"
_shown_by = ContextVar(_SHOWN_BY, default="page")


@contextmanager
def shown_by_command() -> Iterator[None]:
    """Until its end, whoever reads has a command line and no buttons: lines with the condition `shown_by="command"`
    speak. Kept to what a command reports itself; a mail that it sends is read elsewhere."""
    token = _shown_by.set("command")
    try:
        yield
    finally:
        _shown_by.reset(token)


@dataclass(frozen=True, slots=True)
class Line:
    """One English sentence (marked with `gettext_noop`) and the values that gaps must have for it to be true."""

    text: str
    conditions: Mapping[str, str] = field(default_factory=dict)

    @property
    def gaps(self) -> frozenset[str]:
        """Those without which it cannot speak."""
        return frozenset(_GAP.findall(_FALLBACK.sub("", self.text)))

    def fits(self, values: Mapping[str, str]) -> bool:
        here = {_SHOWN_BY: _shown_by.get()}
        asked = all(values.get(name, here.get(name)) == value for name, value in self.conditions.items())
        return asked and all(values.get(name) for name in self.gaps)


def line(text: str, **conditions: str) -> Line:
    return Line(text, conditions)


def choose(lines: Iterable[Line], values: Mapping[str, str]) -> Line:
    """The first line that fits."""
    return next(line for line in lines if line.fits(values))


def render_lines(lines: Iterable[Line], values: Mapping[str, str]) -> str:
    """The first line that fits, in the active language."""
    return fill(gettext(choose(lines, values).text), values)


def fill(text: str, values: Mapping[str, str]) -> str:
    """A text with its gaps filled, and of each pair of brackets the first part that can be."""

    def fall_back(brackets: re.Match[str]) -> str:
        parts = brackets[1].split("|")
        return next((part for part in parts if all(values.get(name) for name in _GAP.findall(part))), "")

    return _FALLBACK.sub(fall_back, text) % values


def join(parts: Iterable[str]) -> str:
    """Sentences, or units, one after another: with a blank between them in English, without in Japanese."""
    return reduce(lambda first, then: gettext("%(first)s %(then)s") % {"first": first, "then": then}, parts)


def group_digits(count: int) -> str:
    """A number as the reader's language groups it: 1,234."""
    return number_format(count, force_grouping=True)


def write_size(count: int) -> str:
    """A file's size: "682 bytes", "1.2 MB". Django writes a blank before the Japanese word for bytes, too."""
    if count < 1024:
        return ngettext("%(count)s byte", "%(count)s bytes", count) % {"count": count}
    return filesizeformat(count).replace("\xa0", " ")


def plain(value: object, longest: int = _MAX_VALUE_LENGTH) -> str:
    """A foreign value for the middle of a sentence: one line, all of it visible, not endless."""
    text = make_visible(str(value))
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
