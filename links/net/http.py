"""urllib3's connections, by the dialler and within limits."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from urllib3 import BaseHTTPResponse, HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError, NewConnectionError
from urllib3.util.ssl_ import create_urllib3_context, resolve_cert_reqs

from links.domain.errors import HoldfastError
from links.domain.signed_urls.url_parts import split
from links.net.dialler import dial
from links.net.limits import LimitedSocket, LimitedTLSSocket, Limits

if TYPE_CHECKING:
    _Connection = HTTPConnection
else:
    _Connection = object

MAX_HEADER_BYTES = 64 * 1024
CONNECT_SECONDS = 5.0  # where a connection was given no time-out of its own

_current = threading.local()


@contextmanager
def limited(limits: Limits, *, streams: bool = False) -> Iterator[None]:
    """The limits of the one request that this thread makes meanwhile; `room` is for the body.

    Where it `streams`, the body of a success is read by somebody else and later, as far as they like.
    """
    _current.limits, _current.streams, _current.answer = limits, streams, None
    try:
        yield
    except BaseException:
        # urllib3 leaves one open whose encodings it does not follow, and the error keeps it.
        if _current.answer is not None:
            _current.answer.close()
        raise
    finally:
        del _current.limits, _current.streams, _current.answer


class DialledConnection(_Connection):
    """To be mixed into a connection of urllib3, before it; its requests are made within `limited`.

    A connection that is kept and used again is one whose address was judged.
    """

    trusted = False

    def _new_conn(self) -> socket.socket:
        seconds = self.timeout if isinstance(self.timeout, (int, float)) else CONNECT_SECONDS
        try:
            within = min(seconds, _current.limits.wait())
            return dial(self._dns_host, self.port, seconds=within, trusted=self.trusted)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(self, "Connection timed out.") from error
        except OSError as error:
            raise NewConnectionError(self, "Failed to establish a new connection.") from error

    def connect(self) -> None:
        super().connect()
        _limit(self.sock, MAX_HEADER_BYTES, _current.limits.ends)

    def request(self, *arguments: Any, **options: Any) -> None:
        _limit(self.sock, MAX_HEADER_BYTES, _current.limits.ends)
        super().request(*arguments, **options)

    def getresponse(self) -> Any:  # noqa: ANN401  botocore's connections answer with a class of their own
        connection = self.sock  # the answer may be the last one, and then it alone keeps the socket
        _limit(connection, MAX_HEADER_BYTES, _current.limits.ends)
        answer = _current.answer = super().getresponse()
        streams = _current.streams and answer.status < 300
        _limit(connection, None if streams else _current.limits.room, None if streams else _current.limits.ends)
        return answer


def _limit(connection: object, room: int | None, ends: float | None) -> None:
    if isinstance(connection, (LimitedSocket, LimitedTLSSocket)):
        connection.limits = replace(_current.limits, room=room, ends=ends)


class _PlainConnection(DialledConnection, HTTPConnection):
    pass


class _TLSConnection(DialledConnection, HTTPSConnection):
    def connect(self) -> None:
        if self.ssl_context is None:
            self.ssl_context = create_urllib3_context(cert_reqs=resolve_cert_reqs(self.cert_reqs))
        self.ssl_context.sslsocket_class = LimitedTLSSocket
        super().connect()


class _TrustedConnection(_PlainConnection):
    trusted = True


class _TrustedTLSConnection(_TLSConnection):
    trusted = True


class _Pool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _TLSConnection


class _TrustedPool(HTTPConnectionPool):
    ConnectionCls = _TrustedConnection


class _TrustedTLSPool(HTTPSConnectionPool):
    ConnectionCls = _TrustedTLSConnection


POOLS: dict[str, type[HTTPConnectionPool]] = {"http": _Pool, "https": _TLSPool}
TRUSTED_POOLS: dict[str, type[HTTPConnectionPool]] = {"http": _TrustedPool, "https": _TrustedTLSPool}


_HEADERS = {"Accept-Encoding": "identity", "User-Agent": "Holdfast"}


@dataclass(frozen=True, slots=True)
class PostAnswer:
    """What was answered to `post`: the status, the first bytes of the body, and `Retry-After`, "" for none."""

    status: int
    body: bytes
    retry_after: str


def post(url: str, body: bytes, headers: Mapping[str, str], *, seconds: float, room: int) -> PostAnswer:
    """POST to an address that came out of a row: a private one needs leave (`PROBE_ALLOWED_HOSTS`).

    No redirect is followed, and no proxy used; all of it, the name's resolution included, is over within so many
    seconds. Of the answer's body at most `room` bytes are read; where that fails, the status stands all the same.

    Raises `Unreadable` for what is no address, `Refused`: endpoint-private, endpoint-forbidden; and
    `urllib3.exceptions.HTTPError` for a server that cannot be reached, or is too slow.
    """
    with _asked(POOLS, "POST", url, seconds, MAX_HEADER_BYTES + room, {**_HEADERS, **headers}, body) as answer:
        try:
            begun = answer.read(room, decode_content=False)
        except (HTTPError, OSError, HoldfastError):
            begun = b""
        return PostAnswer(answer.status, begun, answer.headers.get("Retry-After", ""))


def get_status(url: str, *, seconds: float) -> int:
    """GET an address of the operator's own settings, which may be private; the HTTP status of the first answer.

    http and https only, no redirect is followed, no proxy is used, no body is read; all within so many seconds.
    Raises `Unreadable` for what is no such address, `Refused`: endpoint-forbidden, `urllib3.exceptions.HTTPError`.
    """
    with _asked(TRUSTED_POOLS, "GET", url, seconds, MAX_HEADER_BYTES) as answer:
        return answer.status


def exchange(
    method: str,
    url: str,
    *,
    seconds: float,
    room: int,
    headers: Mapping[str, str] | None = None,
    body: str | None = None,
) -> tuple[int, bytes]:
    """The status and the body of an address of the operator's own settings: as `get_status`, and at most `room` bytes.

    No content coding is undone: we ask for none. Raises as `get_status`, and `Unavailable`: store-answer-too-long.
    """
    with _asked(TRUSTED_POOLS, method, url, seconds, room, {**_HEADERS, **(headers or {})}, body) as answer:
        return answer.status, answer.read(decode_content=False)


@contextmanager
def _asked(
    pools: Mapping[str, type[HTTPConnectionPool]],
    method: str,
    url: str,
    seconds: float,
    room: int,
    headers: Mapping[str, str] | None = None,
    body: str | bytes | None = None,
) -> Iterator[BaseHTTPResponse]:
    """The answer, of which the body is not read yet, within these seconds and `room` bytes. No redirect is followed."""
    parts, target = split(url), urlsplit(url.strip())
    name = urlsplit(f"//{parts.host}")
    tls: dict[str, Any] = {"ssl_context": ssl.create_default_context()} if parts.scheme == "https" else {}
    pool = pools[parts.scheme](name.hostname or "", name.port, timeout=seconds, retries=False, **tls)
    path = (target.path or "/") + (f"?{target.query}" if target.query else "")
    with closing(pool), limited(Limits(monotonic() + seconds, seconds, room)):
        answer = pool.urlopen(method, path, body=body, headers=headers, redirect=False, preload_content=False)
        try:
            yield answer
        finally:
            answer.close()
