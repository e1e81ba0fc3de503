"""Requests by the dialler, for addresses that the operator's own settings name, and within an end of our own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import ProxyManager

from links.domain.errors import Refused
from links.lib.backoff import read_retry_after
from links.net.http import TRUSTED_POOLS, limited
from links.net.limits import Limits

MAX_BODY_BYTES = 4 * 1024 * 1024
TIMEOUT_SECONDS = 20.0  # for one request, where no end was given

_current = threading.local()


@dataclass
class RequestedWait:
    """What was answered to the requests of one delivery: `wait` is how long the other side asks to be left alone."""

    wait: timedelta | None = None

    def take(self, response: requests.Response) -> None:
        if response.status_code not in (429, 503) or "Retry-After" not in response.headers:
            return
        wait = read_retry_after(response.headers["Retry-After"], datetime.now(UTC))
        if wait is not None:
            self.wait = max(wait, self.wait or wait)


@contextmanager
def ending_within(seconds: float) -> Iterator[RequestedWait]:
    """All requests that this thread makes meanwhile end within so many seconds altogether; and what was answered."""
    _current.ends, _current.requested = monotonic() + seconds, RequestedWait()
    try:
        yield _current.requested
    finally:
        del _current.ends, _current.requested


class DialledAdapter(HTTPAdapter):
    """Connects by the dialler, and reads so much, for so long. A proxy that the environment names is dialled, too."""

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = TRUSTED_POOLS

    def proxy_manager_for(self, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401  of several kinds
        manager = super().proxy_manager_for(*arguments, **options)
        if type(manager) is ProxyManager:  # one for SOCKS has connections of its own
            manager.pool_classes_by_scheme = TRUSTED_POOLS
        return manager

    def send(self, *arguments: Any, **options: Any) -> requests.Response:
        """Raises what Requests' own raises: `ConnectionError` for what may not be connected to, too."""
        ends = getattr(_current, "ends", monotonic() + TIMEOUT_SECONDS)
        try:
            with limited(Limits(ends, TIMEOUT_SECONDS, MAX_BODY_BYTES)):
                response = super().send(*arguments, **options)
        except Refused:
            raise requests.ConnectionError("The address is that of a metadata service, or link-local.") from None
        if requested := getattr(_current, "requested", None):
            requested.take(response)
        return response


def use_dialler() -> None:
    """Let every session of Requests that is made from now on in this process connect by the dialler."""
    requests.sessions.HTTPAdapter = DialledAdapter  # type: ignore[attr-defined]
