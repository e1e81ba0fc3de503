import os
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import pycurl
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_django import Settings

from demo.servers import RcloneS3
from links.domain.buckets.endpoints import Store
from links.domain.stores.answers import Trouble
from links.s3.probe import (
    MAX_BODY_BYTES,
    MAX_PER_HOST,
    ProbePolicy,
    ProbeRequest,
    _socket_opener,
    probe,
    probe_all,
)
from links.s3.signer import sign
from tests.conftest import RCLONE_KEY_ID, RCLONE_SECRET
from tests.s3.builders import LOOPBACK, make_store
from tests.strict_s3 import Answer, Dropped, StrictS3, html_page, redirect


def impatient(*, deadline: float = 0.5) -> ProbePolicy:
    return ProbePolicy(frozenset({"127.0.0.1"}), deadline=deadline, connect_deadline=deadline)


def test_one_byte_is_asked_for_and_nothing_that_would_need_a_signature(strict_s3: StrictS3) -> None:
    store, bucket = make_store(strict_s3)
    bucket.put("a//b é", b"content", content_type="text/plain")
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    answer = probe(sign(store, "a//b é", 60).text, policy=LOOPBACK, now=lambda: moment)
    assert (answer.status, answer.served, answer.size, answer.content_type) == (206, True, 7, "text/plain")
    assert answer.asked_at == moment
    (request,) = strict_s3.requests
    assert (request.method, request.range) == ("GET", "bytes=0-0")
    assert {name.lower() for name in request.header_names} == {"host", "range", "accept", "user-agent"}


def test_an_empty_object_is_alive(strict_s3: StrictS3) -> None:
    store, bucket = make_store(strict_s3)
    bucket.put("empty", b"")
    answer = probe(sign(store, "empty", 60).text, policy=LOOPBACK)
    assert (answer.status, answer.served, answer.size) == (416, True, 0)


def test_rclone_s_answers_are_understood(rclone_s3: RcloneS3) -> None:
    folder = rclone_s3.data_dir / "probe"
    folder.mkdir()
    (folder / "a.txt").write_text("hello")
    (folder / "empty").write_text("")
    store = Store("probe", RCLONE_KEY_ID, RCLONE_SECRET, endpoint=rclone_s3.url)
    found = [probe(sign(store, key, 60).text, policy=LOOPBACK) for key in ("a.txt", "empty", "gone")]
    assert [(answer.status, answer.served, answer.size) for answer in found] == [
        (200, True, 5),
        (416, True, 0),
        (404, False, None),
    ]


def test_answers_come_in_the_order_of_their_urls(strict_s3: StrictS3) -> None:
    store, bucket = make_store(strict_s3)
    urls = []
    for number in range(120):
        bucket.put(f"k{number}", b"x" * number)
        urls.append(sign(store, f"k{number}", 60).text)
    urls[7:7] = ["nonsense", "http://127.0.0.1:1/"]
    answers = probe_all([ProbeRequest(url) for url in urls], policy=LOOPBACK)
    assert [answer.trouble for answer in answers[7:9]] == [Trouble.FORBIDDEN, Trouble.CONNECT]
    assert [answer.size for answer in (*answers[:7], *answers[9:])] == list(range(120))


def test_a_secret_that_a_store_echoes_is_not_in_the_answer(strict_s3: StrictS3) -> None:
    store, bucket = make_store(strict_s3)
    bucket.put("a", b"x")
    url = sign(store, "a", 60).text
    signature = url.rpartition("=")[2]
    body = f"<Error><Code>SignatureDoesNotMatch</Code><Message>not {signature}</Message></Error>"
    strict_s3.answer = Answer(403, body.encode())
    answer = probe(url, policy=LOOPBACK)
    assert answer.code == "SignatureDoesNotMatch"
    assert signature not in repr(answer) + repr(ProbeRequest(url))


def test_a_redirect_is_not_followed(strict_s3: StrictS3) -> None:
    strict_s3.answer = redirect("http://169.254.169.254/latest/meta-data/")
    answer = probe(f"{strict_s3.url}/files/a", policy=LOOPBACK)
    assert answer.status in (301, 302, 303, 307, 308)
    assert (answer.served, answer.location_host, len(strict_s3.requests)) == (False, "169.254.169.254", 1)


@pytest.mark.parametrize("path", ["a/../b", "./a", "a//b", "%2e%2e/a"])
def test_a_path_is_asked_for_as_it_stands(path: str, strict_s3: StrictS3) -> None:
    probe(f"{strict_s3.url}/files/{path}", policy=LOOPBACK)
    assert strict_s3.requests[0].path in (f"/files/{path}", f"/files/{unquote(path)}")


def test_no_socket_is_opened_to_an_address_that_was_not_checked() -> None:
    open_socket = _socket_opener(frozenset({"127.0.0.1"}))
    assert open_socket(0, (socket.AF_INET, socket.SOCK_STREAM, 6, ("169.254.169.254", 80))) == pycurl.SOCKET_BAD
    opened = open_socket(0, (socket.AF_INET, socket.SOCK_STREAM, 6, ("127.0.0.1", 80)))
    assert opened >= 0
    os.close(opened)


def test_a_page_in_the_object_s_place_serves_nothing(strict_s3: StrictS3) -> None:
    strict_s3.answer = html_page()
    assert not probe(f"{strict_s3.url}/files/a", policy=LOOPBACK).served


def test_compressed_content_is_not_unpacked(strict_s3: StrictS3) -> None:
    strict_s3.answer = Answer(206, b"\x1f\x8bnot gzip", {"Content-Encoding": "gzip", "Content-Range": "bytes 0-0/9"})
    assert probe(f"{strict_s3.url}/files/a", policy=LOOPBACK).served


def test_no_more_is_read_than_64_kib(strict_s3: StrictS3) -> None:
    strict_s3.answer = Answer(200, b"x" * 50_000_000, {"ETag": '"abc"'})
    answer = probe(f"{strict_s3.url}/files/a", policy=LOOPBACK)
    assert (answer.served, answer.size) == (True, 50_000_000)
    assert answer.took_ms < 5_000
    assert MAX_BODY_BYTES == 65_536


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (Dropped(), Trouble.RESET),
        (Dropped(reset=True), Trouble.RESET),
        (Answer(200, b"late", wait=5), Trouble.TIMEOUT),
    ],
)
def test_a_store_that_does_not_answer_gives_a_trouble_and_no_status(
    answer: Answer | Dropped, trouble: Trouble, strict_s3: StrictS3
) -> None:
    strict_s3.answer = answer
    found = probe(f"{strict_s3.url}/files/a", policy=impatient())
    assert (found.trouble, found.status, found.served) == (trouble, None, False)


def test_a_body_that_drips_ends_at_the_deadline(strict_s3: StrictS3) -> None:
    strict_s3.answer = Answer(403, b"<Error><Code>AccessDenied</Code>" + b" " * 1000, drip=0.05)
    began = time.monotonic()
    probe(f"{strict_s3.url}/files/a", policy=impatient(deadline=1.0))
    assert time.monotonic() - began < 20


class RawServer:
    """Says the same bytes to everybody, whatever they are, and counts connections."""

    def __init__(self, said: bytes) -> None:
        self._said = said
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.visits = 0
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            visitor, _ = self._listener.accept()
            with visitor:
                heard = visitor.recv(65_536)
                if heard == b"stop":
                    return
                self.visits += 1
                visitor.sendall(self._said)

    def stop(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port)) as visitor:
            visitor.sendall(b"stop")
            self._thread.join()
        self._listener.close()


@pytest.mark.parametrize(
    "said",
    [
        b"220 mail.example ESMTP\r\n",
        b"\x00\x01\x02",
        b"HTTP/9.9 what\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nDate: \xff\xfe\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 403 X\r\n" + b"X-Header: " + b"y" * 200_000 + b"\r\n\r\n",
    ],
    ids=range(6),
)
def test_what_is_no_http_never_raises_and_never_serves(said: bytes) -> None:
    server = RawServer(said)
    try:
        assert not probe(f"http://127.0.0.1:{server.port}/", policy=LOOPBACK).served
        assert server.visits
    finally:
        server.stop()


def test_proxies_and_netrc_of_the_environment_are_not_used(
    strict_s3: StrictS3, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    store, bucket = make_store(strict_s3)
    bucket.put("a", b"x")
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login share password secret\n")
    assert probe(sign(store, "a", 60).text, policy=LOOPBACK).served
    assert "authorization" not in {name.lower() for name in strict_s3.requests[0].header_names}


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "http://",
        "http://[::1",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:0/",
        "http://user:secret@127.0.0.1/",
        "http://127.0.0.1\\@evil.example/",
        "http://evil.example\\@127.0.0.1/",
        "http://127.0.0.1:1#@evil.example/",
        "http://１２７.0.0.1/",
        "http://127.0.0.1/a b",
        "http://127.0.0.1/a\r\nX-Injected: yes",
        "http://127.0.0.1/\ud800",
        "http://127.0.0.1/" + "x" * 20_000,
    ],
)
def test_what_is_no_url_to_ask_is_answered_and_never_raises(url: str) -> None:
    answer = probe(url, policy=LOOPBACK)
    assert answer.trouble in (Trouble.FORBIDDEN, Trouble.CONNECT)
    assert not answer.served


def test_a_url_of_a_wrong_alphabet_is_asked_as_it_stands(strict_s3: StrictS3) -> None:
    assert probe(f"{strict_s3.url}/files/é?x=ü", policy=LOOPBACK).status is not None


@pytest.mark.parametrize(
    ("policy", "url"),
    [
        (ProbePolicy(), "http://127.0.0.1:{port}/"),
        (ProbePolicy(), "http://store.example:{port}/"),
        (ProbePolicy(frozenset({"localhost:1"})), "http://localhost:{port}/"),
    ],
)
def test_a_host_that_may_not_be_asked_is_not_asked(policy: ProbePolicy, url: str, strict_s3: StrictS3) -> None:
    assert probe(url.format(port=strict_s3.port), policy=policy).trouble is Trouble.FORBIDDEN
    assert strict_s3.requests == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]"])
def test_a_private_address_is_asked_only_where_the_setting_names_its_host(
    host: str, strict_s3: StrictS3, settings: Settings
) -> None:
    settings.PROBE_ALLOWED_HOSTS = ["10.0.0.1"]
    policy = ProbePolicy(frozenset({host}), allow_others=True)
    assert probe(f"http://{host}:{strict_s3.port}/", policy=policy).trouble is Trouble.PRIVATE_ADDRESS
    assert strict_s3.requests == []


@pytest.mark.parametrize("host", ["0.0.0.0", "169.254.169.254", "[fd00:ec2::254]", "[::ffff:a9fe:a9fe]"])
def test_a_metadata_service_is_never_asked(host: str, settings: Settings) -> None:
    settings.PROBE_ALLOWED_HOSTS = [host]
    policy = ProbePolicy(frozenset({host}), allow_others=True)
    assert probe(f"http://{host}/latest/", policy=policy).trouble is Trouble.FORBIDDEN_ADDRESS


@pytest.mark.parametrize(
    "allowed", ["localhost", "LOCALHOST", "localhost:{port}", "files.localhost", ".localhost", ".localhost:{port}"]
)
def test_a_host_is_allowed_by_name_with_or_without_its_port(allowed: str, strict_s3: StrictS3) -> None:
    host = "files.localhost" if "." in allowed else "localhost"
    policy = ProbePolicy(frozenset({allowed.format(port=strict_s3.port)}))
    answer = probe(f"http://{host}:{strict_s3.port}/", policy=policy)
    assert answer.trouble is not Trouble.FORBIDDEN


def test_a_name_that_resolves_to_metadata_is_refused_even_when_allowed(
    strict_s3: StrictS3, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    def resolve(*_: object, **__: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        return [(2, 1, 6, "", ("127.0.0.1", 80)), (2, 1, 6, "", ("169.254.169.254", 80))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    settings.PROBE_ALLOWED_HOSTS = ["store.example"]
    policy = ProbePolicy(frozenset({"store.example"}))
    assert probe(f"http://store.example:{strict_s3.port}/", policy=policy).trouble is Trouble.FORBIDDEN_ADDRESS


def test_the_connection_goes_to_the_address_that_was_checked(
    strict_s3: StrictS3, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    """Our resolver knows store.example; curl's own would not, so that only the pinned address can have served."""

    def resolve(*_: object, **__: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        return [(2, 1, 6, "", ("127.0.0.1", 80))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    settings.PROBE_ALLOWED_HOSTS = ["store.example"]
    policy = ProbePolicy(frozenset({"store.example"}))
    assert probe(f"http://store.example:{strict_s3.port}/files/a", policy=policy).status is not None
    assert strict_s3.requests[0].host == f"store.example:{strict_s3.port}"


def test_a_name_that_does_not_resolve_is_told_apart() -> None:
    policy = ProbePolicy(frozenset({"no-such-host.invalid"}))
    assert probe("http://no-such-host.invalid/", policy=policy).trouble is Trouble.UNRESOLVED


def test_one_slow_store_does_not_hold_up_the_others(strict_s3: StrictS3) -> None:
    store, bucket = make_store(strict_s3)
    bucket.put("quick", b"x")
    bucket.key_answers["slow"] = Answer(200, b"late", wait=1.0)
    urls = [sign(store, key, 60).text for key in ["slow"] * MAX_PER_HOST + ["quick"] * 10]
    other = RawServer(b"HTTP/1.1 206 X\r\nContent-Length: 1\r\nContent-Range: bytes 0-0/1\r\n\r\nx")
    try:
        policy = ProbePolicy(frozenset({"127.0.0.1", "localhost"}), deadline=5)
        requests = [ProbeRequest(url) for url in (*urls, f"http://localhost:{other.port}/")]
        answers = probe_all(requests, policy=policy)
    finally:
        other.stop()
    assert answers[-1].served
    assert answers[-1].took_ms < 900
    assert all(answer.served for answer in answers[MAX_PER_HOST:])


def test_connections_and_files_are_closed_afterwards(strict_s3: StrictS3) -> None:
    store, bucket = make_store(strict_s3)
    bucket.put("a", b"x")
    requests = [ProbeRequest(sign(store, "a", 60).text)] * 40
    probe_all(requests, policy=LOOPBACK)
    before = len(list(Path("/proc/self/fd").iterdir()))
    assert all(answer.served for answer in probe_all(requests, policy=LOOPBACK))
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 20  # the server's ends of the connections close later


ENDS = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for localhost that ends in three days, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(ENDS - timedelta(days=30))
        .not_valid_after(ENDS)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(signed.public_bytes(serialization.Encoding.PEM) + private)
    return path


@pytest.fixture
def secure_s3(certificate: Path) -> Iterator[StrictS3]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with StrictS3(tls=context) as server:
        yield server


def test_the_end_of_the_certificate_is_read_on_every_answer(secure_s3: StrictS3, certificate: Path) -> None:
    policy = ProbePolicy(frozenset({"localhost"}), ca_bundle=str(certificate))
    requests = [ProbeRequest(f"https://localhost:{secure_s3.port}/files/a")] * 40
    assert {answer.certificate_ends_at for answer in probe_all(requests, policy=policy)} == {ENDS}


def test_a_certificate_that_nobody_vouches_for_is_a_trouble(secure_s3: StrictS3) -> None:
    answer = probe(f"https://localhost:{secure_s3.port}/files/a", policy=ProbePolicy(frozenset({"localhost"})))
    assert (answer.trouble, answer.status) == (Trouble.TLS, None)


def test_a_certificate_for_another_host_is_a_trouble(secure_s3: StrictS3, certificate: Path) -> None:
    policy = ProbePolicy(frozenset({"127.0.0.1"}), ca_bundle=str(certificate))
    assert probe(f"https://127.0.0.1:{secure_s3.port}/files/a", policy=policy).trouble is Trouble.TLS
