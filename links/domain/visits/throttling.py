"""Throttling: how often somebody may do what costs us, and by what they are known meanwhile."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta

from links.lib.network import shorten


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `max_count` times (1 or more) within `window`, which begins with the first of them."""

    max_count: int
    window: timedelta


def name_network(address: str) -> str:
    """The network that an address is counted with: /24 of IPv4, /48 of IPv6, which is the least that one person may
    have to themselves. What is no address, as that of a socket file, is one network."""
    return shorten(address) or "elsewhere"


def digest_key(secret: str, scope: str, *parts: object) -> bytes:
    """Under what a count is kept: nobody who reads the rows, without the secret, learns whom they count.

    An address has so few bits that a plain hash of it is the address.
    """
    framed = "".join(f"{len(text)}:{text}" for text in (scope, *map(str, parts)))
    return hmac.digest(secret.encode(), b"throttle:" + framed.encode(), hashlib.sha256)
