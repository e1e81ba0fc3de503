"""A store that answers with whatever it likes: each question ends in time, in little memory, and with a plain error."""

import contextlib
import gc
import resource
import socket
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from links.domain.buckets.endpoints import SigningBucket
from links.domain.buckets.s3_objects import ObjectFacts, Page
from links.domain.credentials import KeyPair
from links.domain.errors import HoldfastError, Unavailable
from links.domain.stores.answers import Answer, Trouble
from links.net.limits import LimitedSocket
from links.s3 import bucket_config, http_session, identity, objects
from links.s3.probe import ProbePolicy, probe
from tests.s3.hostile.answers import LONG, SCRIPTS, SLOW, Script, Server, body, outside

SECONDS = 1.5
MAX_GROWTH = 50 * 1024  # KiB


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


@pytest.mark.parametrize("store", ["gzip-many-layers", "huge-chunk", "many-headers"], indirect=True)
def test_no_connection_is_left_open(store: SigningBucket) -> None:
    gc.collect()
    gc.disable()  # what only the collector finds stays open for as long as it likes
    try:
        before = count_open()
        within(lambda: objects.list_page(store))
        assert count_open() <= before
    finally:
        gc.enable()


def count_open() -> int:
    # By their types: to ask a lazy object of another test whether it is an instance would have it made.
    sockets = (found for found in gc.get_objects() if issubclass(type(found), LimitedSocket))
    return sum(found.fileno() != -1 for found in sockets)


def test_no_entity_of_an_answer_is_looked_up() -> None:
    """Neither a file of ours nor an address that the answer names."""
    opened: list[str] = []
    _listening.append(opened)
    server = Server(body(outside(b'SYSTEM "file:///etc/passwd"'), status=b"403 Forbidden"))
    listener = socket.create_server(("127.0.0.1", 0))
    elsewhere = f'SYSTEM "http://127.0.0.1:{listener.getsockname()[1]}/"'.encode()
    other = Server(body(outside(elsewhere), status=b"403 Forbidden"))
    listener.settimeout(0.1)
    try:
        for asked in (server, other):
            store = SigningBucket("files", "AKIAEXAMPLE", "secret", endpoint=f"http://127.0.0.1:{asked.port}")
            for read in (objects.list_page, bucket_config.read_configuration):
                with contextlib.suppress(HoldfastError):
                    read(store)
            policy = ProbePolicy(frozenset({"127.0.0.1"}))
            assert "root:" not in repr(probe(f"{store.endpoint}/files/a", policy=policy))
        with pytest.raises(TimeoutError):
            listener.accept()
    finally:
        _listening.remove(opened)
        server.stop()
        other.stop()
        listener.close()
    assert "/etc/passwd" not in opened


_listening: list[list[str]] = []


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and _listening:
        _listening[-1].append(str(arguments[0]))


sys.addaudithook(_hear)
