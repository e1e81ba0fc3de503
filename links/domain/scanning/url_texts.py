"""Where signed URLs stand in the bytes of any file: source, logs, mails, JSON, HTML, dumps, binaries.

Every step is linear in the length of a block, whatever stands in it: what has been passed is never read again but for
`MAX_URL_LENGTH`, and a URL ends where the next one begins.
"""

import re
from base64 import b64decode
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from links.domain.signed_urls.other_signers import SIGNERS, Signer
from links.domain.signed_urls.url_parts import MAX_URL_LENGTH, Query

_COLON, _SLASH = rb"(?::|%(?:25)*3[aA]|\\+u003[aA])", rb"(?:\\*/|%(?:25)*2[fF]|\\+u002[fF])"
_BEGINNING = rb"https?" + _COLON + _SLASH + _SLASH
_START = re.compile(_BEGINNING)
_START_IN_CAPITALS = re.compile(rb"(?i:" + _BEGINNING + rb")")
# Until a blank, a quote, a bracket or a control character; a program's backslash belongs to it only where it stands
# before what a URL may have. Another URL ends it, unless it is carried inside: as a parameter, or in the path.
_REST = re.compile(
    rb"(?:[^\x00-\x20\x7f\"<>`\\h]++"
    rb"|h(?!ttps?" + _COLON + _SLASH + rb")|(?<=[=/_])h|(?<=[%=]3[dD])h"
    rb"|\\++(?:u00(?!2[27]|3[cCeE])[0-9a-fA-F]{2}|[/&=?%.:;~_+-]))*+"
)
# The last parameter of what ended at a blank or a quotation mark: a response parameter that nobody encoded. It goes on
# as far as the next parameter that a signer writes, in the same line.
_RESPONSE_NAMES = (b"response-content-", b"response-cache-control=", b"response-expires=", b"rscd=")
_LONGEST_RAW_VALUE = 400
_RAW_VALUE = re.compile(
    rb"(?:(?!https?:)[^&\r\n<>\x00]){1,%d}?&(?:amp;)?(?=(?:x-amz-|x-goog-|x-id=|response-|awsaccesskeyid=|expires=|policy="
    rb"|signature=|key-pair-id=|s[eiprtv]=|sig=|rsc[cdelt]=|spr=|sip=|versionid=))" % _LONGEST_RAW_VALUE,
    re.IGNORECASE,
)
_S3_NAMES = ("x-amz-signature", "x-amz-credential", "awsaccesskeyid", "key-pair-id", "signature")
_COMMON = frozenset({"token"})  # which half of all logs have: told by what else there is, or by the path
_MARKING_NAMES = sorted(
    {*_S3_NAMES, *(max(names - _COMMON, key=len) for each in SIGNERS for names in each.names if names - _COMMON)}
)
_ANY_NAME = "|".join(re.escape(name).replace(r"\-", "-(?:2D)?") for name in _MARKING_NAMES)
# The name of a signer's parameter, between what stands around it in a query, encoded or not.
_MARK = re.compile(
    (
        r"(?:[?&;]|%(?:25)*(?:3F|26)|u0026|u003f|[-=](?:3F|26))"
        rf"(?:{_ANY_NAME})"
        r"(?:=|%(?:25)*3D|-3D|u003d)"
    ).encode(),
    re.IGNORECASE,
)
_PATH_MARKS = tuple(
    re.compile(each.path.lstrip("^").encode())
    for each in SIGNERS
    if each.signs and not all(names - _COMMON for names in each.names)
)
MAX_SCHEMELESS_LENGTH = 4_096  # before the mark: a host, a path, and a session's token
_SCHEMELESS_MARKS = (b"X-Amz-Signature=", b"AWSAccessKeyId=")
_NEVER_BEFORE = re.compile(rb"[\x00-\x20\x7f\"'<>`|,\\]")
_HOST_FIRST = re.compile(rb"(?:[A-Za-z]{2,5}://)?(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]+(?::\d+)?/")
_NEXT_LINE = re.compile(
    rb"\r?\n[>|\t ]*+(?P<word>[\w%&?=/.~+-][^\x00-\x20<>\"'`\\]*+)(?P<is_alone>(?=\r?\n|$))?", re.ASCII
)
_MIN_WRAPPED_LENGTH, _MAX_WRAPPED_LENGTH, _MAX_LINES = 60, 100, 200
_QUOTE = re.compile(rb"&(?:quot|lt|gt|apos|nbsp|#0*(?:34|39|60|62)|#x0*(?:22|27|3c|3e));", re.IGNORECASE)
_CLOSING = {b"(": b")", b"[": b"]", b"{": b"}"}
# The last parameter: no signer writes a comma, a bar or a semicolon into it, and lists have them between their parts.
_LAST = re.compile(rb"[&?]?(?:amp;|#38;|#x26;)*[^,|;]*", re.IGNORECASE)
_TRANSFER = re.compile(rb"content-transfer-encoding:\s*\"?(quoted-printable|base64)")
_SOFT_BREAK = re.compile(rb"=\r?\n")
_BASE64_BREAK = re.compile(rb"(?<=[A-Za-z0-9+/]{56})\r?\n(?=[A-Za-z0-9+/=])")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]*+")


@dataclass(frozen=True, slots=True)
class FoundText:
    """What may be a signed URL, still as it was wrapped, and the offset at which it begins."""

    offset: int
    text: str


@dataclass(frozen=True, slots=True)
class Unfolded:
    """A block without the breaks that a mail's transfer encoding put into its lines."""

    data: bytes = field(repr=False)
    breaks: Sequence[int] = ()
    """Offsets in `data` at which a break was."""

    def count_breaks(self, offset: int) -> int:
        return bisect_right(self.breaks, offset)


def find_transfer_encodings(block: bytes) -> frozenset[str]:
    """Which of mail's transfer encodings are announced in it."""
    return frozenset(found[1].decode() for found in _TRANSFER.finditer(block.lower()))


def unfold(block: bytes, encodings: frozenset[str]) -> Unfolded:
    data, breaks = block, list[int]()
    for encoding, shape in (("base64", _BASE64_BREAK), ("quoted-printable", _SOFT_BREAK)):
        if encoding in encodings:
            pieces = shape.split(data)
            ends, at = list[int](), 0
            for piece in pieces[:-1]:
                at += len(piece)
                ends.append(at)
            breaks, data = sorted([*_shift(breaks, shape, data), *ends]), b"".join(pieces)
    return Unfolded(data, breaks)


def _shift(breaks: Sequence[int], shape: re.Pattern[bytes], data: bytes) -> list[int]:
    """The same offsets once whatever `shape` finds in `data` is gone."""
    if not breaks:
        return []
    begins, gone = [], [0]
    for found in shape.finditer(data):
        begins.append(found.start())
        gone.append(gone[-1] + len(found[0]))
    return [each - gone[bisect_right(begins, each - 1)] for each in breaks]


def find_texts(data: bytes, until: int) -> Iterator[FoundText]:
    """What may be a signed URL and begins before `until`: first the plain ones, then without a scheme, then base64."""
    spans = list[int]()
    shape = _START_IN_CAPITALS if b"HTTPS:" in data or b"HTTP:" in data else _START
    for begin, end in _find_spans(shape, data, until):
        spans += (begin, end)
        whole = _add_lines(data, begin, end)
        if _is_marked(whole) and _may_be_signed(text := _read(data, begin, whole)):
            yield FoundText(begin, text)
    yield from _find_schemeless(data, until, spans)
    yield from _find_base64(data, until)


def _find_spans(shape: re.Pattern[bytes], data: bytes, until: int) -> Iterator[tuple[int, int]]:
    at = 0
    while found := shape.search(data, at):
        if found.start() >= until:
            return
        longest = found.end() + MAX_URL_LENGTH
        at = _find_rest(data, found.end(), longest)
        while more := _go_on(data, found.end(), at, longest):
            at = _find_rest(data, more, longest)
        yield found.start(), at


def _find_rest(data: bytes, begin: int, longest: int) -> int:
    rest = _REST.match(data, begin, longest)
    return rest.end() if rest else begin


def _go_on(data: bytes, begin: int, at: int, longest: int) -> int | None:
    """Where the next parameter begins, if the URL that ends at `at` ends inside a value with blanks."""
    if data[at : at + 1] not in (b" ", b'"'):
        return None
    last = max(data.rfind(mark, max(begin, at - _LONGEST_RAW_VALUE), at) for mark in (b"?", b"&"))
    name = data[last + 1 : at].lower().removeprefix(b"amp;")
    if last < 0 or not name.startswith(_RESPONSE_NAMES):
        return None
    value = _RAW_VALUE.match(data, at, longest)
    return value.end() if value else None


def _is_marked(text: bytes) -> bool:
    return _MARK.search(text) is not None or any(mark.search(text) for mark in _PATH_MARKS)


# What a URL has in it that was wrapped, escaped or put into another one.
_WRAPPED = ("%3A", "%3a", "%253", "&amp;", "&#", "\\", "\n", "=3D", "=3d", "://urldefense", "/L0/", "___")
_S3_SETS = tuple(
    frozenset(names.split())
    for names in (
        "x-amz-signature",
        "x-amz-credential",
        "awsaccesskeyid",
        "key-pair-id",
        "policy signature",
        "signature expires",
    )
)


def _may_be_signed(text: str) -> bool:
    """Without reading all of it: logs have a million URLs with a token or an end that no signer wrote."""
    if any(map(text.__contains__, _WRAPPED)):
        return True
    address, _, written = text.partition("?")
    pairs = [pair.partition("=") for pair in written.split("&")]
    signers = _find_signers(frozenset([pair[0] for pair in pairs]))
    if not signers or _S3S_OWN in signers:
        return bool(signers)
    host, _, path = address.partition("://")[2].partition("/")
    hostname, path = host.partition(":")[0].lower(), f"/{path}"
    query = Query({name.lower(): value for name, _, value in pairs})
    return any(signer.fits(query, path, hostname) for signer in signers if signer and re.search(signer.path, path))


_S3S_OWN = None


@lru_cache(1_024)
def _find_signers(written: frozenset[str]) -> tuple[Signer | None, ...]:
    """Those who write parameters of these names. In a log most URLs have the same few."""
    names = frozenset(name.lower() for name in written)
    if any(each <= names for each in _S3_SETS):
        return (_S3S_OWN,)
    return tuple(signer for signer in SIGNERS if signer.signs and any(each <= names for each in signer.names))


def _add_lines(data: bytes, begin: int, end: int) -> bytes:
    """With the lines after it that may go on with it: those of one word, and the first word after a line that is as
    long as mail programs let lines be. Which of them belong to it is found out by whoever repairs it."""
    if data[end : end + 1] not in (b"\r", b"\n"):
        return data[begin:end]
    text, line_begin = data[begin:end], max(data.rfind(b"\n", max(end - 200, 0), end) + 1, begin)
    for _ in range(_MAX_LINES):
        next_line = _NEXT_LINE.match(data, end, end + MAX_URL_LENGTH)
        if not next_line or _START.match(next_line["word"]):
            break
        is_full = _MIN_WRAPPED_LENGTH <= end - line_begin <= _MAX_WRAPPED_LENGTH
        if not is_full and next_line["is_alone"] is None:
            break
        text += b"\n" + next_line["word"]
        line_begin, end = next_line.start("word"), next_line.end("word")
        if next_line["is_alone"] is None or len(text) > MAX_URL_LENGTH:
            break
    return text


def _read(data: bytes, begin: int, text: bytes) -> str:
    """As text, without what a quote, a bracket or a list shows to be none of it."""
    before = data[begin - 1 : begin]
    if before == b"'":
        text = text.partition(b"'")[0]
    elif (closing := _CLOSING.get(before)) and text.count(closing) > text.count(before):
        text = text[: text.rindex(closing)]
    if quote := _QUOTE.search(text):
        text = text[: quote.start()]
    if b"\n" not in text and (last := max(text.rfind(b"&"), text.rfind(b"?"))) >= 0:
        text = text[:last] + _LAST.match(text, last)[0]  # type: ignore[index]  # it may be empty
    return text.decode("utf-8", "replace")


def _find_schemeless(data: bytes, until: int, spans: Sequence[int]) -> Iterator[FoundText]:
    """`host/path?...X-Amz-Signature=...`, as it stands in logs; `spans` are beginnings and ends of what is known."""
    for mark in _SCHEMELESS_MARKS:
        at = last = 0
        while (at := data.find(mark, at)) >= 0:
            rest = _REST.match(data, at, at + MAX_URL_LENGTH)
            begin = max(last, at - MAX_SCHEMELESS_LENGTH)
            start = at - len(_NEVER_BEFORE.split(data[begin:at])[-1])
            is_known = bisect_right(spans, at) % 2 == 1
            at = last = rest.end() if rest else at + len(mark)
            if not is_known and start < until and _HOST_FIRST.match(data, start, at):
                yield FoundText(start, data[start:at].decode("utf-8", "replace"))


# What `http` looks like in base64 after nothing, one or two bytes of a group, and how many letters before it the group
# begins.
_ANCHORS = ((b"aHR0c", 0), (b"h0dH", 2), (b"odHRw", 3))
_FROM_URL_SAFE = bytes.maketrans(b"-_", b"+/")


def _find_base64(data: bytes, until: int) -> Iterator[FoundText]:
    """Each run of base64 is decoded once for each of the four ways in which its groups may lie."""
    begins = sorted(begin for anchor, before in _ANCHORS for begin in _find_all(data, anchor, before, until))
    decoded = [0, 0, 0, 0]
    for begin in begins:
        if begin < decoded[begin % 4]:
            continue
        run = _BASE64.match(data, begin)
        if run is None:
            continue
        decoded[begin % 4] = run.end()
        letters = run[0].translate(_FROM_URL_SAFE)
        letters = letters[: len(letters) - (len(letters) % 4 == 1)]
        plain = b64decode(letters + b"=" * (-len(letters) % 4))
        for start, end in _find_spans(_START, plain, len(plain)):
            at = begin + start * 4 // 3
            if at < until and _is_marked(plain[start:end]):
                yield FoundText(at, _read(plain, start, plain[start:end]))


def _find_all(data: bytes, anchor: bytes, before: int, until: int) -> Iterator[int]:
    at = data.find(anchor)
    while 0 <= at < until:
        if at >= before:
            yield at - before
        at = data.find(anchor, at + len(anchor))
