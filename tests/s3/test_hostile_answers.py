"""A store that answers with whatever it likes: each question ends in time, in little memory, and with a plain error."""

import contextlib
import gzip
import resource
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from links.domain.buckets.endpoints import SigningBucket
from links.domain.buckets.s3_objects import ObjectFacts, Page
from links.domain.credentials import KeyPair
from links.domain.errors import HoldfastError, Unavailable
from links.domain.stores.answers import Answer, Trouble
from links.s3 import bucket_config, http_session, identity, objects
from links.s3.probe import ProbePolicy, probe

SECONDS = 1.5
MAX_GROWTH = 50 * 1024  # KiB
Script = Callable[[socket.socket], None]


class Server:
    """It reads a request, plays its script, and hangs up."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._clients: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._serve, daemon=True)]
        self._threads[0].start()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            self._clients.append(client)
            self._threads.append(threading.Thread(target=self._play, args=(client,), daemon=True))
            self._threads[-1].start()

    def _play(self, client: socket.socket) -> None:
        with closing(client), contextlib.suppress(OSError):
            client.settimeout(20)
            client.recv(65536)
            self._script(client)

    def stop(self) -> None:
        """A thread that accepts, receives or sends does so for ever on a socket that is merely closed."""
        with closing(self._listening), contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._threads[0].join()
        for client in self._clients:
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()


def body(content: bytes, *headers: bytes, length: int | None = None, status: bytes = b"200 OK") -> Script:
    lines = [b"HTTP/1.1 " + status, b"Content-Length: %d" % (len(content) if length is None else length), *headers]

    def play(client: socket.socket) -> None:
        client.sendall(b"\r\n".join(lines) + b"\r\n\r\n")
        for start in range(0, len(content), 1 << 20):
            client.sendall(content[start : start + (1 << 20)])

    return play


def endless(head: bytes, piece: bytes, pause: float = 0.0) -> Script:
    def play(client: socket.socket) -> None:
        client.sendall(head)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            client.sendall(piece)
            time.sleep(pause)

    return play


def listing(inner: bytes) -> bytes:
    return b'<?xml version="1.0"?><ListBucketResult><Name>files</Name>' + inner + b"</ListBucketResult>"


OK = b"HTTP/1.1 200 OK\r\n"
DEEP = b"<a>" * 60_000 + b"</a>" * 60_000
ENTRY = b"<Contents><Key>k</Key><Size>1</Size><LastModified>2026-01-01T00:00:00Z</LastModified></Contents>"
BOMB = (
    b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 1000 + b'"><!ENTITY c "' + b"&b;" * 1000 + b'"><!ENTITY d "' + b"&c;" * 1000
) + b'">]><Error><Code>&d;</Code></Error>'

LONG: dict[str, Script] = {
    "huge": endless(OK + b"Content-Length: 999999999999\r\n\r\n" + listing(b"")[:40], ENTRY * 700),
    "huge-without-length": endless(OK + b"\r\n", ENTRY * 700),
    "huge-chunked": endless(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65536 + b"\r\n"),
    "huge-error": endless(b"HTTP/1.1 403 Forbidden\r\n\r\n<Error><Message>", b"x" * 65536),
    "many-elements": body(listing(b"<a/>" * 800_000)),
    "many-attributes": body(listing(b"<a " + b" ".join(b'a%d=""' % n for n in range(300_000)) + b"/>")),
    "endless-headers": endless(OK, b"X-A: " + b"b" * 4000 + b"\r\n"),
    "many-headers": endless(OK, b"X-A: b\r\n"),
    "long-headers": endless(OK, b"X-A: " + b"b" * 60_000 + b"\r\n"),
    "endless-header-line": endless(OK + b"X-A: ", b"b" * 65536),
    "endless-status-line": endless(b"HTTP/1.1 200 ", b"b" * 65536),
    "endless-continue": endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
    "endless-chunk-size": endless(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"0" * 65536),
    "endless-trailers": endless(OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X-A: b\r\n" * 1000),
}
SLOW: dict[str, Script] = {
    "silent": endless(b"", b"", 0.2),
    "dripped-body": endless(OK + b"Content-Length: 100000\r\n\r\n", b"<", 0.1),
    "dripped-headers": endless(OK, b"x", 0.1),
    "dripped-chunks": endless(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", 0.1),
    "lying-length": endless(OK + b"Content-Length: 100000\r\n\r\n" + listing(b""), b"", 0.2),
}
NONSENSE: dict[str, Script] = {
    "deep": body(listing(DEEP)),
    "deep-error": body(b"<Error>" + DEEP + b"</Error>", status=b"403 Forbidden"),
    "bomb": body(BOMB, status=b"403 Forbidden"),
    "utf-16": body('<?xml version="1.0" encoding="UTF-16"?><ListBucketResult/>'.encode("utf-16")),
    "utf-7": body(b'<?xml version="1.0" encoding="utf-7"?><ListBucketResult/>'),
    "unknown-encoding": body(
        b'<?xml version="1.0" encoding="no-such-thing"?><a/>', b"Content-Type: text/xml; charset=x"
    ),
    "nul": body(b"\0" * 5000),
    "nul-in-xml": body(listing(b"<Contents><Key>\0</Key></Contents>")),
    "not-utf-8": body(b"\xff\xfe\xfd" * 100, status=b"500 Oops"),
    "gzip": body(gzip.compress(b"x" * 50_000_000), b"Content-Encoding: gzip"),
    "date": body(listing(ENTRY.replace(b"2026-01-01", b"9999999999-99-99"))),
    "size": body(listing(ENTRY.replace(b"<Size>1<", b"<Size>" + b"9" * 5000 + b"<"))),
    "no-key": body(listing(b"<Contents><Size>1</Size></Contents>")),
    "no-size": body(listing(b"<Contents><Key>k</Key></Contents>")),
    "json": body(b'{"a": ' * 5000),
    "html": body(b"<html><body>Sign in, please<br></body></html>", b"Content-Type: text/html"),
    "cut-off": body(listing(ENTRY)[:-30], length=5000),
    "bad-chunks": body(b"", b"Transfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n"),
    "negative-chunks": body(b"", b"Transfer-Encoding: chunked\r\n\r\n-5\r\nx\r\n"),
    "huge-chunk": body(b"", b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 200 + b"\r\nx\r\n"),
    "negative-length": body(listing(b"")[:20], b"Content-Length: -1"),
    "no-http": body(b"", status=b"\0\0\0"),
    "ssh": lambda client: client.sendall(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "nothing": lambda _client: None,
    "status": body(b"<a/>", status=b"999999 Oops"),
    "bad-header": body(b"<a/>", b"no colon at all", b"\xff\xfe: \xfd"),
    "headers-of-wonder": body(
        b"",
        b"Last-Modified: Mon, 99 Foo 99999 99:99:99",
        b"Expires: never",
        b'x-amz-expiration: expiry-date="nonsense"',
        b"x-amz-checksum-crc32: !!!!",
        b"x-amz-mp-parts-count: many",
    ),
    "checksum": body(listing(ENTRY), b"x-amz-checksum-crc32: AAAAAA=="),
    "error-of-wonder": body(b"<Error><Code></Code><Message/><Region><a/></Region></Error>", status=b"400 Bad"),
    "other-document": body(b"<LifecycleConfiguration><Rule><ID>1</ID></Rule></LifecycleConfiguration>"),
}
SCRIPTS = LONG | SLOW | NONSENSE


@pytest.fixture
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[SigningBucket]:
    monkeypatch.setattr(http_session, "TOTAL_TIMEOUT_SECONDS", SECONDS)
    server = Server(SCRIPTS[request.param])
    yield SigningBucket("files", "AKIAEXAMPLE", "secret", endpoint=f"http://127.0.0.1:{server.port}")
    server.stop()


def within(question: Callable[[], object]) -> object:
    """What came of it, an error of ours among it; never another, never late, never at the price of much memory. The
    machine may be busy: what is late is asked up to three times, and late only where it always is."""
    for _ in range(3):
        before, began = _peak(), time.monotonic()
        try:
            answer = question()
        except HoldfastError as error:
            answer = error
        took = time.monotonic() - began
        assert _peak() - before < MAX_GROWTH
        if took < SECONDS + 8:  # the scripts go on for sixty
            return answer
    raise AssertionError(f"late: {took:.1f} s")


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@pytest.mark.parametrize("store", SCRIPTS, indirect=True)
def test_a_hostile_answer_is_an_error_of_ours(store: SigningBucket, request: pytest.FixtureRequest) -> None:
    kind = request.node.callspec.params["store"]
    listed = within(lambda: objects.list_page(store))
    assert isinstance(listed, (HoldfastError, Page))
    if kind in LONG:
        assert isinstance(listed, Unavailable)
    if kind in SLOW:
        assert isinstance(listed, Unavailable)
        assert listed.code == "store-unanswered"
    found = within(lambda: objects.look_up(store, "a"))
    assert isinstance(found, (ObjectFacts, HoldfastError))
    within(lambda: bucket_config.read_configuration(store))
    pair = KeyPair(store.access_key_id, store.secret)
    within(lambda: identity.identify(pair, endpoint=store.endpoint))
    within(lambda: identity.list_keys(pair, endpoint=store.endpoint))


@pytest.mark.parametrize("store", ["no-key", "no-size", "date", "size"], indirect=True)
def test_what_no_parser_understands_has_one_name(store: SigningBucket) -> None:
    with pytest.raises(Unavailable, match="store-answer-unreadable"):
        objects.list_page(store)
    read = bucket_config.read_configuration(store)
    assert (read.lifecycle, read.policy) == (None, None)


@pytest.mark.parametrize("store", ["many-elements", "many-attributes", "huge", "endless-headers"], indirect=True)
def test_what_is_too_long_is_not_read_to_its_end(store: SigningBucket) -> None:
    with pytest.raises(Unavailable, match="store-answer-too-long"):
        objects.list_page(store)


@pytest.mark.parametrize("store", SCRIPTS, indirect=True)
def test_a_probe_ends_in_time_whatever_comes(store: SigningBucket) -> None:
    policy = ProbePolicy(frozenset({"127.0.0.1"}), deadline=SECONDS, connect_deadline=SECONDS)
    answer = within(lambda: probe(f"{store.endpoint}/files/a", policy=policy))
    assert isinstance(answer, Answer)


PART = b"206 Partial Content"
RANGE = b"Content-Range: bytes 0-0/9"


@pytest.mark.parametrize(
    "broken",
    [
        body(b"", RANGE, length=1, status=PART),
        body(b"x", RANGE, length=9, status=PART),
        body(b"x" * 500, RANGE, length=9_000, status=b"200 OK"),
        body(b"", RANGE, status=PART),
        lambda client: client.sendall(b"HTTP/1.1 206 Partial Content\r\nConnection: close\r\n\r\n"),
    ],
    ids=["no byte", "a part", "a part of the whole", "nothing announced", "no length"],
)
def test_a_file_that_breaks_off_was_not_served(broken: Script) -> None:
    server = Server(broken)
    try:
        url = f"http://127.0.0.1:{server.port}/files/k?X-Amz-Signature=0"
        policy = ProbePolicy(allowed_hosts=frozenset({f"127.0.0.1:{server.port}"}), deadline=SECONDS)
        answer = probe(url, policy=policy)
    finally:
        server.stop()
    assert (answer.served, answer.trouble) == (False, Trouble.RESET)
