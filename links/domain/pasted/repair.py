"""URLs as they come out of mail programs and chat, and what they were before.

Each repair undoes one thing that is done to URLs on their way, and only where its trace is plain: a URL that is
whole is never touched.
"""

import re
from base64 import urlsafe_b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain, islice
from string import ascii_lowercase, ascii_uppercase, digits
from urllib.parse import parse_qs, unquote

from links.domain.pasted import extract
from links.domain.signed_urls.url_parts import split_raw


class Repair(StrEnum):
    """What was undone."""

    INVISIBLES = "invisibles"
    ESCAPES = "escapes"
    SCHEME = "scheme"
    SURROUNDINGS = "surroundings"
    LINE_BREAKS = "line-breaks"
    QUOTED_PRINTABLE = "quoted-printable"
    HTML_ENTITIES = "html-entities"
    FULL_WIDTH = "full-width"
    REWRITTEN_LINK = "rewritten-link"
    DOUBLE_ENCODING = "double-encoding"
    BLANKS = "blanks"


MAX_TEXT_LENGTH = 1_000_000  # a whole mail with a URL in it, whatever was done to it


@dataclass(frozen=True, slots=True)
class Repaired:
    """A URL and what had to be repaired to read it, in the order in which it was done."""

    url: str = field(repr=False)
    repairs: tuple[Repair, ...] = ()


def repair(text: str) -> Repaired:
    """The URL in `text`, repaired. Never raises; what is beyond repair comes back trimmed, to be refused by `read`, and
    so does a text of more than `MAX_TEXT_LENGTH` characters."""
    url, repairs = text.strip(), list[Repair]()
    if len(url) > MAX_TEXT_LENGTH:
        return Repaired(url)
    for _ in range(_MAX_LAYERS):
        whole = url
        for kind, undo in _REPAIRS:
            mangled, url = url, undo(url)
            if url != mangled and kind not in repairs:
                repairs.append(kind)
        if url == whole:
            break
    return Repaired(url, tuple(repairs))


_MAX_LAYERS = 5  # a mail that two companies forwarded has passed two services that rewrite links
# No signer writes them, and no joiner of letters is among them.
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
_ESCAPED = re.compile(r"(?<!\\)\\+(?:u00(?P<code>[0-9a-f]{2})|(?P<itself>[^\w\s\\]|_))", re.IGNORECASE)
_WORD = re.compile(r"\S+")
_SCHEMELESS = re.compile(
    r"(?:\b(?:hxxp|ttp|tp)(?P<secure>s?)://|(?<![\w.@/:?&=%-])(?://)?)(?P<host>(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?/)",
    re.IGNORECASE | re.ASCII,
)
_SIGNERS_WORD = re.compile(r"x-amz-|x-goog-|signature=", re.IGNORECASE)
_LINE_TAG, _WORD_TAG = re.compile(r"<br\s*/?>\s*", re.IGNORECASE), re.compile(r"<wbr\s*/?>", re.IGNORECASE)
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FULL_WIDTH_QUERY = re.compile(r"[?？](?=[\w-]+[=＝])(?P<query>.*)", re.DOTALL | re.ASCII)
_SOFT_BREAK = re.compile(r"=\r?\n")
_QUOTED = re.compile(r"=([0-9A-F]{2})", re.IGNORECASE)
_PLAIN_EQUALS = re.compile(r"=(?![0-9A-F]{2}|\r?\n|$)", re.IGNORECASE)
_ENTITIES = re.compile(r"&(?:(?:amp|#0*38|#x0*26);)+", re.IGNORECASE)
_REWRITERS = {"safelinks.protection.outlook.com": "url", "www.google.com": "q", "l.facebook.com": "u"} | dict.fromkeys(
    ("urldefense.com", "urldefense.proofpoint.com"), "u"
)
_PROOFPOINT_2 = str.maketrans("-_", "%/")
_PROOFPOINT_3 = re.compile(
    r"https?://urldefense\.(?:proofpoint\.)?com/v3/__(?P<url>.+?)__;(?P<marks>[\w-]*)!", re.IGNORECASE
)
_CHECKPOINT = re.compile(r"https://protect\.checkpoint\.com/v2/(?:r\d+/)?___(?P<url>.+?)___\.", re.IGNORECASE)
_IN_A_PATH = re.compile(r"/(https?%3A%2F%2F[^/?#]+)", re.IGNORECASE)
_SIGNED = re.compile(r"[?&](?:x-amz-signature|x-goog-signature|signature|sig)=", re.IGNORECASE)
_RUNS = f"{ascii_uppercase}{ascii_lowercase}{digits}-_"
# No id, token or signature holds a per cent sign of its own; an object key may.
_ENCODED_TWICE = re.compile(r"[?&](?:x-amz-credential|x-amz-security-token|signature)=[^?&]*%25", re.IGNORECASE)


def _drop_invisibles(text: str) -> str:
    return text.translate(_INVISIBLE)


def _unescape(text: str) -> str:
    """Programs and shells put a backslash before what means something to them; a URL has none."""
    return _ESCAPED.sub(_read_escape, text)


def _read_escape(found: re.Match[str]) -> str:
    return chr(int(found["code"], 16)) if found["code"] else found["itself"]


def _restore_scheme(text: str) -> str:
    """It was cut off, or spoilt so that nobody clicks. A word without one is a URL where a host stands in it, and
    after that a query in which a signer wrote."""
    if extract.STARTS.search(text):
        return text
    for word in _WORD.finditer(text):
        written = [found.start() for found in _SIGNERS_WORD.finditer(word[0])]
        query = word[0].rfind("?", 0, written[-1]) if written else -1
        for found in _SCHEMELESS.finditer(word[0], 0, query) if query > 0 else ():
            begin, host = word.start() + found.start(), word.start() + found.start("host")
            return f"{text[:begin]}{_name_scheme(found['secure'])}://{text[host:]}"
    return text


def _name_scheme(secure: str | None) -> str:
    return "http" if secure == "" else "https"


def _join_lines(text: str) -> str:
    """A line may end in HTML's way too; where nothing was joined nothing was done."""
    lines = _LINE_TAG.sub("\n", _WORD_TAG.sub("", text))
    joined = extract.join_lines(lines)
    return joined if joined != lines or not _LINE_TAG.search(text) else text


def _join_quoted_lines(text: str) -> str:
    """Quoted-printable: a soft break ends a line with `=`, and every `=` of the URL is written `=3D`. A signature may
    begin with 3d all the same, so that a single plain `=` tells that it is none."""
    if "=3D" not in text.upper() or _PLAIN_EQUALS.search(text):
        return text
    joined = _SOFT_BREAK.sub("", text)
    return _QUOTED.sub(lambda found: chr(int(found[1], 16)), joined)


def _decode_entities(text: str) -> str:
    """A message quoted twice has `&amp;amp;`."""
    return _ENTITIES.sub("&", text)


def _narrow(text: str) -> str:
    """Where `&` and `=` mean something, forms make them wide; a path may have wide letters of its own."""
    return _FULL_WIDTH_QUERY.sub(lambda found: "?" + found["query"].translate(_FULL_WIDTH), text, 1)


def _unwrap(text: str) -> str:
    """Rewriters carry the URL in themselves: Outlook's Safe Links and others in a parameter, some in the path,
    Proofpoint's in ways of its own. What is signed is the URL that was meant, whoever put something around it."""
    if found := _PROOFPOINT_3.match(text):
        return _decode_proofpoint(found["url"], found["marks"])
    if found := _CHECKPOINT.match(text):
        return found["url"]
    try:
        parts = split_raw(text)
    except ValueError:
        return text
    host = (parts.hostname or "").lower()
    name = next((name for tail, name in _REWRITERS.items() if host == tail or host.endswith(f".{tail}")), "")
    values = parse_qs(parts.query)
    carried = values.get(name, [""])[0] if name else ""
    if parts.path == "/v2/url":
        carried = unquote(carried.translate(_PROOFPOINT_2))
    if not carried and not _SIGNED.search(text):
        inner = [*chain(*values.values()), *map(unquote, _IN_A_PATH.findall(parts.path))]
        carried = next((url for url in inner if _SIGNED.search(url)), "")
    return carried if extract.STARTS.match(carried) else text


def _decode_proofpoint(url: str, marks: str) -> str:
    """Marks that were taken out stand in order behind the URL; `*` is one of them, `**` and a letter a run."""
    try:
        taken = iter(urlsafe_b64decode(marks + "=" * (-len(marks) % 4)).decode(errors="replace"))
    except ValueError:  # no Base64: the marks are lost
        return url

    def put_back(found: re.Match[str]) -> str:
        return "".join(islice(taken, _RUNS.index(found[1]) + 2 if found[1] else 1))

    return re.sub(r"\*(?:\*([\w-]))?", put_back, url, flags=re.ASCII)


def _decode_twice_encoded(text: str) -> str:
    if re.match(r"https?%(?:25)*3A", text, re.IGNORECASE):
        text = unquote(text)
    return text.replace("%25", "%") if _ENCODED_TWICE.search(text) else text


def _encode_blanks(text: str) -> str:
    return text.strip().replace(" ", "%20")


_REPAIRS: tuple[tuple[Repair, Callable[[str], str]], ...] = (
    (Repair.INVISIBLES, _drop_invisibles),
    (Repair.ESCAPES, _unescape),
    (Repair.QUOTED_PRINTABLE, _join_quoted_lines),
    (Repair.SCHEME, _restore_scheme),
    (Repair.LINE_BREAKS, _join_lines),
    (Repair.SURROUNDINGS, extract.cut),
    (Repair.HTML_ENTITIES, _decode_entities),
    (Repair.FULL_WIDTH, _narrow),
    (Repair.REWRITTEN_LINK, _unwrap),
    (Repair.DOUBLE_ENCODING, _decode_twice_encoded),
    (Repair.BLANKS, _encode_blanks),
)
