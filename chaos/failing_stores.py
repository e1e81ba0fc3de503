"""Servers that answer as no store should, each in its own way: raw sockets on loopback."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from typing import Self

from config.processes.ports import HOST

Behave = Callable[[socket.socket, Event], None]
SECONDS = 30.0  # after which the longest of them end
_OK = b"HTTP/1.1 200 OK\r\n"


class FailingStore:
    """One server, on a port of its own; it had an identity service while it was well."""

    identity_service = True

    def __init__(self, name: str, behave: Behave) -> None:
        self.name, self._behave = name, behave
        self._stopping = Event()
        self._listening = socket.create_server((HOST, 0), backlog=200)
        self._listening.settimeout(0.5)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._listening.getsockname()[1]}"

    def start(self) -> Self:
        Thread(target=self._accept, daemon=True).start()
        return self

    def stop(self) -> None:
        self._stopping.set()
        self._listening.close()

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                visitor, _ = self._listening.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            Thread(target=self._serve, args=(visitor,), daemon=True).start()

    def _serve(self, visitor: socket.socket) -> None:
        with visitor, suppress(OSError):
            visitor.settimeout(SECONDS)
            visitor.recv(65_536)
            self._behave(visitor, self._stopping)


def _say(answer: bytes) -> Behave:
    return lambda visitor, _stopping: visitor.sendall(answer)


def _repeat(begin: bytes, part: bytes, every: float = 0.0) -> Behave:
    def behave(visitor: socket.socket, stopping: Event) -> None:
        visitor.sendall(begin)
        ends = time.monotonic() + SECONDS
        while time.monotonic() < ends and not stopping.is_set():
            visitor.sendall(part)
            time.sleep(every)

    return behave


def _reset_after(sent: bytes) -> Behave:
    def behave(visitor: socket.socket, _stopping: Event) -> None:
        visitor.sendall(sent)
        visitor.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return behave


def _say_nothing(_visitor: socket.socket, stopping: Event) -> None:
    stopping.wait(SECONDS)


def _with_body(status: str, body: bytes, kind: str = "application/xml") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


_PAGE = b"<!DOCTYPE html><html><body><h1>Access denied by your network</h1></body></html>"
FAILURES: dict[str, Behave] = {
    "says nothing": _say_nothing,
    "closes at once": _say(b""),
    "resets at once": _reset_after(b""),
    "resets in the headers": _reset_after(b"HTTP/1.1 206 Par"),
    "resets in the body": _reset_after(_OK + b"Content-Length: 100\r\n\r\nten bytes."),
    "speaks tls": _say(b"\x15\x03\x01\x00\x02\x02\x28"),
    "answers 500": _say(_with_body("500 Internal Server Error", b"")),
    "answers 503": _say(_with_body("503 Slow Down", b"<Error><Code>SlowDown</Code></Error>")),
    "answers 502": _say(_with_body("502 Bad Gateway", _PAGE, "text/html")),
    "a page with 403": _say(_with_body("403 Forbidden", _PAGE, "text/html")),
    "an empty 200": _say(_OK + b"Content-Length: 0\r\n\r\n"),
    "one byte a second": _repeat(b"", b"H", 1.0),
    "a body without end": _repeat(_OK + b"Content-Length: 10000000000\r\n\r\n", b"x" * 65_536, 0.01),
    "a wrong length": _say(
        b"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-0/22\r\nContent-Length: 9\r\n\r\no"
    ),
    "headers without end": _repeat(_OK, b"X-Filler: " + b"y" * 500 + b"\r\n", 0.01),
    "100 without end": _repeat(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.01),
    "no http at all": _say(b"220 mail.example.com ESMTP\r\n"),
}
