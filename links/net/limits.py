"""Sockets that read for so long, and so much, and no more.

A socket's own time-out begins anew with every byte that comes: one byte every few seconds holds a thread for ever.
"""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from links.domain.errors import Unavailable
from links.domain.reasons import Reason

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


@dataclass(slots=True)
class Limits:
    """What may still be read: until `ends` (of the monotonic clock), `room` bytes, and `pause` seconds for each read.

    None for `ends` or `room` is no limit.
    """

    ends: float | None
    pause: float
    room: int | None

    def wait(self) -> float:
        """How many seconds the next read may take. Raises TimeoutError once the time is over."""
        if self.ends is None:
            return self.pause
        left = self.ends - monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        return min(self.pause, left)

    def take(self, count: int) -> int:
        """Raises `Unavailable("store-answer-too-long")` once there is no more room."""
        if self.room is not None:
            self.room -= count
            if self.room < 0:
                raise Unavailable(Reason.STORE_ANSWER_TOO_LONG)
        return count


class LimitedSocket(socket.socket):
    """`limits` may be set at any time; None is no limit but the socket's own time-out."""

    limits: Limits | None = None

    def recv_into(self, buffer: WriteableBuffer, nbytes: int = 0, flags: int = 0) -> int:
        """What `makefile` reads by."""
        if self.limits is None:
            return super().recv_into(buffer, nbytes, flags)
        self.settimeout(self.limits.wait())
        return self.limits.take(super().recv_into(buffer, nbytes, flags))


class LimitedTLSSocket(ssl.SSLSocket):
    """As `LimitedSocket`; for an SSLContext's `sslsocket_class`. It counts what was decrypted."""

    limits: Limits | None = None

    def recv_into(self, buffer: WriteableBuffer, nbytes: int | None = None, flags: int = 0) -> int:
        """What `makefile` reads by."""
        if self.limits is None:
            return super().recv_into(buffer, nbytes, flags)
        self.settimeout(self.limits.wait())
        return self.limits.take(super().recv_into(buffer, nbytes, flags))
