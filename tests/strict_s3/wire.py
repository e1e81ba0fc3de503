"""What comes over the wire and what goes back: requests, answers, and the ways to give none."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self
from urllib.parse import quote, unquote_to_bytes

from .refusals import Refusal


def decode(encoded: str) -> str:
    """Percent-decode once, as UTF-8; bytes that are no UTF-8 survive as surrogates."""
    return unquote_to_bytes(encoded.encode("latin-1")).decode("utf-8", "surrogateescape")


def encode(text: str, safe: str = "") -> str:
    """Percent-encode as SigV4 does: everything but `A-Za-z0-9-_.~` and `safe`."""
    return quote(text.encode("utf-8", "surrogateescape"), safe="-_.~" + safe)


@dataclass(frozen=True)
class Request:
    """One HTTP request. `raw_path` and `raw_query` are as sent; header names are in lower case."""

    method: str
    raw_path: str
    raw_query: str = field(default="", repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)
    peer: str = "127.0.0.1"
    scheme: str = "http"

    @classmethod
    def parse(
        cls,
        method: str,
        target: str,
        headers: Iterable[tuple[str, str]],
        *,
        body: bytes = b"",
        peer: str = "127.0.0.1",
        scheme: str = "http",
    ) -> Self:
        """Read a request line's target: `/path?a=1&b`."""
        raw_path, _, raw_query = target.partition("?")
        lowered = tuple((name.lower(), value.strip()) for name, value in headers)
        return cls(method, raw_path, raw_query, lowered, body, peer, scheme)

    @cached_property
    def path(self) -> str:
        return decode(self.raw_path)

    @cached_property
    def query(self) -> tuple[tuple[str, str], ...]:
        """Decoded, in the order sent. `+` is a space here; in a path it is a plus."""
        pairs = (pair.partition("=") for pair in self.raw_query.replace("+", " ").split("&") if pair)
        return tuple((decode(name), decode(value)) for name, _, value in pairs)

    @property
    def host(self) -> str:
        """The Host header as sent, with its port."""
        return self.header("host") or ""

    @property
    def host_name(self) -> str:
        return re.sub(r":\d*$", "", self.host).lower()

    def header(self, name: str) -> str | None:
        return next((value for known, value in self.headers if known == name), None)

    def parameter(self, name: str) -> str | None:
        """The first of that name: of a duplicated parameter the first counts."""
        return next((value for known, value in self.query if known == name), None)

    def has(self, *names: str) -> bool:
        """Whether the query has any of these parameters."""
        return any(known in names for known, _ in self.query)


@dataclass(frozen=True)
class Answer:
    """One HTTP answer. The server adds `Date`, `Server` and the request's ids unless they are given here.

    `wait` seconds pass before the first byte; `drip` seconds pass before each byte of the body. `chunked` is
    how S3 frames its refusals. `closes` ends the connection afterwards, with `Connection: close`.
    """

    status: int = 200
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    reason: str | None = None
    chunked: bool = False
    closes: bool = False
    wait: float = 0
    drip: float = 0


@dataclass(frozen=True)
class Dropped:
    """No answer at all: the connection is closed, or reset, after `wait` seconds."""

    wait: float = 0
    reset: bool = False


def html_page(status: int = 200) -> Answer:
    """What a captive portal or a proxy answers in a store's place."""
    body = b"<!DOCTYPE html><html><body><h1>Please sign in</h1></body></html>"
    return Answer(status, body, {"Content-Type": "text/html; charset=utf-8"})


def redirect(location: str, status: int = 302) -> Answer:
    return Answer(status, headers={"Location": location})


Reply = Answer | Dropped
Override = Reply | Refusal | Callable[[Request], Reply | Refusal | None]
"""What a test may put in an answer's place. A callable that returns None lets the request go its usual way."""


def overriding(override: Override | None, request: Request) -> Reply | None:
    """The reply that `override` has for this request, if any.

    Raises Refusal where the override is one, so that it is dressed like any other.
    """
    settled = override(request) if callable(override) else override
    if isinstance(settled, Refusal):
        raise settled
    return settled


@dataclass
class Recorded:
    """What is kept of a request, for counting: names, never values, of parameters and headers."""

    method: str
    host: str
    path: str
    parameters: tuple[str, ...]
    header_names: tuple[str, ...]
    range: str | None
    peer: str
    operation: str | None = None
    status: int | None = None
    """Filled in once answered; 0 for a dropped connection."""

    @classmethod
    def of(cls, request: Request) -> Self:
        return cls(
            request.method,
            request.host,
            request.path,
            tuple(name for name, _ in request.query),
            tuple(name for name, _ in request.headers),
            request.header("range"),
            request.peer,
        )
