"""One real request for one byte of a link's object, and what came back.

A presigned URL binds the method, so the probe is a GET with `Range: bytes=0-0`; it sends no other header that
could need a signature, follows no redirect, decodes nothing, and connects only to addresses that were checked.
"""

from __future__ import annotations

import ssl
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Protocol

import certifi
import pycurl
import structlog

from links.domain.errors import Refused
from links.domain.judging.breaker import NOT_ASKED
from links.domain.reasons import Reason
from links.domain.stores.answers import Answer, Trouble
from links.domain.stores.hosts import is_aws_host
from links.net.addresses import is_named, require_allowed
from links.net.dns import Endpoint, Resolved, resolve_all
from links.s3.curl import TROUBLES, bracket, broke_off, make_socket_opener, parse_certificate_date
from links.s3.responses import read_answer
from links.s3.targets import Target, read_target

log = structlog.get_logger(__name__)

MAX_CONCURRENT = 64
MAX_PER_HOST = 16
MAX_BODY_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class ProbeRequest:
    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ProbePolicy:
    """Whom we may ask. Without more, AWS's own hosts. `links.net.addresses` decides by which addresses.

    `allowed_hosts` are `host` or `host:port`, `.host` for every host below it; `allow_others` admits any host.
    `per_host` is how many requests one host gets at once. Times are seconds; `ca_bundle` is a file of certificates to
    trust instead of the machine's.
    """

    allowed_hosts: frozenset[str] = frozenset()
    allow_others: bool = False
    deadline: float = 10.0
    connect_deadline: float = 5.0
    ca_bundle: str = ""
    per_host: int = MAX_PER_HOST

    def names(self, host: str, port: int) -> bool:
        """Whether this host was allowed by name."""
        return is_named(host, port, self.allowed_hosts)


def probe(url: str, *, policy: ProbePolicy, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Answer:
    return probe_all([ProbeRequest(url)], policy=policy, now=now)[0]


def probe_all(
    requests: Sequence[ProbeRequest],
    *,
    policy: ProbePolicy,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> list[Answer]:
    """Probe every URL and answer in their order; what is no URL, or may not be asked, is answered too.

    At most 64 requests are under way, 16 per host; connections are used again. No URL and no answer raises.
    """
    collected = _Collector()
    run_probes(requests, collected, policy=policy, now=now)
    return [answer for _, answer in sorted(collected.answers.items())]


class ProbeListener(Protocol):
    """Is asked before each request whether it is still wanted, and told each answer as soon as it is there. A request
    is known by its place in the list."""

    def wants(self, index: int) -> bool: ...

    def take(self, index: int, answer: Answer) -> None: ...


class _Collector:
    def __init__(self) -> None:
        self.answers: dict[int, Answer] = {}

    def wants(self, index: int) -> bool:  # noqa: ARG002
        return True

    def take(self, index: int, answer: Answer) -> None:
        self.answers[index] = answer


def run_probes(
    requests: Sequence[ProbeRequest], listener: ProbeListener, *, policy: ProbePolicy, now: Callable[[], datetime]
) -> None:
    """As `probe_all`, for a listener. What it does not want any more is answered as `NOT_ASKED`."""
    targets = [read_target(request.url) for request in requests]
    # Whom we may ask is judged once for each host and port, of which a batch has few.
    places = {target.endpoint: target for target in targets if target}
    allowed = {endpoint for endpoint, target in places.items() if _may_ask(target, policy)}
    addresses = resolve_all(allowed, policy.connect_deadline)
    ways = {endpoint: _reach(endpoint, addresses) for endpoint in places}
    batch = _Batch(policy, now, listener)
    for index, target in enumerate(targets):
        reached = ways[target.endpoint] if target else Trouble.FORBIDDEN
        if target is None or isinstance(reached, Trouble):
            listener.take(index, Answer(trouble=reached if isinstance(reached, Trouble) else None, asked_at=now()))
        else:
            batch.add(_Job(target, reached, index))
    batch.run()


def _may_ask(target: Target, policy: ProbePolicy) -> bool:
    return policy.allow_others or policy.names(target.host, target.port) or is_aws_host(target.host)


def _reach(endpoint: Endpoint, addresses: dict[Endpoint, Resolved]) -> Resolved:
    """The addresses to connect to, or why there are none; those of whom we may not ask were not looked for."""
    found = addresses.get(endpoint, Trouble.FORBIDDEN)
    if isinstance(found, Trouble):
        return found
    try:
        require_allowed(*endpoint, found)
    except Refused as refused:
        return _OUR_TROUBLES[refused.reason]
    return found


_OUR_TROUBLES = {
    Reason.ENDPOINT_PRIVATE: Trouble.PRIVATE_ADDRESS,
    Reason.ENDPOINT_FORBIDDEN: Trouble.FORBIDDEN_ADDRESS,
}


@dataclass(slots=True)
class _Job:
    """One request on its way, and what has come of it so far."""

    target: Target
    addresses: list[str]
    index: int
    asked_at: datetime | None = None
    headers: dict[str, str] = field(default_factory=dict)
    header_bytes: int = 0
    body: bytearray = field(default_factory=bytearray)

    def take_header(self, line: bytes) -> int | None:
        self.header_bytes += len(line)
        if self.header_bytes > MAX_BODY_BYTES:
            return 0
        if line.startswith(b"HTTP/"):
            self.headers.clear()
        name, colon, value = line.decode("latin-1").partition(":")
        if colon:
            self.headers.setdefault(name.strip().lower(), value.strip())
        return None

    def take_body(self, chunk: bytes) -> int | None:
        room = MAX_BODY_BYTES - len(self.body)
        self.body += chunk[:room]
        return None if len(chunk) < room else 0


class _Batch:
    """pycurl's multi interface, with a bounded number of requests under way."""

    def __init__(self, policy: ProbePolicy, now: Callable[[], datetime], listener: ProbeListener) -> None:
        self._policy = policy
        self._now = now
        self._listener = listener
        self._waiting: dict[Endpoint, deque[_Job]] = {}
        self._busy: Counter[Endpoint] = Counter()
        self._under_way: dict[pycurl.Curl, _Job] = {}
        self._certificates: dict[str, datetime] = {}
        self._trusted = policy.ca_bundle or ssl.get_default_verify_paths().cafile or certifi.where()
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_MAXCONNECTS, MAX_CONCURRENT)
        self._spare: list[pycurl.Curl] = []

    def add(self, job: _Job) -> None:
        self._waiting.setdefault(job.target.endpoint, deque()).append(job)

    def run(self) -> None:
        try:
            self._start_more()
            while self._under_way or self._waiting:
                self._multi.perform()
                for handle, error in self._finished():
                    self._finish(handle, error)
                self._start_more()
                self._multi.select(0.2)
        finally:
            self._close()

    def _start_more(self) -> None:
        for endpoint in list(self._waiting):
            jobs = self._waiting[endpoint]
            while jobs and len(self._under_way) < MAX_CONCURRENT and self._busy[endpoint] < self._policy.per_host:
                job = jobs.popleft()
                if self._listener.wants(job.index):
                    self._start(job)
                else:
                    self._listener.take(job.index, NOT_ASKED)
            if not jobs:
                del self._waiting[endpoint]

    def _start(self, job: _Job) -> None:
        handle = self._spare.pop() if self._spare else self._make_handle()
        for option, value in self._options(job):
            handle.setopt(option, value)
        job.asked_at = self._now()
        self._busy[job.target.endpoint] += 1
        self._under_way[handle] = job
        self._multi.add_handle(handle)

    def _make_handle(self) -> pycurl.Curl:
        """One that is used again and again: whatever differs from request to request is set for each."""
        handle = pycurl.Curl()
        for option, value in self._lasting_options():
            handle.setopt(option, value)
        return handle

    def _options(self, job: _Job) -> Iterator[tuple[int, Any]]:
        target, pinned = job.target, ",".join(bracket(address) for address in job.addresses)
        yield pycurl.URL, target.url.encode()
        yield pycurl.RESOLVE, [f"{target.host}:{target.port}:{pinned}"]
        yield pycurl.OPENSOCKETFUNCTION, make_socket_opener(frozenset(job.addresses))
        yield pycurl.HEADERFUNCTION, job.take_header
        yield pycurl.WRITEFUNCTION, job.take_body

    def _lasting_options(self) -> Iterator[tuple[int, Any]]:
        yield pycurl.PATH_AS_IS, 1
        yield pycurl.HTTPHEADER, ["Range: bytes=0-0", "Accept: */*"]
        yield pycurl.USERAGENT, "holdfast-probe"
        yield pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1
        yield pycurl.FOLLOWLOCATION, 0
        yield pycurl.NETRC, pycurl.NETRC_IGNORED
        yield pycurl.PROXY, ""
        yield pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS
        yield pycurl.NOSIGNAL, 1
        yield pycurl.CONNECTTIMEOUT_MS, round(self._policy.connect_deadline * 1000)
        yield pycurl.TIMEOUT_MS, round(self._policy.deadline * 1000)
        yield pycurl.CAINFO, self._trusted
        yield pycurl.OPT_CERTINFO, 1

    def _finished(self) -> Iterator[tuple[pycurl.Curl, int]]:
        left = 1
        while left:
            left, good, bad = self._multi.info_read()
            yield from ((handle, pycurl.E_OK) for handle in good)
            yield from ((handle, error) for handle, error, _ in bad)

    def _finish(self, handle: pycurl.Curl, error: int) -> None:
        job = self._under_way.pop(handle)
        self._busy[job.target.endpoint] -= 1
        answer = self._try_to_read(handle, job, error)
        self._multi.remove_handle(handle)
        self._spare.append(handle)
        self._listener.take(job.index, answer)

    def _try_to_read(self, handle: pycurl.Curl, job: _Job, error: int) -> Answer:
        """An answer that ends its reader in an error is no store's, and ends nobody else's probe."""
        try:
            return self._read(handle, job, error)
        except Exception as failure:  # noqa: BLE001  its text may hold what the store sent
            log.warning("answer not read", host=job.target.host, error=type(failure).__name__)
            return Answer(trouble=Trouble.RESET, asked_at=job.asked_at)

    def _read(self, handle: pycurl.Curl, job: _Job, error: int) -> Answer:
        took_ms = round(handle.getinfo(pycurl.TOTAL_TIME) * 1000)
        status = int(handle.getinfo(pycurl.RESPONSE_CODE))
        if not status or broke_off(status, error, has_body=bool(job.body)):
            return Answer(trouble=TROUBLES.get(error, Trouble.RESET), asked_at=job.asked_at, took_ms=took_ms)
        # Only a refusal has a message, in which they might be.
        secrets = job.target.secrets if status >= 300 else ()
        return replace(
            read_answer(status, job.headers, bytes(job.body), url=job.target.url, secrets=secrets),
            asked_at=job.asked_at,
            took_ms=took_ms,
            certificate_ends_at=self._certificate_end(handle, job.target.host),
        )

    def _certificate_end(self, handle: pycurl.Curl, host: str) -> datetime | None:
        """A connection used again does not tell its certificates a second time."""
        for certificate in handle.getinfo(pycurl.INFO_CERTINFO)[:1]:
            ends = parse_certificate_date(dict(certificate).get("Expire date", ""))
            if ends:
                self._certificates[host] = ends
        return self._certificates.get(host)

    def _close(self) -> None:
        for handle in self._under_way:
            self._multi.remove_handle(handle)
        for handle in (*self._under_way, *self._spare):
            handle.close()
        self._multi.close()
