"""How other stores say the same."""

from datetime import timedelta

import pytest

from tests.strict_s3 import Bucket, Dialect, Presigner, StrictS3

from .asking import NOON, ask

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
PATH = "reports/2026.pdf"

ENDED = {
    "r2": (403, f"{DECLARATION}<Error><Code>ExpiredRequest</Code><Message>Request has expired</Message></Error>"),
    "b2": (
        403,
        (
            f"{DECLARATION}\n<Error><Code>UnauthorizedAccess</Code><Message>Request has expired given timestamp: "
            "'20260329T110000Z' and expiration: 3600</Message></Error>"
        ),
    ),
    "google": (
        400,
        (
            "<?xml version='1.0' encoding='UTF-8'?><Error><Code>ExpiredToken</Code>"
            "<Message>The provided token has expired.</Message>"
            "<Details>Request signature expired at: 2026-03-29T12:00:00+00:00</Details></Error>"
        ),
    ),
    "minio": (
        403,
        (
            f"{DECLARATION}\n<Error><Code>AccessDenied</Code><Message>Request has expired</Message><Key/><BucketName/>"
            "<Resource>/files/reports/2026.pdf</Resource>{ids}</Error>"
        ),
    ),
    "ceph": (403, f"{DECLARATION}<Error><Code>AccessDenied</Code>{{ids}}</Error>"),
    "bare": (403, f"{DECLARATION}\n<Error><Code>AccessDenied</Code><Message></Message>{{ids}}</Error>"),
    "rclone": (
        400,
        f"{DECLARATION}\n<Error><Code>AccessDenied</Code><Message>Request has expired</Message>{{ids}}</Error>",
    ),
}


@pytest.mark.parametrize("dialect", ENDED)
def test_every_store_has_its_own_words_for_an_ended_url(s3: StrictS3, urls: Presigner, dialect: str) -> None:
    s3.dialect = dialect
    reply = ask(urls.v4(PATH, at=NOON - timedelta(hours=1)))
    headers = reply.headers
    ids = f"<RequestId>{headers['x-amz-request-id']}</RequestId><HostId>{headers['x-amz-id-2']}</HostId>"
    status, body = ENDED[dialect]
    assert (reply.status, reply.body.decode()) == (status, body.replace("{ids}", ids))
    assert headers["Server"] != "AmazonS3"
    assert ask(urls.v4(PATH)).body == b"0123456789"


def test_a_bare_store_refuses_everything_alike(s3: StrictS3, urls: Presigner, bucket: Bucket) -> None:
    s3.dialect = "bare"
    bucket.move_permanently("eu-west-1")
    reply = ask(urls.v4(PATH))
    assert (reply.status, reply.error) == (
        403,
        "<Error><Code>AccessDenied</Code><Message></Message></Error>",
    )
    assert "x-amz-bucket-region" not in reply.headers


def test_ceph_and_minio_differ_elsewhere_too(s3: StrictS3, urls: Presigner) -> None:
    s3.dialect = "ceph"
    reply = ask(urls.v4("missing"))
    assert (reply.status, reply.code, b"<Message>" in reply.body) == (404, "NoSuchKey", False)
    s3.dialect = "minio"
    ahead = ask(urls.v4(PATH, at=NOON + timedelta(days=1)))
    assert "<Message>Request is not valid yet</Message>" in ahead.error


def test_other_refusals_of_r2_are_as_on_aws(s3: StrictS3, urls: Presigner) -> None:
    s3.dialect = "r2"
    reply = ask(urls.v4("missing"))
    assert (reply.status, reply.code) == (404, "NoSuchKey")


def test_some_stores_answer_a_ranged_read_with_200(s3: StrictS3, urls: Presigner) -> None:
    for dialect in ("rclone", Dialect(ranged_status=200)):
        s3.dialect = dialect
        reply = ask(urls.v4(PATH), headers={"Range": "bytes=0-0"})
        assert (reply.status, reply.body, reply.headers["Content-Range"]) == (200, b"0", "bytes 0-0/10")
