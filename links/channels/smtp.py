"""Django's SMTP backend, with an end: the whole delivery of a mail takes so many seconds and no more.

`smtplib`'s time-out begins anew with every byte: a mail server that drips its greeting holds a worker for ever.
"""

import smtplib
import socket
import ssl
from contextlib import suppress
from functools import cached_property
from time import monotonic
from typing import Any

from django.core.mail.backends import smtp

from links.channels.base import MAX_SEND_SECONDS
from links.domain.errors import Unavailable
from links.net.dialler import dial
from links.net.limits import LimitedSocket, LimitedTLSSocket, Limits

TIMEOUT_SECONDS = MAX_SEND_SECONDS
MAX_ANSWER_BYTES = 1024 * 1024  # of all answers to one mail


class EmailBackend(smtp.EmailBackend):
    """`timeout` is for all of a connection, `TIMEOUT_SECONDS` where nothing is said. The server may be private: the
    operator's own settings name it.

    Raises `Refused`: endpoint-forbidden for a metadata service, and what Django's raises.
    """

    def __init__(self, *, timeout: float = TIMEOUT_SECONDS, **options: Any) -> None:
        super().__init__(timeout=timeout, **options)

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _TLSConnection if self.use_ssl else _Connection

    @cached_property
    def ssl_context(self) -> ssl.SSLContext:
        context = super().ssl_context
        context.sslsocket_class = LimitedTLSSocket
        return context

    def close(self) -> None:
        """A mail that was taken stays taken, however the server says good-bye."""
        with suppress(OSError):
            super().close()


class _Connection(smtplib.SMTP):
    _limits: Limits

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        self._limits = Limits(monotonic() + timeout, timeout, MAX_ANSWER_BYTES)
        connection = dial(host, port, seconds=timeout, trusted=True)
        self._limit(connection)
        return connection

    def getreply(self) -> tuple[int, bytes]:
        try:
            return super().getreply()
        except Unavailable:
            self.close()
            raise smtplib.SMTPServerDisconnected("The server's answers have no end.") from None

    def starttls(self, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401  as smtplib has it
        answer = super().starttls(*arguments, **options)
        self._limit(self.sock)
        return answer

    def _limit(self, connection: socket.socket | None) -> None:
        if isinstance(connection, (LimitedSocket, LimitedTLSSocket)):
            connection.limits = self._limits


class _TLSConnection(smtplib.SMTP_SSL, _Connection):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        connection: socket.socket = super()._get_socket(host, port, timeout)
        self._limit(connection)
        return connection
