"""Whom a proxy heard: `Forwarded` (RFC 7239), and the older `X-Forwarded-For` and `-Proto`.

Each proxy appends whom it heard, so that we count from the right: anything further left is the client's own claim.
"""

import ipaddress
import re
from typing import NamedTuple

_PAIR = re.compile(r'\s*([A-Za-z]+)\s*=\s*(?:"([^"]{0,200})"|([^\s";]{0,200}))\s*')
_USER = re.compile(r"[\w.@+-]+")  # as Django's accounts are called
MAX_USER_LENGTH = 150


PROXY_USER = "holdfast.proxy_user"
"""Where `links.public.middleware.proxies` puts, in META, whom a trusted proxy named. No header becomes such a key."""


class Forwarded(NamedTuple):
    """`address` and `scheme` are "" where nobody who is trusted told them."""

    address: str = ""
    scheme: str = ""


NOBODY = Forwarded()


def read_forwarded(value: str, proxies: int) -> Forwarded:
    """`for="[2001:db8::1]:4711";proto=https, for=…`: what the outermost of our own proxies wrote."""
    elements = value.split(",")
    if proxies < 1 or len(elements) < proxies:
        return NOBODY
    pairs = [_PAIR.fullmatch(part) for part in elements[-proxies].split(";")]
    fields = {pair[1].lower(): pair[2] if pair[2] is not None else pair[3] for pair in pairs if pair}
    return Forwarded(read_address(fields.get("for", "")), _read_scheme(fields.get("proto", "")))


def read_x_forwarded(addresses: str, schemes: str, proxies: int) -> Forwarded:
    """As `read_forwarded`. A scheme is told by one of our proxies alone, or by each: the outermost counts."""
    hops, listed_schemes = addresses.split(","), schemes.split(",")
    if proxies < 1 or len(hops) < proxies:
        return NOBODY
    return Forwarded(read_address(hops[-proxies]), _read_scheme(listed_schemes[-min(proxies, len(listed_schemes))]))


def read_address(text: str) -> str:
    """An address without its port, brackets and zone, the same one always written the same way; "" for what is none,
    as `unknown` and `_hidden` are.

    >>> read_address("[::ffff:192.0.2.1]:4711")
    '192.0.2.1'
    """
    text = text.strip().strip('"').strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def read_network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """An address or a network; None for what is neither, and for `10.0.0.1/8`, which is one of them mistyped."""
    try:
        return ipaddress.ip_network(text.strip())
    except ValueError:
        return None


def read_user(value: str) -> str:
    """A user name as WSGI hands on the bytes of a header; "" for what is no name: none, several, or torn.

    >>> read_user("ren\xc3\xa9")
    'ren\xe9'
    """
    try:
        name = value.strip().encode("latin-1").decode()
    except UnicodeError:
        return ""
    return name if len(name) <= MAX_USER_LENGTH and _USER.fullmatch(name) else ""


def _read_scheme(text: str) -> str:
    scheme = text.strip().lower()
    return scheme if scheme in ("http", "https") else ""
