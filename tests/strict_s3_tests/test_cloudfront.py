"""CloudFront-like signed URLs, signed by botocore's own CloudFrontSigner."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from botocore.signers import CloudFrontSigner

from tests.strict_s3 import Bucket, Distribution, KeyPair, StrictS3

from .asking import NOON, Clock, Reply, ask

HOST = "cdn.example"


@pytest.fixture
def cdn(s3: StrictS3, bucket: Bucket) -> Distribution:
    return s3.add_distribution(HOST, bucket)


@pytest.fixture
def pair(cdn: Distribution, _pair: KeyPair) -> KeyPair:
    cdn.key_pairs[_pair.id] = _pair
    return _pair


@pytest.fixture(scope="module")
def _pair() -> Iterator[KeyPair]:
    with StrictS3() as elsewhere:
        yield elsewhere.add_distribution(HOST, elsewhere.add_bucket("b")).add_key_pair()


@pytest.fixture
def signer(pair: KeyPair) -> CloudFrontSigner:
    return CloudFrontSigner(pair.id, pair.sign)


@pytest.fixture
def url(s3: StrictS3) -> str:
    return f"http://{HOST}:{s3.port}/reports/2026.pdf"


def canned(signer: CloudFrontSigner, url: str, ends: datetime = NOON + timedelta(hours=1)) -> str:
    return str(signer.generate_presigned_url(url, date_less_than=ends))


def custom(signer: CloudFrontSigner, url: str, covers: str, **conditions: object) -> str:
    policy = signer.build_policy(covers, **{"date_less_than": NOON + timedelta(hours=1), **conditions})
    return str(signer.generate_presigned_url(url, policy=policy))


def assert_refused(reply: Reply, code: str, message: str) -> None:
    expected = f'<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>{message}</Message></Error>'
    assert (reply.status, reply.body.decode()) == (403, expected)
    names = ("Server", "Content-Type", "X-Cache", "Content-Length")
    expected_headers = ("CloudFront", "text/xml", "Error from cloudfront", str(len(expected)))
    assert tuple(reply.headers[name] for name in names) == expected_headers


def test_a_canned_url_works_until_it_ends(signer: CloudFrontSigner, url: str, clock: Clock) -> None:
    signed = canned(signer, url)
    assert "Expires=" in signed
    reply = ask(signed, headers={"Range": "bytes=0-0"})
    assert (reply.status, reply.body, reply.headers["X-Cache"]) == (206, b"0", "Miss from cloudfront")
    clock.turn(hours=1)
    assert_refused(ask(signed), "AccessDenied", "Access denied")


def test_a_policy_of_its_own_may_cover_many_and_begin_later(signer: CloudFrontSigner, url: str, clock: Clock) -> None:
    every = url.replace("2026.pdf", "*")
    signed = custom(signer, url, every, date_greater_than=NOON + timedelta(minutes=1))
    assert "Policy=" in signed
    assert_refused(ask(signed), "AccessDenied", "Access denied")
    clock.turn(minutes=2)
    assert ask(signed).body == b"0123456789"
    assert_refused(ask(custom(signer, url, url + "x")), "AccessDenied", "Access denied")


def test_a_policy_may_be_for_one_address(signer: CloudFrontSigner, url: str) -> None:
    assert ask(custom(signer, url, url, ip_address="127.0.0.1/32")).status == 200
    refused = ask(custom(signer, url, url, ip_address="192.0.2.0/24"))
    assert_refused(refused, "AccessDenied", "Access denied")


def test_a_url_without_a_key_pair_misses_it(signer: CloudFrontSigner, url: str) -> None:
    message = "Missing Key-Pair-Id query parameter or cookie value"
    assert_refused(ask(url), "MissingKey", message)
    assert_refused(ask(canned(signer, url).partition("&Key-Pair-Id")[0]), "MissingKey", message)


def test_a_removed_key_pair_is_unknown(signer: CloudFrontSigner, url: str, cdn: Distribution, pair: KeyPair) -> None:
    signed = canned(signer, url)
    assert ask(signed).status == 200
    cdn.remove_key_pair(pair)
    assert_refused(ask(signed), "InvalidKey", "Unknown Key")


def test_a_changed_url_is_denied(signer: CloudFrontSigner, url: str, cdn: Distribution) -> None:
    signed = canned(signer, url)
    assert cdn.origin.put("reports/2027.pdf", b"x")
    for changed in (
        signed + "&utm_source=mail",
        signed.replace("2026", "2027"),
        signed.replace("Signature=", "Signature=A"),
    ):
        assert_refused(ask(changed), "AccessDenied", "Access denied")
    assert_refused(ask(signed.replace("Expires=", "Expires=9")), "AccessDenied", "Access denied")
    assert_refused(ask(signed.replace("Expires=", "Expires=x")), "AccessDenied", "Access denied")


def test_a_signed_query_belongs_to_the_resource(signer: CloudFrontSigner, url: str) -> None:
    assert ask(canned(signer, url + "?page=2")).status == 200


def test_a_senseless_policy_is_denied(signer: CloudFrontSigner, url: str, pair: KeyPair) -> None:
    for policy in ("[]", "{}", "no json", '{"Statement":[{"Condition":{}}]}'):
        signed = signer.generate_presigned_url(url, policy=policy)
        assert_refused(ask(str(signed)), "AccessDenied", "Access denied")


def test_a_missing_object_is_the_origins_own_refusal(signer: CloudFrontSigner, url: str, cdn: Distribution) -> None:
    cdn.origin.delete("reports/2026.pdf")
    reply = ask(canned(signer, url))
    assert (reply.status, reply.error) == (
        403,
        "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>",
    )
    assert reply.headers["X-Cache"] == "Error from cloudfront"


def test_an_archived_object_is_the_origins_own_refusal(signer: CloudFrontSigner, url: str, cdn: Distribution) -> None:
    cdn.origin.put("reports/2026.pdf", b"x", storage_class="GLACIER")
    reply = ask(canned(signer, url))
    assert (reply.code, reply.headers["X-Cache"]) == ("InvalidObjectState", "Error from cloudfront")
