"""The socket side: HTTP/1.1 with keep-alive, one daemon thread a connection, and every way to answer badly.

Written on `socketserver` because `http.server` collapses `//` at the start of a path, which is a raw key here.
"""

import contextlib
import os
import selectors
import socket
import socketserver
import ssl
import struct
import sys
import threading
from collections.abc import Callable
from http.client import responses
from typing import Any

from .wire import Answer, Dropped, Reply, Request

BODILESS = frozenset({204, 304})


class Listener(socketserver.ThreadingTCPServer):
    """Listens on a free port of 127.0.0.1 and asks `respond` for each request's reply."""

    daemon_threads = True
    block_on_close = False
    timeout = 0  # a request that is there is taken; none is waited for
    allow_reuse_address = True
    request_queue_size = 256

    def __init__(self, respond: Callable[[Request], Reply], tls: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.respond = respond
        self.tls = tls
        self.stopping = threading.Event()
        self.failures: list[BaseException] = []
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._accept, daemon=True)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def start(self) -> None:
        self._ended, self._end = os.pipe()
        self._thread.start()

    def stop(self) -> None:
        """Close every connection, also those that hang. Raises the first bug met while answering."""
        if not self.stopping.is_set():
            self.stopping.set()
            os.close(self._end)  # which wakes it, whatever a test has done to sockets
            self._thread.join()
            os.close(self._ended)
        self.server_close()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)  # TLS would unwrap first
        if self.failures:
            raise self.failures[0]

    def _accept(self) -> None:
        """`serve_forever` looks every so often whether it shall end; thousands of endpoints a run would wait for it."""
        with selectors.DefaultSelector() as selector:
            selector.register(self, selectors.EVENT_READ)
            selector.register(self._ended, selectors.EVENT_READ)
            while selector.select() and not self.stopping.is_set():
                self.handle_request()

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        if self.tls is not None:
            connection = self.tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        """Close without the graceful shutdown of the base class, which would turn a reset into an end."""
        if isinstance(request, socket.socket):
            self._open.discard(request)
        self.close_request(request)

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002 - socketserver's
        """Clients may go at any time; anything else is a bug of the endpoint."""
        error = sys.exception()
        if error is not None and not isinstance(error, OSError):
            self.failures.append(error)


class _Connection(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True
    server: Listener

    def handle(self) -> None:
        if isinstance(self.connection, ssl.SSLSocket):
            self.connection.do_handshake()
        while (request := self._read()) is not None and self._send(request, self.server.respond(request)):
            pass

    def _read(self) -> Request | None:
        """The next request; None where the client has gone."""
        words = self._line().split(" ")
        if len(words) != 3:
            return None
        headers = []
        while line := self._line():
            name, _, value = line.partition(":")
            headers.append((name, value))
        scheme = "http" if self.server.tls is None else "https"
        given = {name.lower(): value.strip() for name, value in headers}
        if given.get("expect", "").lower() == "100-continue":
            self.connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = self.rfile.read(int(given.get("content-length", "0")))
        peer = str(self.client_address[0])
        return Request.parse(words[0], words[1], headers, body=body, peer=peer, scheme=scheme)

    def _line(self) -> str:
        return self.rfile.readline(1 << 16).decode("latin-1").rstrip("\r\n")

    def _send(self, request: Request, reply: Reply) -> bool:
        """Whether the connection stays open."""
        if reply.wait and self.server.stopping.wait(reply.wait):
            return False
        if isinstance(reply, Dropped):
            if reply.reset:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False
        closes = reply.closes or (request.header("connection") or "").lower() == "close"
        head = _head(reply, closes)
        body = b"" if request.method == "HEAD" or reply.status in BODILESS else _framed(reply)
        if reply.drip:
            self.connection.sendall(head)
            return self._drip(body, reply.drip) and not closes
        self.connection.sendall(head + body)
        return not closes

    def _drip(self, body: bytes, seconds: float) -> bool:
        for at in range(len(body)):
            if self.server.stopping.wait(seconds):
                return False
            self.connection.sendall(body[at : at + 1])
        return True


def _head(answer: Answer, closes: bool) -> bytes:
    reason = answer.reason or responses.get(answer.status, "Unknown")
    headers = dict(answer.headers)
    if answer.chunked:
        headers["Transfer-Encoding"] = "chunked"
    elif answer.status not in BODILESS:
        headers.setdefault("Content-Length", str(len(answer.body)))
    if closes:
        headers["Connection"] = "close"
    lines = [f"HTTP/1.1 {answer.status} {reason}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("utf-8")


def _framed(answer: Answer) -> bytes:
    if not answer.chunked:
        return answer.body
    chunk = b"%x\r\n%b\r\n" % (len(answer.body), answer.body) if answer.body else b""
    return chunk + b"0\r\n\r\n"
