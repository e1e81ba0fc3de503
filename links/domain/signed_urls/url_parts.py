"""A URL's text, taken apart as the client that opens it will, and refused where clients would differ."""

import ipaddress
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import SplitResult, unquote_to_bytes, urlsplit

from links.domain.errors import Unreadable
from links.domain.reasons import Reason

MAX_URL_LENGTH = 16_384
_MAX_HOSTNAME_LENGTH = 253
_MAX_AUTHORITY_LENGTH = 1_024  # with a user and a password, which some foreign URLs have
DEFAULT_PORTS: Mapping[str, int] = MappingProxyType({"http": 80, "https": 443})
_BROKEN = re.compile(r"[\x00-\x20\x7f\ud800-\udfff]")
_AUTHORITY = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[^\[\]@:]+)(?::(?P<port>[0-9]{0,5}))?")
_HOSTNAME = re.compile(r"[a-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Query:
    """Decoded parameters by lower-cased name; of a repeated one the first counts, as at S3. `written` holds the
    names as they came, since stores tell capitals from small letters; `last` the last value of what is repeated."""

    parameters: Mapping[str, str]
    repeated: tuple[str, ...] = ()
    written: frozenset[str] = frozenset()
    last: Mapping[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        return self.parameters.get(name, "")


@dataclass(frozen=True, slots=True)
class Parts:
    """`host` is host[:port] as it is signed: lower case, ASCII, no default port. `path` is percent-decoded."""

    scheme: str
    host: str
    path: str
    query: Query


def split(url: str) -> Parts:
    """Take an absolute http(s) URL apart; a fragment never reaches a store and is ignored.

    Raises `Unreadable`: url-too-long, url-broken (blanks, control characters, torn Unicode), url-unreadable (no
    http(s), user and password in it, a host or port that cannot be).
    """
    text = url.strip()
    if len(text) > MAX_URL_LENGTH:
        raise Unreadable(Reason.URL_TOO_LONG, longest=MAX_URL_LENGTH)
    if _BROKEN.search(text):
        raise Unreadable(Reason.URL_BROKEN)
    try:
        parts = split_raw(text)
        host = _read_host(parts.scheme, parts.netloc)
    except ValueError:
        raise Unreadable(Reason.URL_UNREADABLE) from None
    return Parts(parts.scheme, host, _decode(parts.path or "/"), _parse_query(parts.query))


def split_raw(url: str) -> SplitResult:
    """As `urllib.parse.urlsplit`, which sorts the accents of a host's name: of ten thousand, for seconds. A user, a
    password and a host too long for any URL are refused before. Raises ValueError."""
    authority = url.partition("//")[2][: _MAX_AUTHORITY_LENGTH + 1]
    if len(re.split(r"[/?#]", authority, maxsplit=1)[0]) > _MAX_AUTHORITY_LENGTH:
        raise ValueError("The host is too long")
    return urlsplit(url)


def _read_host(scheme: str, netloc: str) -> str:
    """Raises ValueError. `@` is refused: what stands before it is a password, or there to mislead."""
    authority = _AUTHORITY.fullmatch(netloc)
    if scheme not in DEFAULT_PORTS or authority is None:
        raise ValueError
    name = _read_name(authority["name"])
    port = int(authority["port"] or DEFAULT_PORTS[scheme])
    if not 0 < port < 65_536:
        raise ValueError
    return name if port == DEFAULT_PORTS[scheme] else f"{name}:{port}"


def _read_name(name: str) -> str:
    """One spelling per host, so that no list of hosts is dodged: ASCII (IDNA), lower case, no dot at the end."""
    if name.startswith("["):
        return f"[{ipaddress.IPv6Address(name[1:-1]).compressed}]"
    if len(name) > _MAX_HOSTNAME_LENGTH:
        raise ValueError
    plain = name.encode("idna").decode("ascii").lower().removesuffix(".")
    if not _HOSTNAME.fullmatch(plain):
        raise ValueError
    return plain


def _decode(text: str) -> str:
    """Percent-decode. What is no UTF-8 stays visibly itself, so that it can never equal a real key."""
    if "%" not in text:
        return text
    return unquote_to_bytes(text).decode("utf-8", "surrogateescape")


def _parse_query(query: str) -> Query:
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    written = [(_decode(name), _decode(value)) for name, _, value in pairs]
    named = [(name.lower(), value) for name, value in written]
    counts = Counter(name for name, _ in named)
    first = dict(reversed(named))
    repeated = tuple(name for name, count in counts.items() if count > 1)
    last = {name: value for name, value in named if counts[name] > 1}
    return Query({name: first[name] for name in counts}, repeated, frozenset(name for name, _ in written), last)
