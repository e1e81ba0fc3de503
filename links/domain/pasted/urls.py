"""A URL that somebody pasted, as the value that is handed on: repaired once and read once."""

import re
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice, pairwise

from links.domain.errors import Unreadable
from links.domain.pasted.cuts import find_cut
from links.domain.pasted.repair import Repair, Repaired, repair
from links.domain.signed_urls.reading import SignedUrl, Style, read

MAX_FOUND = 1_000
_BEGINS = re.compile(r"(?<![\w%=&?/:.#~+-])https?://(?=\S)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PastedUrl:
    """`url` is what was pasted, repaired as `repairs` say, and `signed` what can be read off it. `text` is what was
    pasted, trimmed; `cut_at` after how many characters it breaks off, where programs are known to cut. Text and URL
    are secrets of whoever pasted them: neither is printed."""

    text: str = field(repr=False)
    url: str = field(repr=False)
    signed: SignedUrl
    repairs: tuple[Repair, ...] = ()
    cut_at: int | None = None

    def of_file(self) -> "PastedUrl":
        """What it means where it names a file. Without a signature it is taken as it stands: nothing shows whether
        what a repair cuts off is part of the file's name. Raises `Unreadable`, as `read_pasted` does."""
        is_sure = self.signed.style is not Style.UNSIGNED or not self.repairs
        return self if is_sure else read_repaired(self.text, Repaired(self.text))


def read_all(text: str) -> tuple[PastedUrl, ...]:
    """Every signed URL of a text that holds several, each once and in their order; the first `MAX_FOUND` at most. Of
    any other text the one that `read_pasted` reads. A URL that stands within another's, as a filter's or a tracker's
    address has it, is none of its own. Raises `Unreadable`, as `read_pasted` does."""
    begins = [found.start() for found in islice(_BEGINS.finditer(text), MAX_FOUND)]
    found: dict[str, PastedUrl] = {}
    for begin, end in pairwise([*begins, len(text)] if len(begins) > 1 else []):
        with suppress(Unreadable):
            pasted = read_pasted(text[begin:end])
            if pasted.signed.style is not Style.UNSIGNED:
                found.setdefault(pasted.url, pasted)
    return tuple(found.values()) if len(found) > 1 else (read_pasted(text),)


def read_pasted(text: str) -> PastedUrl:
    """Repair and read a URL in whatever mail or chat made of it. Raises `Unreadable`, as `url_parts.split` does."""
    return read_repaired(text, repair(text))


def read_repaired(text: str, repaired: Repaired) -> PastedUrl:
    """As `read_pasted`, for whoever has had to look at the repairs first."""
    signed = read(repaired.url)
    return PastedUrl(text.strip(), repaired.url, signed, repaired.repairs, find_cut(text, repaired.url, signed))
