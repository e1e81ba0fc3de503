"""Where a URL breaks off at a length at which programs cut: the longest line of a mail, a column of a database, the
field of a form.

Sources: RFC 5322, 2.1.1 (998 characters in a line, 1,000 with its end); Excel's hyperlinks and the usual width of a
database's column (255); Internet Explorer and what learned from it (2,083, of which 2,048 for the path); buffers.
"""

import re

from links.domain.signed_urls.flaws import FlawKind
from links.domain.signed_urls.parameters import SPELLINGS, TOKEN_NAMES
from links.domain.signed_urls.reading import SignedUrl, Style

LIMITS = frozenset({255, 256, 500, 512, 998, 1000, 1023, 1024, 2000, 2047, 2048, 2083, 4096})
_TORN_ESCAPE = re.compile(r"%[0-9A-Fa-f]?$")
_LAST = re.compile(r"[?&](?P<name>[\w-]*)(?P<equals>=?)[^?&]*$", re.ASCII)


def find_cut(text: str, url: str, signed: SignedUrl) -> int | None:
    """After how many characters it was cut; None for a URL that is whole, or breaks off anywhere else. Counted is the
    URL, or the line of `text` at whose end it breaks off, with the words before it."""
    line = text.rstrip("\r\n").rpartition("\n")[2].rstrip("\r")
    length = next((length for length in (len(url), len(line)) if length in LIMITS), None)
    return length if length is not None and _breaks_off(url, signed) else None


def _breaks_off(url: str, signed: SignedUrl) -> bool:
    last = _LAST.search(url)
    if _TORN_ESCAPE.search(url) or (last and not last["equals"] and _begins_a_name(last["name"].lower())):
        return True
    if signed.style is Style.UNSIGNED:
        return any(name.startswith("response-") for name in signed.parameters)
    flaws = {flaw.name: flaw.kind for flaw in signed.flaws}
    return FlawKind.MISSING in flaws.values() or bool(last and last["name"].lower() in flaws)


def _begins_a_name(text: str) -> bool:
    return any(name.startswith(text) for name in (*SPELLINGS, *TOKEN_NAMES, "response-content-disposition"))
