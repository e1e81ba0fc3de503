"""Whom a probe asks, and whom it does not."""

import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from links.domain.stores.answers import Trouble
from links.s3.probe import (
    MAX_PER_HOST,
    ProbePolicy,
    ProbeRequest,
    probe,
    probe_all,
)
from links.s3.signer import sign
from tests.s3.builders import LOOPBACK, make_store
from tests.s3.probes.probing import RawServer
from tests.site_settings import SiteSettings
from tests.strict_s3 import Answer, StrictS3


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
    host: str, strict_s3: StrictS3, site_settings: SiteSettings
) -> None:
    site_settings.PROBE_ALLOWED_HOSTS = ["10.0.0.1"]
    policy = ProbePolicy(frozenset({host}), allow_others=True)
    assert probe(f"http://{host}:{strict_s3.port}/", policy=policy).trouble is Trouble.PRIVATE_ADDRESS
    assert strict_s3.requests == []


@pytest.mark.parametrize("host", ["0.0.0.0", "169.254.169.254", "[fd00:ec2::254]", "[::ffff:a9fe:a9fe]"])
def test_a_metadata_service_is_never_asked(host: str, site_settings: SiteSettings) -> None:
    site_settings.PROBE_ALLOWED_HOSTS = [host]
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
    strict_s3: StrictS3, monkeypatch: pytest.MonkeyPatch, site_settings: SiteSettings
) -> None:
    def resolve(*_: object, **__: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        return [(2, 1, 6, "", ("127.0.0.1", 80)), (2, 1, 6, "", ("169.254.169.254", 80))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    site_settings.PROBE_ALLOWED_HOSTS = ["store.example"]
    policy = ProbePolicy(frozenset({"store.example"}))
    assert probe(f"http://store.example:{strict_s3.port}/", policy=policy).trouble is Trouble.FORBIDDEN_ADDRESS


def test_the_connection_goes_to_the_address_that_was_checked(
    strict_s3: StrictS3, monkeypatch: pytest.MonkeyPatch, site_settings: SiteSettings
) -> None:
    """Our resolver knows store.example; curl's own would not, so that only the pinned address can have served."""

    def resolve(*_: object, **__: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        return [(2, 1, 6, "", ("127.0.0.1", 80))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    site_settings.PROBE_ALLOWED_HOSTS = ["store.example"]
    policy = ProbePolicy(frozenset({"store.example"}))
    assert probe(f"http://store.example:{strict_s3.port}/files/a", policy=policy).status is not None
    assert strict_s3.requests[0].host == f"store.example:{strict_s3.port}"


def test_a_name_that_does_not_resolve_is_told_apart() -> None:
    policy = ProbePolicy(frozenset({"no-such-host.invalid"}))
    assert probe("http://no-such-host.invalid/", policy=policy).trouble is Trouble.UNRESOLVED


def test_one_slow_store_does_not_hold_up_the_others(strict_s3: StrictS3) -> None:
    store, bucket = make_store(strict_s3)
    bucket.put("quick", b"x")
    bucket.key_answers["slow"] = Answer(200, b"late", wait=3.0)
    urls = [sign(store, key, 60).text for key in ["slow"] * MAX_PER_HOST + ["quick"] * 10]
    other = RawServer(b"HTTP/1.1 206 X\r\nContent-Length: 1\r\nContent-Range: bytes 0-0/1\r\n\r\nx")
    try:
        policy = ProbePolicy(frozenset({"127.0.0.1", "localhost"}), deadline=30)
        requests = [ProbeRequest(url) for url in (*urls, f"http://localhost:{other.port}/")]
        answers = probe_all(requests, policy=policy)
    finally:
        other.stop()
    assert answers[-1].served
    assert answers[-1].took_ms < 2_900
    assert all(answer.served for answer in answers[MAX_PER_HOST:])


def test_a_host_gets_no_more_requests_at_once_than_its_share(strict_s3: StrictS3) -> None:
    store, bucket = make_store(strict_s3)
    bucket.key_answers["slow"] = Answer(200, b"late", wait=0.3)
    requests = [ProbeRequest(sign(store, "slow", 60).text)] * 6
    begun = monotonic()
    answers = probe_all(requests, policy=replace(LOOPBACK, per_host=2))
    assert [answer.status for answer in answers] == [200] * 6
    assert monotonic() - begun >= 3 * 0.3  # three after another


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
