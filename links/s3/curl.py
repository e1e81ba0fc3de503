"""What curl says, in our words, and what it is told: how a request ended, and to which addresses it may connect."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pycurl

from links.domain.stores.answers import Trouble

_TLS_ERRORS = {
    pycurl.E_SSL_CONNECT_ERROR,
    pycurl.E_PEER_FAILED_VERIFICATION,
    pycurl.E_SSL_CERTPROBLEM,
    pycurl.E_SSL_CIPHER,
    pycurl.E_SSL_CACERT,
    pycurl.E_SSL_CACERT_BADFILE,
    pycurl.E_SSL_ISSUER_ERROR,
    pycurl.E_SSL_INVALIDCERTSTATUS,
}
TROUBLES = {
    pycurl.E_COULDNT_RESOLVE_HOST: Trouble.UNRESOLVED,
    pycurl.E_COULDNT_CONNECT: Trouble.CONNECT,
    pycurl.E_OPERATION_TIMEDOUT: Trouble.TIMEOUT,
    **dict.fromkeys(_TLS_ERRORS, Trouble.TLS),
}


def broke_off(status: int, error: int, *, has_body: bool) -> bool:
    """Whether less came than was announced. A refusal tells its reason even then. What comes of a file is cut by
    ourselves where it is much (E_WRITE_ERROR), or may take longer than we wait; but it must have begun."""
    if not has_body:
        return error != pycurl.E_OK or status == 206
    return status < 300 and error not in (pycurl.E_OK, pycurl.E_WRITE_ERROR, pycurl.E_OPERATION_TIMEDOUT)


_SocketAddress = tuple[int, int, int, tuple[Any, ...]]


def make_socket_opener(allowed: frozenset[str]) -> Callable[[int, _SocketAddress], int]:
    """The last guard: whatever curl made of the host's name, it connects to a checked address or not at all."""

    def open_socket(_purpose: int, address: _SocketAddress) -> int:
        family, kind, protocol, (host, *_) = address
        return socket.socket(family, kind, protocol).detach() if host in allowed else pycurl.SOCKET_BAD

    return open_socket


def bracket(address: str) -> str:
    """An address as curl reads it beside a port."""
    return f"[{address}]" if ":" in address else address


def parse_certificate_date(text: str) -> datetime | None:
    """OpenSSL writes `Mar 29 12:00:00 2027 GMT`."""
    try:
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(" ".join(text.split())), UTC)
    except (ValueError, OverflowError):
        return None
