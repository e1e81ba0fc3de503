"""URLs as they come out of mail programs and chat, and what they were before.

Each repair undoes one thing that is done to URLs on their way, and only where its trace is plain: a URL that is
whole is never touched.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import unquote

from links.domain.pasted import extract
from links.domain.pasted.raw_values import encode_values
from links.domain.pasted.rewriters import unwrap
from links.domain.stores.hosts import is_internal


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
    PRINTF = "printf"
    PLUS_SIGNS = "plus-signs"
    STRAY_BLANKS = "stray-blanks"
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
_ESCAPED = re.compile(r"(?<!\\)\\+(?:(?:u00|x)(?P<code>[2-7][0-9a-f])|(?P<itself>[^\w\s\\]|_))", re.IGNORECASE)
_SHELL_ESCAPED = re.compile(r"[\^`](?=[&%|<>()!$])")  # of Windows' command line and of PowerShell
_WORD = re.compile(r"\S+")
_SCHEMELESS = re.compile(
    r"(?:\b(?:hxxp|ttp|tp)(?P<secure>s?)://|(?<![\w.@/:?&=%-])(?://)?)"
    r"(?P<host>(?:(?P<name>(?:[a-z0-9-]+\.)+[a-z]{2,}|[0-9]{1,3}(?:\.[0-9]{1,3}){3}|\[[0-9a-f:]{2,39}\])(?::[0-9]{1,5})?"
    r"|(?P<inside>[a-z][a-z0-9-]*):[0-9]{2,5})/)",
    re.IGNORECASE | re.ASCII,
)
_SIGNERS_WORD = re.compile(r"x-amz-|x-goog-|signature(?:=|%3D)", re.IGNORECASE)
_LINE_TAG, _WORD_TAG = re.compile(r"<br\s*/?>\s*", re.IGNORECASE), re.compile(r"<wbr\s*/?>", re.IGNORECASE)
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FULL_WIDTH_QUERY = re.compile(r"[?？](?=[\w-]+[=＝])(?P<query>.*)", re.DOTALL | re.ASCII)
_SOFT_BREAK = re.compile(r"=\r?\n")
_QUOTED = re.compile(r"=([0-9A-F]{2})", re.IGNORECASE)
_PLAIN_EQUALS = re.compile(r"=(?![0-9A-F]{2}|\r?\n|$)", re.IGNORECASE)
_ENTITIES = re.compile(r"&(?:(?:;|%3B)?(?:amp|#0*38|#x0*26)(?:;|%3B))+", re.IGNORECASE)
_PUNCTUATION = re.compile(
    r"&(?:#(?:0*(?P<code>37|4[3567]|58|6[13]|95|126)|x0*(?P<hex>2[5bdef]|3[adf]|5f|7e))|equals|sol);", re.IGNORECASE
)
# No id, token or signature holds a per cent sign of its own; an object key may.
_ENCODED_TWICE = re.compile(
    r"[?&](?:x-amz-credential|x-amz-security-token|signature|sig|x-goog-credential|x-oss-credential|x-oss-signature"
    r"|x-tos-credential)=[^?&]*%25",
    re.IGNORECASE,
)
_ENCODED_QUERY = re.compile(r"%3F(?=[\w-]+(?:=|%3D))", re.IGNORECASE | re.ASCII)


_PRINTED = re.compile(r"%!([A-Za-z])\(MISSING\)")
_PRINTED_AS = {"F": "%2F", "D": "%3D", "B": "%2B", "f": "%2f", "d": "%3d", "b": "%2b", "A": "%3A", "C": "%2C"}
_PRINTED_HEADERS = {**_PRINTED_AS, "B": "%3B", "b": "%3b"}  # there `;` stands between names
_BASE64 = re.compile(r"(?P<name>[?&](?:signature|sig|x-amz-security-token)=)(?P<value>[^&#]+)", re.IGNORECASE)
# SigV2's, with a blank in it; its last letter stands for four bits.
_LAST_SIGNATURE = re.compile(
    r"(?<=[?&;]signature=)(?=[^ ]{0,78} )(?:[A-Za-z0-9+/ ]|%2[BF]){26}(?-i:[AEIMQUYcgkosw048])(?:=|%3D)(?![\w%])",
    re.IGNORECASE,
)
# A signature of SHA-1 or SHA-256, or a session's token.
_BASE64_WHOLE = re.compile(r"(?:[A-Za-z0-9/+]{27}|[A-Za-z0-9/+]{43})=?|[A-Za-z0-9/+]{100,}={0,2}")


_PAIR = re.compile(r"[?&](?P<name>[^=&#]{1,60})=[^&#]*")
_WITHOUT_BLANKS = frozenset(
    f"x-amz-{name}" for name in ("algorithm", "credential", "date", "expires", "signedheaders", "signature")
)
_ONE_SLASH = re.compile(r"\b(https?):/(?=[a-z0-9-]+(?:\.[a-z0-9-]+)+[:/])", re.IGNORECASE)
_HOST = re.compile(r"\bh(?:tt|xx)ps?://[^/\s]*", re.IGNORECASE)
_DEFANGED = re.compile(r"\[(?:\.|dot)\]|\(\.\)", re.IGNORECASE)


def _drop_invisibles(text: str) -> str:
    return text.translate(_INVISIBLE)


def _unescape(text: str) -> str:
    """Programs and shells put a backslash, a caret or a backtick before what means something to them; a URL has none.
    A batch file doubles every per cent sign."""
    plain = _ESCAPED.sub(_read_escape, text)
    if "^&" in plain or "`&" in plain:
        plain = _SHELL_ESCAPED.sub("", plain)
    marks = plain.count("%")
    return plain.replace("%%", "%") if marks and plain.count("%%") * 2 == marks else plain


def _read_escape(found: re.Match[str]) -> str:
    return chr(int(found["code"], 16)) if found["code"] else found["itself"]


def _restore_scheme(text: str) -> str:
    """It was cut off, or spoilt so that nobody clicks. A word without one is a URL where a host stands in it, and
    after that a query in which a signer wrote."""
    before, mark, rest = text.partition("?")
    text = _ONE_SLASH.sub(r"\1://", _HOST.sub(lambda host: _DEFANGED.sub(".", host[0]), before)) + mark + rest
    if extract.STARTS.search(text):
        return text
    for word in _WORD.finditer(text):
        written = [found.start() for found in _SIGNERS_WORD.finditer(word[0])]
        query = word[0].rfind("?", 0, written[-1]) if written else -1
        for found in _SCHEMELESS.finditer(word[0], 0, query) if query > 0 else ():
            begin, host = word.start() + found.start(), word.start() + found.start("host")
            return f"{text[:begin]}{_name_scheme(found)}://{text[host:]}"
    return text


def _name_scheme(found: re.Match[str]) -> str:
    """No signature covers the scheme. What only machines inside reach, at a port of its own, is seldom encrypted."""
    if found["secure"] is not None:
        return "http" + found["secure"]
    hostname, port = (found["name"] or found["inside"]), found["host"].rpartition(":")[2].rstrip("/")
    return "http" if port.isdigit() and port != "443" and is_internal(hostname) else "https"


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
    """A message quoted twice has `&amp;amp;`, or `&;amp;` where a program tore it; templates write `/` and `=` too."""
    return _PUNCTUATION.sub(_read_punctuation, _ENTITIES.sub("&", text))


def _read_punctuation(found: re.Match[str]) -> str:
    if found["code"] or found["hex"]:
        return chr(int(found["code"]) if found["code"] else int(found["hex"], 16))
    return "=" if found[0].lower() == "&equals;" else "/"


def _narrow(text: str) -> str:
    """Where `&` and `=` mean something, forms make them wide; a path may have wide letters of its own."""
    return _FULL_WIDTH_QUERY.sub(lambda found: "?" + found["query"].translate(_FULL_WIDTH), text, 1)


def _decode_twice_encoded(text: str) -> str:
    if re.match(r"https?%(?:25)*3A", text, re.IGNORECASE):
        text = unquote(text)
    elif (
        "?" not in text and (mark := _ENCODED_QUERY.search(text)) and (query := text[mark.end() :])
    ) and _SIGNERS_WORD.search(query):  # it was taken for a path
        text = f"{text[: mark.start()]}?{query if '=' in query else unquote(query)}"
    return text.replace("%25", "%") if _ENCODED_TWICE.search(text) else text


def _restore_printf(text: str) -> str:
    """Go's Printf takes `%2F` for a verb, and loses its first digit. In a query all that was there can be told again;
    in a path it cannot, and then nothing is mended."""
    path, mark, query = text.partition("?")
    if not _PRINTED.search(query) or _PRINTED.search(path):
        return text
    pairs = [_PRINTED.sub(_read_printed(pair), pair) for pair in query.split("&")]
    restored = "&".join(pairs)
    return text if _PRINTED.search(restored) else f"{path}{mark}{restored}"


def _read_printed(pair: str) -> Callable[[re.Match[str]], str]:
    characters = _PRINTED_HEADERS if pair.lower().startswith("x-amz-signedheaders=") else _PRINTED_AS
    return lambda found: characters.get(found[1], found[0])


def _encode_plus_signs(text: str) -> str:
    """Stores read a bare `+` in a query as a blank. Signatures and tokens in Base64 hold no blank: it was a plus sign,
    and what it was in has to be of a signature's length again."""
    return _BASE64.sub(_encode_plus_signs_in, text)


def _encode_plus_signs_in(found: re.Match[str]) -> str:
    value = found["value"].strip().replace("%20", " ")
    if not re.search(r"[+ ]", value) or not _BASE64_WHOLE.fullmatch(unquote(value.replace(" ", "+"))):
        return found[0]
    return found["name"] + re.sub(r"[+ ]", "%2B", value)


def _encode_plus_signs_at_the_end(text: str) -> str:
    """As the last parameter a signature with blanks would be cut at the first. Its 28 letters tell that it is one."""
    return _LAST_SIGNATURE.sub(lambda found: re.sub(r"[+ ]", "%2B", found[0]), text)


def _drop_stray_blanks(text: str) -> str:
    """Neither the names of SigV4's own parameters nor what they hold have one."""
    return _PAIR.sub(_drop_stray_blanks_in, text)


def _drop_stray_blanks_in(pair: re.Match[str]) -> str:
    name = re.sub(r"\s+", "", pair["name"]).lower()
    return re.sub(r"\s+", "", pair[0]) if name in _WITHOUT_BLANKS else pair[0]


def _encode_blanks(text: str) -> str:
    return text.strip().replace(" ", "%20")


_REPAIRS: tuple[tuple[Repair, Callable[[str], str]], ...] = (
    (Repair.INVISIBLES, _drop_invisibles),
    (Repair.ESCAPES, _unescape),
    (Repair.QUOTED_PRINTABLE, _join_quoted_lines),
    (Repair.SCHEME, _restore_scheme),
    (Repair.BLANKS, encode_values),
    (Repair.PLUS_SIGNS, _encode_plus_signs_at_the_end),
    (Repair.LINE_BREAKS, _join_lines),
    (Repair.SURROUNDINGS, extract.cut),
    (Repair.HTML_ENTITIES, _decode_entities),
    (Repair.FULL_WIDTH, _narrow),
    (Repair.REWRITTEN_LINK, unwrap),
    (Repair.DOUBLE_ENCODING, _decode_twice_encoded),
    (Repair.PRINTF, _restore_printf),
    (Repair.PLUS_SIGNS, _encode_plus_signs),
    (Repair.STRAY_BLANKS, _drop_stray_blanks),
    (Repair.BLANKS, _encode_blanks),
)
