"""What the program that signed a URL wrote wrong into it. Nothing on the way of a URL writes such values: it never
worked, sending it again cannot help, and what has to change is the program.

Sources: what S3, CloudFront and their SDKs say of such values (S3 API reference, "Authenticating Requests: Using Query
Parameters"; CloudFront developer guide, "Create a signed URL using a custom policy"), and URLs in public reports.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from links.domain.signed_urls.url_parts import Query
from links.domain.signed_urls.values import is_secret, parse_epoch, parse_stamp, parse_whole, show


class MistakeKind(StrEnum):
    SECRET = "secret"  # noqa: S105  a secret where the key's id is meant
    WORD = "word"  # of a programming language, for a value that was not there
    BYTES = "bytes"  # Python's b'...'
    NUMBER = "number"  # not whole, or beyond all counting
    MILLISECONDS = "milliseconds"
    DURATION = "duration"  # where a moment is meant
    NOT_POSITIVE = "not-positive"
    BEFORE_S3 = "before-s3"
    TOO_LATE = "too-late"  # beyond the year 9999
    DATE = "date"  # a moment in another form than the one that is read
    OTHER_DAY = "other-day"  # in the scope than in the date
    HEX = "hex"  # where Base64 is meant
    BASE64 = "base64"  # where hexadecimal digits are meant
    CAPITALS = "capitals"  # where small hexadecimal digits are meant
    EMPTY = "empty"
    HOST_UNSIGNED = "host-unsigned"
    NAMES = "names"  # of parameters, in other letters than the store reads
    TWICE = "twice"  # signed in two ways, of which the store takes one
    AGAIN = "again"  # signed once more in the same way: all of a signature stands in it two times
    PADDED = "padded"  # with blanks, quotation marks or a line's end around it
    ALPHABET = "alphabet"  # of Base64 as such, where CloudFront reads its own
    DISTRIBUTION = "distribution"  # its id where a public key's is meant
    ENDS_FIRST = "ends-first"  # before it begins
    FRAGMENT = "fragment"  # a `#` in the file's name: what follows is never sent
    POLICY_PLAIN = "policy-plain"  # not in Base64
    POLICY_NO_JSON = "policy-no-json"
    POLICY_NO_LIST = "policy-no-list"
    POLICY_NO_END = "policy-no-end"
    POLICY_TEXT = "policy-text"  # a number in quotation marks


@dataclass(frozen=True, slots=True)
class Mistake:
    """`name` is the parameter, in small letters; `value` what stands there, where that can be no secret."""

    kind: MistakeKind
    name: str
    value: str = ""


_WORDS = frozenset(
    {"undefined", "null", "none", "nil", "nan", "infinity", "-infinity", "true", "false", "(null)", "<nil>", "<null>"}
    | {
        "[object object]",
        "[object promise]",
        "[object undefined]",
        "invalid date",
        "nat",
        "#n/a",
        "%s",
        "%d",
        "{}",
        "[]",
    }
)
_PLACEHOLDER = re.compile(
    r"\$?\{\{?[^{}]{0,100}\}?\}|\$\([\w.]{1,100}\)|%!?[a-z]?\([\w. =]{1,100}\)[sd]?|<[A-Za-z_ -]{1,60}>"
)
_TEMPLATE = re.compile(r"\$\{[\w.]{1,60}\}|\{\{ ?[\w.]{1,60} ?\}\}|<[a-z_ -]{1,60}>", re.IGNORECASE)
_BYTES = re.compile(r"b(['\"]).*\1", re.DOTALL)
_FRACTION = re.compile(r"[+-]?[0-9]{1,20}(?:[.,][0-9]*(?:e[+-]?[0-9]+)?|e[+-]?[0-9]+)", re.IGNORECASE)
_ENDLESS = re.compile(r"-?[0-9]{19,}")
_DURATION = re.compile(
    r"\+?[0-9]{1,10} ?(?:ms|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)"
    r"|PT?[0-9][0-9DHMSTW]{1,20}",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:[A-Za-z]{3,9},? )?[0-9]{1,2}[ -][A-Za-z]{3,9}[ -][0-9]{4}.*|[A-Za-z]{3} [A-Za-z]{3} [0-9]{1,2}.*"
    r"|[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}.*"
    r"|[0-9]{8}T[0-9]{6}(?:[.,][0-9]+)?(?:Z|[+ -][0-9:]{4,5})|[0-9]{10}(?:[0-9]{3})?"
)
_SINCE_1970 = re.compile(r"[0-9]{10}(?:[0-9]{3})?")
_DATE_WITHOUT_ZONE = re.compile(r"[0-9]{8}T?[0-9]{6}")
_OTHER_BASE64 = re.compile(r"(?=[^+/=]*[+/=])[A-Za-z0-9+/=_~-]{20,}")
_DISTRIBUTION = re.compile(r"E[A-Z0-9]{12,13}")
_PADDING = frozenset(" \t\r\n\"'")
_HEX, _CAPITALS = re.compile(r"(?:[0-9a-f]{40}|[0-9a-f]{64})", re.IGNORECASE), re.compile(r"(?=.*[A-F])[0-9A-F]{64}")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{43}=?")
_MILLISECONDS = range(1_142_294_400_000, 100_000_000_000_000)  # S3's first day, and what a sum of both units comes to
_LAST_SECOND = 253_370_764_800  # the year 9999
_TEN_YEARS = 315_360_000


_LONGEST_PATH = 2_048  # a bucket's name and a key of S3
# In the name of a bucket or a file, where the others may be meant.
_WORDS_IN_NAMES = frozenset({"undefined", "null", "None", "NaN", "[object Object]", "[object Promise]", "YOUR_BUCKET"})


def find_word_in_name(bucket: str, path: str) -> str:
    """What a program wrote for want of a value as the bucket or as a part of the path; empty where nothing is."""
    parts = [bucket, *path[:_LONGEST_PATH].split("/")]
    return next((show(part) for part in parts if part in _WORDS_IN_NAMES or _TEMPLATE.fullmatch(part)), "")


def is_word(text: str) -> bool:
    """Whether a program wrote this for want of a value."""
    return text.strip().casefold() in _WORDS or _PLACEHOLDER.fullmatch(text.strip()) is not None


def find_words(query: Query, names: Iterable[str]) -> list[Mistake]:
    """Values of which nothing but their being wrong is known."""
    found = []
    for name in names:
        text = query.get(name)
        if is_word(text):
            found.append(Mistake(MistakeKind.WORD, name, show(text)))
        elif _BYTES.fullmatch(text):
            found.append(Mistake(MistakeKind.BYTES, name))
    return found


def find_secret(credential: str, name: str) -> list[Mistake]:
    """A secret where only the id of its key should stand; nothing of it is kept."""
    return [Mistake(MistakeKind.SECRET, name)] if is_secret(credential) else []


def find_padding(text: str, name: str) -> list[Mistake]:
    """What was read out of a file or a setting with more around it than belongs to it, in any part of a scope."""
    is_padded = any(part[:1] in _PADDING or part[-1:] in _PADDING for part in text.split("/") if part)
    return [Mistake(MistakeKind.PADDED, name)] if is_padded else []


def find_in_cloudfront(query: Query) -> list[Mistake]:
    """CloudFront reads Base64 with `-_~` for `+=/`, and the id of a public key, which does not begin as a
    distribution's does (CloudFront developer guide, "Create a signed URL using a canned policy")."""
    names = (name for name in ("signature", "policy") if _OTHER_BASE64.fullmatch(query.get(name)))
    found = [Mistake(MistakeKind.ALPHABET, name) for name in names]
    key_id = query.get("key-pair-id")
    if _DISTRIBUTION.fullmatch(key_id):
        found.append(Mistake(MistakeKind.DISTRIBUTION, "key-pair-id", key_id))
    return found


def find_empty(query: Query, names: Iterable[str]) -> list[Mistake]:
    """Parameters without a value. The last one may have been cut off on its way; what empties one before others is a
    program that had no value."""
    last = list(query.parameters)[-1:]
    return [
        Mistake(MistakeKind.EMPTY, name)
        for name in names
        if name in query.parameters and not query.get(name) and name not in last
    ]


def find_in_moment(text: str, name: str) -> list[Mistake]:
    """What is wrong with seconds since 1970; nothing is, where it is not plain that a program wrote it."""
    seconds = parse_whole(text)
    if seconds is None:
        return find_in_number(text, name) or (
            [Mistake(MistakeKind.DATE, name, show(text))] if _DATE.fullmatch(text) else []
        )
    if seconds in _MILLISECONDS:
        kind = MistakeKind.MILLISECONDS
    elif seconds >= _LAST_SECOND:
        kind = MistakeKind.TOO_LATE
    elif seconds <= 0:
        kind = MistakeKind.NOT_POSITIVE
    elif parse_epoch(text) is None:
        kind = MistakeKind.DURATION if seconds <= _TEN_YEARS else MistakeKind.BEFORE_S3
    else:
        return []
    return [Mistake(kind, name, text)]


def find_in_dates(query: Query, names: Iterable[str]) -> list[Mistake]:
    """Seconds or milliseconds since 1970 where only a date in ISO 8601 is read."""
    found = ((name, query.get(name)) for name in names)
    return [Mistake(MistakeKind.DATE, name, text) for name, text in found if _SINCE_1970.fullmatch(text)]


def find_in_number(text: str, name: str) -> list[Mistake]:
    is_number = _FRACTION.fullmatch(text) or _ENDLESS.fullmatch(text) or _DURATION.fullmatch(text)
    return [Mistake(MistakeKind.NUMBER, name, show(text))] if is_number else []


def find_in_sigv4(query: Query, day: str) -> list[Mistake]:
    """`day` is that of the scope; empty where it cannot be read."""
    return [
        *_find_in_stamp(query, day),
        *_find_in_lifetime(query.get("x-amz-expires")),
        *find_empty(query, ("x-amz-algorithm", "x-amz-date", "x-amz-expires", "x-amz-signedheaders")),
        *_find_in_headers(query.get("x-amz-signedheaders").lower()),
        *_find_in_hexadecimal(query.get("x-amz-signature")),
    ]


def _find_in_stamp(query: Query, day: str) -> list[Mistake]:
    text = query.get("x-amz-date")
    moment = parse_stamp(text)
    if moment is None:
        is_cut = "x-amz-date" in list(query.parameters)[-1:]
        is_date = _DATE.fullmatch(text) or (_DATE_WITHOUT_ZONE.fullmatch(text) and not is_cut)
        return [Mistake(MistakeKind.DATE, "x-amz-date", show(text))] if is_date else []
    if parse_epoch(str(int(moment.timestamp()))) is None:
        return [Mistake(MistakeKind.BEFORE_S3, "x-amz-date", text)]
    return [Mistake(MistakeKind.OTHER_DAY, "x-amz-credential", show(day))] if day and day != text[:8] else []


def _find_in_lifetime(text: str) -> list[Mistake]:
    """One that is too long is told as that, in S3's own words."""
    seconds = parse_whole(text)
    if seconds is None:
        return find_in_number(text, "x-amz-expires")
    return [Mistake(MistakeKind.NOT_POSITIVE, "x-amz-expires", text)] if seconds <= 0 else []


def _find_in_headers(headers: str) -> list[Mistake]:
    """S3 asks for `host` among them, always; what is no list of headers is not judged by this."""
    is_list = re.fullmatch(r"[a-z0-9-]+(?:;[a-z0-9-]+)*", headers)
    if not is_list or is_word(headers) or "host" in headers.split(";"):
        return []
    return [Mistake(MistakeKind.HOST_UNSIGNED, "x-amz-signedheaders")]


def _find_in_hexadecimal(text: str) -> list[Mistake]:
    """What is wrong with the 64 digits of a signature, of which nothing is kept."""
    if _CAPITALS.fullmatch(text):
        return [Mistake(MistakeKind.CAPITALS, "x-amz-signature")]
    is_base64 = _BASE64.fullmatch(text) and re.search("[G-Zg-z+/_-]", text)
    return [Mistake(MistakeKind.BASE64, "x-amz-signature")] if is_base64 else []


def find_in_base64(text: str, name: str) -> list[Mistake]:
    """What is wrong with the 28 letters of SigV2's signature."""
    return [Mistake(MistakeKind.HEX, name)] if _HEX.fullmatch(text) else []
