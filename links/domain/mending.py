"""URLs as they come out of mail programs and chat, and what they were before.

Each repair undoes one thing that is done to URLs on their way, and only where its trace is plain: a URL that is
whole is never touched.
"""

import re
from base64 import urlsafe_b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from string import ascii_lowercase, ascii_uppercase, digits
from urllib.parse import parse_qs, unquote, urlsplit

from links.domain import prose


class Repair(StrEnum):
    """What was undone."""

    SURROUNDINGS = "surroundings"
    LINE_BREAKS = "line-breaks"
    QUOTED_PRINTABLE = "quoted-printable"
    HTML_ENTITIES = "html-entities"
    REWRITTEN_LINK = "rewritten-link"
    DOUBLE_ENCODING = "double-encoding"
    BLANKS = "blanks"


@dataclass(frozen=True, slots=True)
class Mended:
    """A URL and what had to be repaired to read it, in the order in which it was done."""

    url: str = field(repr=False)
    repairs: tuple[Repair, ...] = ()


def mend(text: str) -> Mended:
    """The URL in `text`, repaired. Never raises; what is beyond repair comes back trimmed, to be refused by `read`."""
    url, repairs = text.strip(), []
    for repair, undo in _REPAIRS:
        undone = undo(url)
        if undone != url:
            url = undone
            repairs.append(repair)
    return Mended(url, tuple(repairs))


_SOFT_BREAK = re.compile(r"=\r?\n")
_QUOTED = re.compile(r"=([0-9A-F]{2})", re.IGNORECASE)
_PLAIN_EQUALS = re.compile(r"=(?![0-9A-F]{2}|\r?\n|$)", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:amp|#0*38|#x0*26);", re.IGNORECASE)
_REWRITERS = {"safelinks.protection.outlook.com": "url", "www.google.com": "q", "l.facebook.com": "u"} | dict.fromkeys(
    ("urldefense.com", "urldefense.proofpoint.com"), "u"
)
_PROOFPOINT_2 = str.maketrans("-_", "%/")
_PROOFPOINT_3 = re.compile(
    r"https?://urldefense\.(?:proofpoint\.)?com/v3/__(?P<url>.+?)__;(?P<marks>[\w-]*)!", re.IGNORECASE
)
_RUNS = f"{ascii_uppercase}{ascii_lowercase}{digits}-_"
# No id, token or signature holds a per cent sign of its own; an object key may.
_ENCODED_TWICE = re.compile(r"[?&](?:x-amz-credential|x-amz-security-token|signature)=[^&]*%25", re.IGNORECASE)


def _join_quoted_lines(text: str) -> str:
    """Quoted-printable: a soft break ends a line with `=`, and every `=` of the URL is written `=3D`. A signature may
    begin with 3d all the same, so that a single plain `=` tells that it is none."""
    if "=3D" not in text.upper() or _PLAIN_EQUALS.search(text):
        return text
    joined = _SOFT_BREAK.sub("", text)
    return _QUOTED.sub(lambda found: chr(int(found[1], 16)), joined)


def _decode_entities(text: str) -> str:
    """Until none is left: a message quoted twice has `&amp;amp;`."""
    while (plain := _ENTITY.sub("&", text)) != text:
        text = plain
    return text


def _unwrap(text: str) -> str:
    """Rewriters carry the URL in themselves: Outlook's Safe Links and others in a parameter, Proofpoint's in ways of
    its own."""
    if found := _PROOFPOINT_3.match(text):
        return _decode_proofpoint(found["url"], found["marks"])
    try:
        parts = urlsplit(text)
    except ValueError:
        return text
    host = (parts.hostname or "").lower()
    name = next((name for tail, name in _REWRITERS.items() if host == tail or host.endswith(f".{tail}")), "")
    carried = parse_qs(parts.query).get(name, [""])[0] if name else ""
    if parts.path == "/v2/url":
        carried = unquote(carried.translate(_PROOFPOINT_2))
    return carried if prose.STARTS.match(carried) else text


def _decode_proofpoint(url: str, marks: str) -> str:
    """Marks that were taken out stand in order behind the URL; `*` is one of them, `**` and a letter a run."""
    taken = iter(urlsafe_b64decode(marks + "=" * (-len(marks) % 4)).decode(errors="replace"))

    def put_back(found: re.Match[str]) -> str:
        return "".join(islice(taken, _RUNS.index(found[1]) + 2 if found[1] else 1))

    return re.sub(r"\*(?:\*([\w-]))?", put_back, url, flags=re.ASCII)


def _decode_twice_encoded(text: str) -> str:
    if re.match(r"https?%3A", text, re.IGNORECASE):
        text = unquote(text)
    return text.replace("%25", "%") if _ENCODED_TWICE.search(text) else text


def _encode_blanks(text: str) -> str:
    return text.strip().replace(" ", "%20")


_REPAIRS: tuple[tuple[Repair, Callable[[str], str]], ...] = (
    (Repair.QUOTED_PRINTABLE, _join_quoted_lines),
    (Repair.LINE_BREAKS, prose.join_lines),
    (Repair.SURROUNDINGS, prose.cut),
    (Repair.HTML_ENTITIES, _decode_entities),
    (Repair.REWRITTEN_LINK, _unwrap),
    (Repair.DOUBLE_ENCODING, _decode_twice_encoded),
    (Repair.BLANKS, _encode_blanks),
)
