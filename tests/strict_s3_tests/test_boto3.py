"""What boto3 signs, this endpoint believes: the proof that it is strict in the right way."""

import os
from collections.abc import Iterator
from typing import Literal, TypedDict, cast

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from mypy_boto3_iam import IAMClient
from mypy_boto3_s3 import S3Client
from mypy_boto3_sts import STSClient

from tests.strict_s3 import AccessKey, Bucket, LifecycleRule, Session, StrictS3

from .asking import ask

Style = Literal["path", "virtual"]

BOTO3 = boto3.Session(region_name="eu-central-1")
"""One for all: each would read the services' models anew."""
NAMES = ["plain.txt", "a//b/../c", "見積書 100%+.pdf", "line\nbreak", "\N{ROCKET}"]


@pytest.fixture(autouse=True)
def _no_ambient_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def s3() -> Iterator[StrictS3]:
    """On real time, which is when boto3 signs."""
    with StrictS3() as s3:
        yield s3


class Keys(TypedDict):
    """The credentials that every client is given by hand, so that none is found elsewhere."""

    aws_access_key_id: str
    aws_secret_access_key: str
    aws_session_token: str | None


def keys(of: AccessKey | Session) -> Keys:
    token = of.token if isinstance(of, Session) else None
    return {"aws_access_key_id": of.id, "aws_secret_access_key": of.secret, "aws_session_token": token}


def client(s3: StrictS3, key: AccessKey | Session, signature: str = "s3v4", style: Style | None = None) -> S3Client:
    """A real client; with a style it speaks to `localhost`, whose subdomains name buckets."""
    config = Config(signature_version=signature, s3={"addressing_style": style} if style else None)
    address = f"http://localhost:{s3.port}" if style else s3.url
    return BOTO3.client("s3", endpoint_url=address, config=config, **keys(key))


def sts(s3: StrictS3, key: AccessKey | Session) -> STSClient:
    return BOTO3.client("sts", endpoint_url=s3.url, **keys(key))


def iam(s3: StrictS3, key: AccessKey | Session) -> IAMClient:
    return BOTO3.client("iam", endpoint_url=s3.url, **keys(key))


@pytest.mark.parametrize("signature", ["s3v4", "s3"])
@pytest.mark.parametrize("style", ["path", "virtual"])
@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_presigned_url_of_every_style_is_believed(
    s3: StrictS3, key: AccessKey, bucket: Bucket, signature: str, style: Style, name: str
) -> None:
    bucket.put(name, name.encode())
    signing = client(s3, key, signature, style)
    wanted = {"Bucket": "files", "Key": name, "ResponseContentDisposition": 'attachment; filename="a b.pdf"'}
    url = signing.generate_presigned_url("get_object", Params=wanted, ExpiresIn=60)
    assert ("files.localhost" in url) == (style == "virtual")
    assert ("X-Amz-Signature" in url) == (signature == "s3v4")
    reply = ask(url)
    assert (reply.status, reply.body) == (200, name.encode())
    assert reply.headers["Content-Disposition"] == 'attachment; filename="a b.pdf"'
    assert ask(url + "&x-id=GetObject2").status == (403 if signature == "s3v4" else 200)


@pytest.mark.parametrize("signature", ["s3v4", "s3"])
def test_a_presigned_url_of_a_session_is_believed(s3: StrictS3, bucket: Bucket, signature: str) -> None:
    session = s3.assume_role("app", "session")
    signing = client(s3, session, signature)
    wanted = {"Bucket": "files", "Key": "reports/2026.pdf"}
    url = signing.generate_presigned_url("get_object", Params=wanted, ExpiresIn=60)
    assert ask(url).status == 200
    session.ends_at = s3.now()
    assert ask(url).code == "ExpiredToken"


@pytest.mark.parametrize("seconds", [604801, 31536000, 0, -5, "abc"])
def test_the_lifetimes_that_boto3_signs_without_a_word_are_refused(
    s3: StrictS3, key: AccessKey, bucket: Bucket, seconds: object
) -> None:
    wanted = {"Bucket": "files", "Key": "reports/2026.pdf"}
    signing = client(s3, key)
    url = signing.generate_presigned_url("get_object", Params=wanted, ExpiresIn=cast("int", seconds))
    assert ask(url).status in {400, 403}


@pytest.mark.parametrize("signature", ["s3v4", "s3"])
@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_real_client_puts_gets_lists_and_deletes(
    s3: StrictS3, key: AccessKey, bucket: Bucket, signature: str, name: str
) -> None:
    bucket.delete("reports/2026.pdf")
    using = client(s3, key, signature)
    using.put_object(Bucket="files", Key=name, Body=b"hello", ContentType="text/plain", Metadata={"a": "b"})
    answer = using.get_object(Bucket="files", Key=name)
    assert (answer["Body"].read(), answer["ContentType"], answer["Metadata"]) == (
        b"hello",
        "text/plain",
        {"a": "b"},
    )
    head = using.head_object(Bucket="files", Key=name)
    assert (head["ContentLength"], head["ETag"]) == (5, '"5d41402abc4b2a76b9719d911017c592"')
    assert [one["Key"] for one in using.list_objects_v2(Bucket="files")["Contents"]] == [name]
    assert [one["Key"] for one in using.list_objects(Bucket="files")["Contents"]] == [name]
    using.delete_object(Bucket="files", Key=name)
    with pytest.raises(using.exceptions.NoSuchKey):
        using.get_object(Bucket="files", Key=name)


def test_a_real_client_reads_what_a_bucket_tells(s3: StrictS3, key: AccessKey, bucket: Bucket) -> None:
    using = client(s3, key)
    assert using.head_bucket(Bucket="files")["BucketRegion"] == "eu-central-1"
    assert using.get_bucket_location(Bucket="files")["LocationConstraint"] == "eu-central-1"
    assert "Status" not in using.get_bucket_versioning(Bucket="files")
    bucket.versioned = True
    assert using.get_bucket_versioning(Bucket="files")["Status"] == "Enabled"
    bucket.policy = {"Statement": []}
    assert using.get_bucket_policy(Bucket="files")["Policy"] == '{"Statement": []}'
    with pytest.raises(ClientError, match="NoSuchLifecycleConfiguration"):
        using.get_bucket_lifecycle_configuration(Bucket="files")


def test_a_real_client_reads_lifecycle_rules(s3: StrictS3, key: AccessKey, bucket: Bucket) -> None:
    rule = LifecycleRule("tidy", "reports/", expires_after_days=30, archives_after_days=7, enabled=False)
    bucket.lifecycle = [rule]
    using = client(s3, key)
    assert using.get_bucket_lifecycle_configuration(Bucket="files")["Rules"] == [
        {
            "ID": "tidy",
            "Filter": {"Prefix": "reports/"},
            "Status": "Disabled",
            "Transitions": [{"Days": 7, "StorageClass": "GLACIER"}],
            "Expiration": {"Days": 30},
        }
    ]


@pytest.mark.parametrize("signature", ["s3v4", "s3"])
def test_a_real_client_pages_through_a_listing(s3: StrictS3, key: AccessKey, bucket: Bucket, signature: str) -> None:
    names = [f"many/{number:02}" for number in range(25)]
    for name in names:
        bucket.put(name, b"")
    using = client(s3, key, signature)
    for operation in ("list_objects_v2", "list_objects"):
        pages = using.get_paginator(operation).paginate(
            Bucket="files", Prefix="many/", PaginationConfig={"PageSize": 10}
        )
        assert [[one["Key"] for one in page["Contents"]] for page in pages] == [
            names[:10],
            names[10:20],
            names[20:],
        ]


def test_a_wrong_secret_is_refused_to_a_real_client(s3: StrictS3, key: AccessKey, bucket: Bucket) -> None:
    using = client(s3, AccessKey(key.id, "wrong", key.caller, key.created_at))
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        using.get_object(Bucket="files", Key="reports/2026.pdf")


def test_sts_names_the_caller_to_a_real_client(s3: StrictS3, key: AccessKey) -> None:
    answer = sts(s3, key).get_caller_identity()
    expected = ("arn:aws:iam::123456789012:user/share", "123456789012")
    assert (answer["Arn"], answer["Account"]) == expected
    session = s3.assume_role("app", "session")
    answer = sts(s3, session).get_caller_identity()
    assert answer["Arn"] == "arn:aws:sts::123456789012:assumed-role/app/session"
    session.ends_at = s3.now()
    with pytest.raises(ClientError, match="ExpiredToken"):
        sts(s3, session).get_caller_identity()


def test_iam_lists_the_keys_to_a_real_client(s3: StrictS3, key: AccessKey) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        iam(s3, key).list_access_keys()
    key.caller.allow("iam:ListAccessKeys")
    (listed,) = iam(s3, key).list_access_keys(UserName="share")["AccessKeyMetadata"]
    assert (listed["UserName"], listed["AccessKeyId"], listed["Status"]) == ("share", key.id, "Active")
