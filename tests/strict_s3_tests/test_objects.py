"""Objects: raw keys, ranges, versions, archives, encryption, headers; and buckets that are not there."""

from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from tests.strict_s3 import AccessKey, Bucket, Caller, LifecycleRule, Presigner, StrictS3, Wording
from tests.strict_s3_tests.objects import PATH

from .asking import Clock, ask, signed_headers

RAW_KEYS = [
    "a//b",
    "a/../b",
    "a/./b",
    "..",
    "/leading",
    "//twice",
    "a\\b",
    "a b",
    "a+b",
    "100%",
    "a%2Fb",
    "line\nbreak",
    "'single' \"double\"",
    "<&>",
    "?a=b&c#d",
    "見積書.pdf",
    "\N{ROCKET}",
    "trailing/",
    "a" * 1024,
    "\N{ROCKET}" * 256,
]


@pytest.mark.parametrize("name", RAW_KEYS, ids=[ascii(name)[:20] for name in RAW_KEYS])
@pytest.mark.parametrize("host", ["", "files.localhost"])
def test_a_key_is_the_exactly_decoded_path(s3: StrictS3, key: AccessKey, bucket: Bucket, name: str, host: str) -> None:
    target = f"/{quote(name)}" if host else f"/files/{quote(name)}"
    address = f"http://{host or s3.host}:{s3.port}"
    region = "eu-central-1"
    put = signed_headers(s3, key, target, method="PUT", region=region, payload_hash="UNSIGNED-PAYLOAD", host=host)
    assert ask(address + target, "PUT", put, name.encode()).status == 200
    assert set(bucket.versions) == {PATH, name}
    got = signed_headers(s3, key, target, region=region, host=host)
    assert ask(address + target, headers=got).body == name.encode()


def test_a_key_of_more_than_1024_bytes_is_too_long(s3: StrictS3, key: AccessKey, bucket: Bucket) -> None:
    target = "/files/" + "a" * 1025
    headers = signed_headers(s3, key, target, method="PUT", region="eu-central-1", body=b"x")
    reply = ask(s3.url + target, "PUT", headers, b"x")
    assert (reply.status, reply.code) == (400, "KeyTooLongError")


def test_a_ranged_read_answers_as_s3_does(urls: Presigner) -> None:
    reply = ask(urls.v4(PATH), headers={"Range": "bytes=0-0"})
    assert (reply.status, reply.body) == (206, b"0")
    ids = {name: reply.headers[name] for name in ("x-amz-id-2", "x-amz-request-id")}
    assert dict(reply.headers) == ids | {
        "Date": "Sun, 29 Mar 2026 12:00:00 GMT",
        "Last-Modified": "Sun, 29 Mar 2026 12:00:00 GMT",
        "ETag": '"781e5e245d69b566979b86e28d23f2c7"',
        "x-amz-server-side-encryption": "AES256",
        "Accept-Ranges": "bytes",
        "Content-Range": "bytes 0-0/10",
        "Content-Type": "application/pdf",
        "Content-Length": "1",
        "Server": "AmazonS3",
    }


@pytest.mark.parametrize(
    ("asked", "status", "body"),
    [
        ("bytes=2-4", 206, b"234"),
        ("bytes=7-", 206, b"789"),
        ("bytes=-2", 206, b"89"),
        ("bytes=-99", 206, b"0123456789"),
        ("bytes=8-99", 206, b"89"),
        ("bytes=1-0", 200, b"0123456789"),
        ("bytes=-1-", 200, b"0123456789"),
        ("lines=0-1", 200, b"0123456789"),
    ],
)
def test_a_range_is_read_as_s3_reads_it(urls: Presigner, asked: str, status: int, body: bytes) -> None:
    reply = ask(urls.v4(PATH), headers={"Range": asked})
    assert (reply.status, reply.body, "Content-Range" in reply.headers) == (status, body, status == 206)


def test_a_range_of_an_empty_object_cannot_be_satisfied(urls: Presigner, bucket: Bucket) -> None:
    bucket.put("empty", b"")
    reply = ask(urls.v4("empty"), headers={"Range": "bytes=0-0"})
    assert (reply.status, reply.error) == (
        416,
        (
            "<Error><Code>InvalidRange</Code><Message>The requested range is not satisfiable</Message>"
            "<RangeRequested>bytes=0-0</RangeRequested><ActualObjectSize>0</ActualObjectSize></Error>"
        ),
    )
    assert ask(urls.v4("empty"), headers={"Range": "bytes=-1"}).status == 200
    assert ask(urls.v4("empty")).status == 200


def test_signed_response_parameters_are_honoured(urls: Presigner) -> None:
    asked = {
        "response-content-disposition": "attachment; filename=\"a.pdf\"; filename*=UTF-8''%E8%A6%8B.pdf",
        "response-content-type": "text/plain",
        "response-cache-control": "no-store",
    }
    headers = ask(urls.v4(PATH, parameters=asked)).headers
    assert headers["Content-Disposition"] == asked["response-content-disposition"]
    assert (headers["Content-Type"], headers["Cache-Control"]) == ("text/plain", "no-store")
    legacy = ask(urls.v2(PATH, parameters=asked)).headers
    assert legacy["Content-Disposition"] == asked["response-content-disposition"]


def test_a_response_header_must_be_plain(urls: Presigner) -> None:
    for value in ("attachment; filename=見.pdf", "a\r\nSet-Cookie: b"):
        reply = ask(urls.v4(PATH, parameters={"response-content-disposition": value}))
        assert (reply.status, reply.code) == (400, "InvalidArgument")


def test_anonymous_requests_may_not_choose_response_headers(s3: StrictS3, bucket: Bucket) -> None:
    bucket.public = True
    reply = ask(f"{s3.url}/files/{PATH}?response-content-type=text/html")
    assert (reply.status, reply.code) == (400, "InvalidRequest")


def test_metadata_and_storage_class_come_back(urls: Presigner, bucket: Bucket) -> None:
    bucket.put("cold", b"x", storage_class="STANDARD_IA", headers={"x-amz-meta-owner": "sales"})
    headers = ask(urls.v4("cold")).headers
    assert (headers["x-amz-storage-class"], headers["x-amz-meta-owner"]) == ("STANDARD_IA", "sales")


def test_a_lifecycle_rule_shows_in_a_header(urls: Presigner, bucket: Bucket) -> None:
    bucket.lifecycle = [
        LifecycleRule("later", "reports/", expires_after_days=30),
        LifecycleRule("Rule1", "reports/", expires_after_days=7),
        LifecycleRule("off", enabled=False, expires_after_days=1),
    ]
    expected = 'expiry-date="Mon, 06 Apr 2026 00:00:00 GMT", rule-id="Rule1"'
    assert ask(urls.v4(PATH)).headers["x-amz-expiration"] == expected
    bucket.put("elsewhere", b"")
    assert "x-amz-expiration" not in ask(urls.v4("elsewhere")).headers


@pytest.mark.parametrize("storage_class", ["GLACIER", "DEEP_ARCHIVE"])
def test_an_archived_object_cannot_be_read(urls: Presigner, bucket: Bucket, storage_class: str) -> None:
    stored = bucket.put("old", b"x", storage_class=storage_class)
    error = (
        "<Error><Code>InvalidObjectState</Code>"
        "<Message>The operation is not valid for the object's storage class</Message>"
        f"<StorageClass>{storage_class}</StorageClass></Error>"
    )
    reply = ask(urls.v4("old"))
    assert (reply.status, reply.error) == (403, error)
    stored.restoring = True
    assert ask(urls.v4("old")).error == error
    head = ask(urls.v4("old", method="HEAD"), "HEAD")
    assert (head.status, head.headers["x-amz-restore"]) == (200, 'ongoing-request="true"')


def test_a_restored_copy_can_be_read_until_it_ends(urls: Presigner, bucket: Bucket, clock: Clock) -> None:
    ends = datetime(2026, 4, 1, tzinfo=UTC)
    bucket.put("old", b"x", storage_class="GLACIER", restored_until=ends)
    reply = ask(urls.v4("old"))
    assert (reply.status, reply.headers["x-amz-storage-class"]) == (200, "GLACIER")
    expected = 'ongoing-request="false", expiry-date="Wed, 01 Apr 2026 00:00:00 GMT"'
    assert reply.headers["x-amz-restore"] == expected
    clock.turn(days=3)
    assert ask(urls.v4("old")).code == "InvalidObjectState"


def test_an_archive_tier_is_named(urls: Presigner, bucket: Bucket) -> None:
    bucket.put("old", b"x", storage_class="INTELLIGENT_TIERING", access_tier="ARCHIVE_ACCESS")
    assert ask(urls.v4("old")).error == (
        "<Error><Code>InvalidObjectState</Code>"
        "<Message>The operation is not valid for the object's access tier</Message>"
        "<StorageClass>INTELLIGENT_TIERING</StorageClass><AccessTier>ARCHIVE_ACCESS</AccessTier></Error>"
    )


def test_an_encrypted_object_names_its_key(s3: StrictS3, urls: Presigner, bucket: Bucket) -> None:
    kms = s3.add_kms_key("eu-central-1")
    bucket.put("secret", b"x", kms_key=kms)
    headers = ask(urls.v4("secret")).headers
    assert headers["x-amz-server-side-encryption"] == "aws:kms"
    assert headers["x-amz-server-side-encryption-aws-kms-key-id"] == kms.arn


def test_every_state_of_an_encryption_key_is_told(s3: StrictS3, urls: Presigner, bucket: Bucket) -> None:
    kms = s3.add_kms_key("eu-central-1")
    bucket.put("secret", b"x", kms_key=kms)
    kms.state = "disabled"
    reply = ask(urls.v4("secret"))
    said = f"<Code>KMS.DisabledException</Code><Message>{kms.arn} is disabled.</Message>"
    assert (reply.status, reply.error) == (400, f"<Error>{said}</Error>")
    kms.state = "pending-deletion"
    reply = ask(urls.v4("secret"))
    said = f"<Code>KMS.KMSInvalidStateException</Code><Message>{kms.arn} is pending deletion.</Message>"
    assert (reply.status, reply.error) == (400, f"<Error>{said}</Error>")
    kms.state = "unreachable"
    reply = ask(urls.v4("secret"))
    said = (
        "<Code>AccessDenied</Code><Message>The ciphertext refers to a customer master key that does not exist, "
        "does not exist in this region, or you are not allowed to access.</Message>"
    )
    assert (reply.status, reply.error) == (403, f"<Error>{said}</Error>")


def test_a_caller_who_may_not_decrypt_is_told_without_quotes(
    s3: StrictS3, user: Caller, urls: Presigner, bucket: Bucket
) -> None:
    kms = s3.add_kms_key("eu-central-1")
    bucket.put("secret", b"x", kms_key=kms)
    user.deny("kms:Decrypt", kms.arn, Wording.NO_POLICY)
    reply = ask(urls.v4("secret"))
    assert (reply.status, reply.error) == (
        403,
        (
            f"<Error><Code>AccessDenied</Code><Message>User: {user.arn} is not authorized to perform: kms:Decrypt on "
            f"resource: {kms.arn} because no identity-based policy allows the kms:Decrypt action</Message></Error>"
        ),
    )
    user.allow("kms:Decrypt")
    user.deny("kms:Decrypt")
    assert "<Message>Access Denied</Message>" in ask(urls.v4("secret")).error


def test_an_encrypted_object_needs_sigv4(s3: StrictS3, urls: Presigner, bucket: Bucket) -> None:
    bucket.put("secret", b"x", kms_key=s3.add_kms_key())
    reply = ask(urls.v2("secret"))
    error = (
        "<Error><Code>InvalidArgument</Code><Message>Requests specifying Server Side Encryption with AWS KMS "
        "managed keys require AWS Signature Version 4.</Message><ArgumentName>Authorization</ArgumentName>"
        "<ArgumentValue>null</ArgumentValue></Error>"
    )
    assert (reply.status, reply.error) == (400, error)
    bucket.public = True
    assert ask(f"{s3.url}/files/secret").error == error


def test_an_object_under_a_customer_key_needs_that_key(urls: Presigner, bucket: Bucket) -> None:
    bucket.put("secret", b"x", customer_key=True)
    reply = ask(urls.v4("secret"))
    assert (reply.status, reply.error) == (
        400,
        (
            "<Error><Code>InvalidRequest</Code><Message>The object was stored using a form of Server Side "
            "Encryption. The correct parameters must be provided to retrieve the object.</Message></Error>"
        ),
    )
