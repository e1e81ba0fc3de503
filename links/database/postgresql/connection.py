"""psycopg, with a connection that does not wait for ever. Named as PEP 249 wants a driver's module."""

import math
import time
from typing import Any, Self

import psycopg
from psycopg import *  # noqa: F403  whatever Django looks for in a driver
from psycopg import OperationalError, capabilities, waiting
from psycopg.abc import RV, PQGen
from psycopg.errors import ConnectionTimeout, QueryCanceled
from psycopg.errors import _WaitTimeout as WaitTimeout  # what `Connection.wait` is documented to raise

from links.database import limits

CANCEL_SECONDS = 0.4
"""For the request to cancel, and again for what comes of it: a server that is alive needs milliseconds."""


class BoundedConnection(psycopg.Connection[Any]):
    """Gives up when `limits` say so. A statement that is merely slow is cancelled, and the connection stays; a server
    that does not even cancel is silent: the connection is closed, and for some seconds nobody waits for it."""

    @classmethod
    def connect(cls, conninfo: str = "", **kwargs: Any) -> Self:
        left = limits.seconds_left()
        if limits.is_request():
            configured = float(kwargs.get("connect_timeout") or left)
            kwargs["connect_timeout"] = max(math.ceil(min(configured, left)), 1)
        began = time.monotonic()
        try:
            made = super().connect(conninfo, **kwargs)
        except OperationalError as error:
            # A name that nobody resolves takes its time too, and says so by no code.
            if isinstance(error, ConnectionTimeout) or time.monotonic() - began >= left:
                limits.note_silence()
            raise
        limits.note_answer()
        return made

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        left = limits.seconds_left()
        if timeout is not None and timeout < left:
            return super().wait(gen, interval=interval, timeout=timeout)
        try:
            answer = super().wait(gen, interval=interval, timeout=left)
        except WaitTimeout:
            return self._cancel(gen)
        limits.note_answer()
        return answer

    def _cancel(self, gen: PQGen[RV]) -> RV:
        try:
            if not capabilities.has_cancel_safe():
                raise WaitTimeout
            self.cancel_safe(timeout=CANCEL_SECONDS)
            return waiting.wait(gen, self.pgconn.socket, interval=0.05, timeout=CANCEL_SECONDS)
        except QueryCanceled:
            limits.note_answer()
            raise
        except OperationalError as error:
            limits.note_silence()
            self.pgconn.finish()  # what it is in the middle of, nobody knows
            raise limits.NoAnswer("The database did not answer in time.") from error


connect = BoundedConnection.connect
