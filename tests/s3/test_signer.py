import socket
from dataclasses import replace

import pytest

from links.domain.buckets.endpoints import Addressing, SigningBucket
from links.domain.errors import GateRefused, KeyRefused, Refused
from links.domain.signed_urls.presigning import Presigner
from links.domain.signed_urls.reading import read
from links.s3.probe import ProbePolicy, probe
from links.s3.signer import sign, storage_of
from links.s3.storage import IamUserS3Storage
from tests.s3.builders import LOOPBACK, make_store
from tests.strict_s3 import StrictS3

STORE = SigningBucket(
    "files", "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", region="eu-central-1"
)
AWKWARD_KEYS = [
    "a//b",
    "//x",
    "/x",
    "a/",
    " +%&\"'\n\t",
    "é",
    "e\u0301",
    "🙂",
    "a\\b",
    "a\\..\\b",
    "%2e%2e/x",
    "x" * 1024,
    "?#&=",
]


@pytest.mark.parametrize("key", AWKWARD_KEYS)
def test_a_signed_url_leads_to_exactly_this_object(key: str, strict_s3: StrictS3) -> None:
    store, bucket = make_store(strict_s3)
    for other in AWKWARD_KEYS:
        bucket.put(other, b"not this one" if other != key else b"this")
    assert probe(sign(store, key, 60).text, policy=LOOPBACK).size == 4


def test_a_host_below_the_store_s_leads_to_the_object_too(strict_s3: StrictS3, monkeypatch: pytest.MonkeyPatch) -> None:
    store, bucket = make_store(strict_s3)
    bucket.put("/a", b"this")
    endpoint = strict_s3.url.replace("127.0.0.1", "localhost")
    url = sign(replace(store, endpoint=endpoint, addressing=Addressing.VIRTUAL), "/a", 60).text
    assert read(url).host == f"files.localhost:{strict_s3.port}"
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("127.0.0.1", 0))])
    assert probe(url, policy=ProbePolicy(frozenset({"files.localhost"}))).size == 4


def test_a_file_name_is_signed_with_the_url() -> None:
    signed = sign(STORE, "reports/2026.pdf", 300, filename="報告 2026.pdf").signed
    disposition = "attachment; filename=\"__ 2026.pdf\"; filename*=UTF-8''%E5%A0%B1%E5%91%8A%202026.pdf"
    assert signed.parameters["response-content-disposition"] == disposition


def test_a_version_is_pinned() -> None:
    assert sign(STORE, "a", 300, version_id="3/L4kqtJ").signed.version_id == "3/L4kqtJ"


@pytest.mark.parametrize("seconds", [0, -5, 604801, 31536000, 3600.5, "abc"])
def test_what_s3_would_refuse_later_is_refused_at_once(seconds: int) -> None:
    with pytest.raises(GateRefused, match="gate-lifetime"):
        sign(STORE, "a", seconds)


@pytest.mark.parametrize("key", ["", ".", "a/../b", "x" * 1025, "\ud800"])
def test_a_key_that_cannot_be_reached_is_refused_before_it_is_signed(key: str) -> None:
    with pytest.raises(Refused, match="object-key-"):
        sign(STORE, key, 60)


def test_a_key_that_is_not_an_iam_user_s_is_refused_with_its_own_error() -> None:
    with pytest.raises(KeyRefused, match="key-temporary"):
        sign(replace(STORE, access_key_id="ASIAIOSFODNN7EXAMPLE"), "a", 60)
    with pytest.raises(Refused, match="region-missing"):
        sign(replace(STORE, region=""), "a", 60)


def test_a_rotated_key_never_signs_from_the_instance_before(strict_s3: StrictS3) -> None:
    store, bucket = make_store(strict_s3)
    bucket.put("a", b"x")
    assert probe(sign(store, "a", 60).text, policy=LOOPBACK).served
    for key in strict_s3.account.keys.values():
        key.secret = "rotated-in-place"
    assert probe(sign(store, "a", 60).text, policy=LOOPBACK).code == "SignatureDoesNotMatch"
    assert probe(sign(replace(store, secret="rotated-in-place"), "a", 60).text, policy=LOOPBACK).served


def test_a_store_has_one_storage_for_each_version_of_its_key() -> None:
    assert storage_of(STORE) is storage_of(replace(STORE))
    assert storage_of(STORE) is not storage_of(replace(STORE, key_version="2"))


def test_what_is_signed_passes_the_gate_or_nobody_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one seam: both signers take a token from the environment (docs/decisions, 10)."""

    class Careless:
        def generate_presigned_url(self, *_: object, **__: object) -> str:
            return with_token

    with_token = sign(STORE, "a", 60).text + "&X-Amz-Security-Token=foreign"
    monkeypatch.setattr(IamUserS3Storage, "client", Careless())
    assert sign(STORE, "a", 60)  # ours alone was sound, and boto3 is not asked
    monkeypatch.setattr(Presigner, "presign", lambda *_: with_token)
    with pytest.raises(GateRefused, match="gate-token"):
        sign(STORE, "a", 60)
