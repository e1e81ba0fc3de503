"""Time, shape and misdirection: the answers of S3 before it looks at a key."""

import re
from datetime import datetime, timedelta

import pytest

from tests.strict_s3 import AccessKey, Bucket, Presigner, Request, StrictS3
from tests.strict_s3.signatures import legacy_signature, legacy_string_to_sign

from .asking import NOON, Clock, Reply, ask, signed_headers

PATH = "reports/2026.pdf"


def assert_refused(reply: Reply, status: int, error: str) -> None:
    assert (reply.status, reply.error) == (status, f"<Error>{error}</Error>")


# Time


def test_a_sigv4_url_works_to_its_last_second_and_not_in_the_next(urls: Presigner, clock: Clock) -> None:
    url = urls.v4(PATH, expires=60)
    clock.turn(seconds=59)
    assert ask(url).body == b"0123456789"
    clock.turn(seconds=1)
    reply = ask(url)
    assert_refused(
        reply,
        403,
        "<Code>AccessDenied</Code><Message>Request has expired</Message><X-Amz-Expires>60</X-Amz-Expires>"
        "<Expires>2026-03-29T12:01:00Z</Expires><ServerTime>2026-03-29T12:01:00Z</ServerTime>",
    )
    assert reply.headers["Content-Type"] == "application/xml"
    assert reply.headers["Transfer-Encoding"] == "chunked"
    assert reply.headers["Server"] == "AmazonS3"
    assert "x-amz-bucket-region" not in reply.headers


def test_a_lifetime_of_zero_never_works(urls: Presigner) -> None:
    assert "<X-Amz-Expires>0</X-Amz-Expires>" in ask(urls.v4(PATH, expires=0)).error


def test_a_lifetime_of_a_week_works(urls: Presigner) -> None:
    assert ask(urls.v4(PATH, expires=604800)).status == 200


def test_an_ended_sigv2_url_names_no_lifetime(urls: Presigner, clock: Clock) -> None:
    url = urls.v2(PATH, expires=60)
    assert ask(url).status == 200
    clock.turn(minutes=2)
    assert_refused(
        ask(url),
        403,
        "<Code>AccessDenied</Code><Message>Request has expired</Message>"
        "<Expires>2026-03-29T12:01:00Z</Expires><ServerTime>2026-03-29T12:02:00Z</ServerTime>",
    )


def test_a_signer_whose_clock_is_ahead_is_not_yet_valid(urls: Presigner) -> None:
    assert ask(urls.v4(PATH, at=NOON + timedelta(minutes=15))).status == 200
    assert_refused(
        ask(urls.v4(PATH, 900, at=datetime.fromisoformat("2100-01-01T00:00:00Z"))),
        403,
        "<Code>AccessDenied</Code><Message>Request is not yet valid</Message>"
        "<X-Amz-Date>4102444800000</X-Amz-Date><Expires>2100-01-01T00:15:00Z</Expires>"
        "<ServerTime>2026-03-29T12:00:00Z</ServerTime>",
    )


def test_a_header_signature_of_another_time_is_too_skewed(s3: StrictS3, key: AccessKey, bucket: Bucket) -> None:
    headers = signed_headers(s3, key, "/files", region="eu-central-1", at=NOON - timedelta(minutes=16))
    assert_refused(
        ask(f"{s3.url}/files", headers=headers),
        403,
        "<Code>RequestTimeTooSkewed</Code>"
        "<Message>The difference between the request time and the current time is too large.</Message>"
        "<RequestTime>20260329T114400Z</RequestTime><ServerTime>2026-03-29T12:00:00Z</ServerTime>"
        "<MaxAllowedSkewMilliseconds>900000</MaxAllowedSkewMilliseconds>",
    )


def test_a_header_signature_needs_a_date(s3: StrictS3, key: AccessKey, bucket: Bucket) -> None:
    headers = signed_headers(s3, key, "/files", region="eu-central-1")
    del headers["x-amz-date"]
    assert_refused(
        ask(f"{s3.url}/files", headers=headers),
        403,
        "<Code>AccessDenied</Code><Message>AWS authentication requires a valid Date or x-amz-date header</Message>",
    )


def test_the_date_header_lies_where_told_to(s3: StrictS3, urls: Presigner) -> None:
    s3.date_offset = -3600
    reply = ask(urls.v4(PATH))
    assert (reply.status, reply.headers["Date"]) == (200, "Sun, 29 Mar 2026 11:00:00 GMT")


# Shape

MISSING = (
    "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, "
    "X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."
)
LONG = (
    "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than "
    "604800 seconds"
)


def query_error(message: str, extra: str = "") -> str:
    return f"<Code>AuthorizationQueryParametersError</Code><Message>{message}</Message>{extra}"


@pytest.mark.parametrize(
    ("expires", "message"),
    [
        (604801, LONG),
        (31536000, LONG),
        (-1, "X-Amz-Expires must be non-negative"),
        ("abc", "X-Amz-Expires should be a number"),
        ("3600.5", "X-Amz-Expires should be a number"),
    ],
)
def test_a_lifetime_out_of_range_is_refused(urls: Presigner, expires: object, message: str) -> None:
    assert_refused(ask(urls.v4(PATH, expires)), 400, query_error(message))


@pytest.mark.parametrize("name", ["Algorithm", "Credential", "Signature", "Date", "SignedHeaders", "Expires"])
def test_every_sigv4_parameter_must_be_there(urls: Presigner, name: str) -> None:
    url = re.sub(rf"[?&]X-Amz-{name}=[^&]*", "", urls.v4(PATH).replace("?", "?x=1&"))
    assert_refused(ask(url), 400, query_error(MISSING))


def test_a_wrong_region_is_named_beside_the_right_one(s3: StrictS3, key: AccessKey, bucket: Bucket) -> None:
    url = Presigner(s3.url, key, "files", "us-east-1", s3.now).v4(PATH)
    reply = ask(url)
    assert_refused(
        reply,
        400,
        query_error(
            "Error parsing the X-Amz-Credential parameter; the region 'us-east-1' is wrong; expecting 'eu-central-1'",
            "<Region>eu-central-1</Region>",
        ),
    )
    assert "x-amz-bucket-region" not in reply.headers


def test_a_wrong_region_for_a_bucket_also_tells_the_region_in_a_header(
    s3: StrictS3, key: AccessKey, bucket: Bucket
) -> None:
    reply = ask(f"{s3.url}/files", headers=signed_headers(s3, key, "/files"))
    assert_refused(
        reply,
        400,
        "<Code>AuthorizationHeaderMalformed</Code><Message>The authorization header is malformed; the region "
        "'us-east-1' is wrong; expecting 'eu-central-1'</Message><Region>eu-central-1</Region>",
    )
    assert reply.headers["x-amz-bucket-region"] == "eu-central-1"


def test_a_wrong_service_is_refused(s3: StrictS3, key: AccessKey, urls: Presigner) -> None:
    said = 'incorrect service "sts". This endpoint belongs to "s3".'
    message = f"Error parsing the X-Amz-Credential parameter; {said}"
    assert_refused(ask(urls.v4(PATH, service="sts")), 400, query_error(message))
    headers = signed_headers(s3, key, "/files", region="eu-central-1", service="sts")
    assert_refused(
        ask(f"{s3.url}/files", headers=headers),
        400,
        f"<Code>AuthorizationHeaderMalformed</Code><Message>The authorization header is malformed; {said}</Message>",
    )


def test_a_doubly_encoded_credential_is_malformed(urls: Presigner) -> None:
    reply = ask(urls.v4(PATH).replace("%2F", "%252F"))
    message = (
        "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "
        '"&lt;YOUR-AKID&gt;/YYYYMMDD/REGION/SERVICE/aws4_request".'
    )
    assert_refused(reply, 400, query_error(message))


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"X-Amz-Algorithm": "AWS4-HMAC-SHA1"}, "X-Amz-Algorithm only supports"),
        ({"X-Amz-Date": "2026-03-29T12:00:00Z"}, "X-Amz-Date must be in the ISO8601 Long Format"),
        ({"X-Amz-Date": "20260328T120000Z"}, 'Invalid credential date "20260329".'),
    ],
)
def test_other_malformed_parameters_are_refused(urls: Presigner, parameters: dict[str, str], said: str) -> None:
    reply = ask(urls.v4(PATH, parameters=parameters))
    assert (reply.status, reply.code) == (400, "AuthorizationQueryParametersError")
    assert said in reply.error


@pytest.mark.parametrize("name", ["AWSAccessKeyId", "Expires", "Signature"])
def test_every_sigv2_parameter_must_be_there(urls: Presigner, name: str) -> None:
    url = re.sub(rf"[?&]{name}=[^&]*", "", urls.v2(PATH).replace("?", "?x=1&"))
    assert_refused(
        ask(url),
        403,
        "<Code>AccessDenied</Code><Message>Query-string authentication requires the Signature, Expires and "
        "AWSAccessKeyId parameters</Message>",
    )


def test_a_sigv2_end_must_be_a_number(urls: Presigner) -> None:
    reply = ask(re.sub(r"Expires=\d+", "Expires=soon", urls.v2(PATH)))
    assert reply.error == (
        "<Error><Code>AccessDenied</Code><Message>Invalid date (should be seconds since epoch): soon</Message></Error>"
    )


def test_a_bucket_may_refuse_sigv2(urls: Presigner, bucket: Bucket) -> None:
    bucket.takes_legacy_signatures = False
    assert_refused(
        ask(urls.v2(PATH)),
        400,
        "<Code>InvalidRequest</Code><Message>The authorization mechanism you have provided is not supported. "
        "Please use AWS4-HMAC-SHA256.</Message>",
    )
    assert ask(urls.v4(PATH)).status == 200


def test_an_amazon_header_that_was_not_signed_is_refused(urls: Presigner) -> None:
    assert_refused(
        ask(urls.v4(PATH), headers={"x-amz-meta-unsigned": "1"}),
        403,
        "<Code>AccessDenied</Code><Message>There were headers present in the request which were not signed"
        "</Message><HeadersNotSigned>x-amz-meta-unsigned</HeadersNotSigned>",
    )


def test_a_range_needs_no_signature(urls: Presigner) -> None:
    assert ask(urls.v4(PATH), headers={"Range": "bytes=0-0"}).status == 206


def test_an_unsigned_payload_hash_other_than_unsigned_spoils_the_signature(urls: Presigner) -> None:
    url = urls.v4(PATH)
    assert ask(url, headers={"x-amz-content-sha256": "UNSIGNED-PAYLOAD"}).status == 200
    assert ask(url, headers={"x-amz-content-sha256": "0" * 64}).code == "SignatureDoesNotMatch"


def test_two_mechanisms_are_one_too_many(s3: StrictS3, urls: Presigner) -> None:
    reply = ask(urls.v4(PATH), headers={"Authorization": "AWS4-HMAC-SHA256 Credential=x"})
    assert_refused(
        reply,
        400,
        "<Code>InvalidArgument</Code><Message>Only one auth mechanism allowed; only the X-Amz-Algorithm query "
        "parameter, Signature query string parameter or the Authorization header should be specified</Message>"
        "<ArgumentName>Authorization</ArgumentName>"
        "<ArgumentValue>AWS4-HMAC-SHA256 Credential=x</ArgumentValue>",
    )


def test_of_a_duplicated_parameter_the_first_counts(urls: Presigner) -> None:
    assert ask(urls.v4(PATH, 0) + "&X-Amz-Expires=60").error.startswith(
        "<Error><Code>AccessDenied</Code><Message>Request has expired</Message>"
    )
    assert ask(urls.v4(PATH, 60) + "&X-Amz-Expires=0").code == "SignatureDoesNotMatch"


def test_a_malformed_authorization_header_is_refused(s3: StrictS3, bucket: Bucket) -> None:
    reply = ask(f"{s3.url}/files", headers={"Authorization": "Bearer abc"})
    assert (reply.status, reply.code) == (400, "AuthorizationHeaderMalformed")


def test_a_payload_must_be_the_one_that_was_hashed(s3: StrictS3, key: AccessKey, bucket: Bucket) -> None:
    target, region = "/files/new.txt", "eu-central-1"
    signed = signed_headers(s3, key, target, method="PUT", region=region, body=b"one")
    reply = ask(s3.url + target, "PUT", signed, b"two")
    assert (reply.status, reply.code) == (400, "XAmzContentSHA256Mismatch")
    unhashed = signed_headers(s3, key, target, method="PUT", region=region, payload_hash="UNSIGNED-PAYLOAD")
    assert ask(s3.url + target, "PUT", unhashed, b"two").status == 200
    del signed["x-amz-content-sha256"]
    assert ask(s3.url + target, "PUT", signed, b"one").code == "InvalidRequest"


def legacy_headers(key: AccessKey, date: str) -> dict[str, str]:
    to_sign = legacy_string_to_sign(Request.parse("GET", f"/files/{PATH}", []), f"/files/{PATH}", date)
    return {"Date": date, "Authorization": f"AWS {key.id}:{legacy_signature(key.secret, to_sign)}"}


def test_a_sigv2_header_is_checked_as_well(s3: StrictS3, key: AccessKey, bucket: Bucket) -> None:
    url = f"{s3.url}/files/{PATH}"
    headers = legacy_headers(key, "Sun, 29 Mar 2026 12:10:00 -0000")
    assert ask(url, headers=headers).status == 200
    assert ask(url, headers=legacy_headers(key, "Sun, 29 Mar 2026 12:20:00 GMT")).code == "RequestTimeTooSkewed"
    assert ask(url, headers={**headers, "Authorization": f"AWS {key.id}:x"}).code == "SignatureDoesNotMatch"
    assert "requires a valid Date" in ask(url, headers={**headers, "Date": "today"}).error
    bucket.takes_legacy_signatures = False
    assert ask(url, headers=headers).code == "InvalidRequest"


# The order of checks


def test_shape_comes_before_time_key_and_bucket(s3: StrictS3, key: AccessKey, urls: Presigner) -> None:
    s3.delete_key(key.id)
    nowhere = s3.presigner(key, "nowhere")
    ended = NOON - timedelta(days=30)
    assert ask(urls.v4(PATH, 604801, at=ended)).code == "AuthorizationQueryParametersError"
    assert ask(nowhere.v4(PATH, service="sts")).code == "AuthorizationQueryParametersError"
    assert ask(nowhere.v4(PATH)).code == "InvalidAccessKeyId"


def test_time_comes_before_the_signature_and_hides_a_deleted_key(s3: StrictS3, key: AccessKey, urls: Presigner) -> None:
    url = urls.v4(PATH, 60)
    tampered = url.replace("X-Amz-Expires=60", "X-Amz-Expires=0")
    assert "Request has expired" in ask(tampered).error
    s3.delete_key(key.id)
    assert "Request has expired" in ask(tampered).error
    assert ask(url).code == "InvalidAccessKeyId"


def test_unsigned_headers_come_before_key_token_and_signature(s3: StrictS3, key: AccessKey, urls: Presigner) -> None:
    s3.delete_key(key.id)
    assert "HeadersNotSigned" in ask(urls.v4(PATH), headers={"x-amz-acl": "private"}).error


def test_the_host_must_be_signed(urls: Presigner) -> None:
    url = urls.v4(PATH, headers={"x-amz-date": "1"}).replace("host%3Bx-amz-date", "x-amz-date")
    assert "<HeadersNotSigned>host</HeadersNotSigned>" in ask(url, headers={"x-amz-date": "1"}).error
