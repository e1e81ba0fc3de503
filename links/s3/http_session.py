"""The HTTP session of every client of boto3: by the dialler, through no proxy, along no redirect, within limits.

botocore's own reads whole bodies, however long they are or take, and connects to whatever a name resolves to.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Any

from botocore import awsrequest, httpsession
from botocore.exceptions import HTTPClientError

from links.domain.errors import HoldfastError, Unavailable
from links.domain.reasons import Reason
from links.net.http import DialledConnection, limited
from links.net.limits import LimitedTLSSocket, Limits

if TYPE_CHECKING:
    from botocore.client import BaseClient

# botocore's stubs know half of these, and none of their attributes.
_requests: Any = awsrequest
_sessions: Any = httpsession

TOTAL_TIMEOUT_SECONDS = 25.0  # for a question and its answer, with all that is tried again
MAX_BODY_BYTES = 4 * 1024 * 1024  # a listing of 1,000 keys of 1,024 bytes each, percent-encoded
MAX_MARKS = 200_000  # "<" and "=": a parser makes some 100 bytes of an element or attribute of four
_ENDS = "holdfast_ends"


class _Connection(DialledConnection, _requests.AWSHTTPConnection):  # type: ignore[misc]
    pass


class _TLSConnection(DialledConnection, _requests.AWSHTTPSConnection):  # type: ignore[misc]
    pass


class _Pool(_requests.AWSHTTPConnectionPool):  # type: ignore[misc]
    ConnectionCls = _Connection


class _TLSPool(_requests.AWSHTTPSConnectionPool):  # type: ignore[misc]
    ConnectionCls = _TLSConnection


class DialledSession(_sessions.URLLib3Session):  # type: ignore[misc]
    """One for each client: its settings and its connections are that client's."""

    def __init__(self, config: Any, verify: bool | str) -> None:  # noqa: ANN401  see above
        super().__init__(
            verify=verify,
            timeout=(config.connect_timeout, config.read_timeout),
            max_pool_connections=config.max_pool_connections,
            client_cert=config.client_cert,
        )
        self._pause: float = config.read_timeout
        self._manager.pool_classes_by_scheme = {"http": _Pool, "https": _TLSPool}

    def send(self, request: Any) -> Any:  # noqa: ANN401  see above
        """Raises `Refused`: endpoint-private, endpoint-forbidden; `Unavailable`: store-answer-too-long; and
        botocore's own for a store that cannot be reached, or is too slow."""
        limits = Limits(_find_end(request.body, request.context), self._pause, MAX_BODY_BYTES)
        try:
            with limited(limits, streams=request.stream_output):
                answer = super().send(request)
        except HTTPClientError as failure:
            reason = failure.kwargs.get("error")
            raise (reason if isinstance(reason, HoldfastError) else failure) from None
        if not request.stream_output and answer.content.count(b"<") + answer.content.count(b"=") > MAX_MARKS:
            raise Unavailable(Reason.STORE_ANSWER_TOO_LONG)
        return answer

    def _get_ssl_context(self) -> ssl.SSLContext:
        context: ssl.SSLContext = super()._get_ssl_context()
        context.sslsocket_class = LimitedTLSSocket
        return context


def use_dialler(client: BaseClient, verify: bool | str | None) -> None:
    """Let every request of the client go by the dialler; the client's own session makes none any more."""
    session = DialledSession(client.meta.config, _find_certificates() if verify is None else verify)

    send: Callable[..., Any] = lambda request, **_: session.send(request)  # noqa: E731  the event gives it by name
    client.meta.events.register_first("before-send", send)


def _find_end(body: object, context: dict[str, float]) -> float | None:
    """One end for a request and all its repetitions; a file that is sent up takes what it takes."""
    if body is not None and not isinstance(body, (bytes, bytearray, str)):
        return None
    return context.setdefault(_ENDS, monotonic() + TOTAL_TIMEOUT_SECONDS)


def _find_certificates() -> bool | str:
    """As botocore does: a bundle of certificates that the environment names, else the usual one."""
    return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
