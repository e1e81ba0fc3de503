"""Where notices arrive in tests: a real SMTP server, a real webhook, and a server that never answers.

Each is a context manager on a loopback port that the system chose. It keeps that port for its whole life, so that it
can be stopped and started again as an outage would have it.
"""

import email
import json
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import LazySettings
from pytest_django import Settings

HOST = "127.0.0.1"


class _Port(Controller):
    """aiosmtpd listens on ports that it is told; this one listens on a socket that is already bound."""

    def __init__(self, handler: object, listening: socket.socket) -> None:
        self._listening = listening
        super().__init__(handler, hostname=HOST, port=listening.getsockname()[1])

    def _create_server(self):  # type: ignore[no-untyped-def]  # noqa: ANN202  as aiosmtpd declares it
        return self.loop.create_server(self._factory_invoker, sock=self._listening)


def send_mail_to(settings: Settings | LazySettings, port: int, host: str = HOST, **options: object) -> None:
    """Let mails go to this server; `options` as those of Django's MAILERS."""
    to = {"host": host, "port": port, **options}
    settings.MAILERS = {"default": {"BACKEND": "links.channels.smtp.EmailBackend", "OPTIONS": to}}
    settings.DEFAULT_FROM_EMAIL = "Holdfast <holdfast@share.example.com>"


class MailReceiver:
    """An SMTP server. `refusal`, as "451 Try again later", is what it answers instead of taking a mail."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.refusal = ""
        self._controller: _Port | None = None
        self.port = 0

    def start(self) -> Self:
        listening = _bind(self.port)
        self.port = listening.getsockname()[1]
        self._controller = _Port(self, listening)
        self._controller.start()
        return self

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.stop()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.refusal:
            return self.refusal
        assert isinstance(envelope.content, bytes)
        message = email.message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        self.recipients.append([str(recipient) for recipient in envelope.rcpt_tos])
        return "250 Taken"


@dataclass(frozen=True, slots=True)
class Call:
    """One request that a webhook got."""

    method: str
    path: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def json(self) -> dict[str, str]:
        return dict(json.loads(self.body))


@dataclass
class WebhookReceiver:
    """An HTTP server that keeps every request. `status` is what it answers, after `delay` seconds, with this `body`;
    `retry_after` is its word on the next attempt."""

    calls: list[Call] = field(default_factory=list)
    status: int = 200
    location: str = ""
    retry_after: str = ""
    delay: float = 0.0
    body: bytes = b""

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer((HOST, 0), _handler_of(self))
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self) -> int:
        return int(self._server.server_port)

    def apprise_url(self, path: str = "hook") -> str:
        return f"json://{HOST}:{self.port}/{path}"


def _handler_of(sink: WebhookReceiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            sink.calls.append(Call(self.command, self.path, body, dict(self.headers)))
            time.sleep(sink.delay)
            self.send_response(sink.status)
            if sink.location:
                self.send_header("Location", sink.location)
            if sink.retry_after:
                self.send_header("Retry-After", sink.retry_after)
            self.send_header("Content-Length", str(len(sink.body)))
            self.end_headers()
            self.wfile.write(sink.body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_args: object) -> None:
            """Tests read `calls`."""

    return Handler


@contextmanager
def silence() -> Iterator[int]:
    """The port of a server that takes connections and never says a word."""
    with _bind(0) as listening:
        listening.listen()
        yield listening.getsockname()[1]


@contextmanager
def closed_port() -> Iterator[int]:
    """A port where connections are refused, and that nobody else gets meanwhile."""
    with _bind(0) as bound:
        yield bound.getsockname()[1]


def _bind(port: int) -> socket.socket:
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind((HOST, port))
    return bound
