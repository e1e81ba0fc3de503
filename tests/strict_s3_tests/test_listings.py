"""What a bucket answers about itself."""

import json
import re

import pytest

from tests.strict_s3 import AccessKey, Bucket, Caller, LifecycleRule, Presigner, StrictS3

from .asking import Reply, ask

NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'


def listed(urls: Presigner, **parameters: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in parameters.items()}
    return ask(urls.v4("", parameters={"list-type": "2", **named}))


def keys(reply: Reply) -> list[str]:
    return re.findall(r"<Key>(.*?)</Key>", reply.body.decode(), re.DOTALL)


@pytest.fixture
def tree(bucket: Bucket) -> Bucket:
    bucket.delete("reports/2026.pdf")
    for name in ("a.txt", "b/1", "b/2", "c/1", "z.txt"):
        bucket.put(name, b"x")
    return bucket


def test_a_listing_is_in_the_order_of_bytes(urls: Presigner, tree: Bucket) -> None:
    tree.put("Z", b"")
    tree.put("見", b"")
    assert keys(listed(urls)) == ["Z", "a.txt", "b/1", "b/2", "c/1", "z.txt", "見"]
    assert keys(listed(urls, prefix="b/")) == ["b/1", "b/2"]
    assert keys(listed(urls, start_after="b/2")) == ["c/1", "z.txt", "見"]


def test_a_delimiter_folds_keys_into_prefixes(urls: Presigner, tree: Bucket) -> None:
    reply = listed(urls, delimiter="/")
    assert keys(reply) == ["a.txt", "z.txt"]
    assert re.findall(r"<CommonPrefixes><Prefix>(.*?)</Prefix>", reply.body.decode()) == ["b/", "c/"]
    assert b"<KeyCount>4</KeyCount>" in reply.body


def test_pages_follow_each_other_without_a_gap(urls: Presigner, tree: Bucket) -> None:
    pages, token = [], ""
    while True:
        reply = listed(urls, delimiter="/", max_keys="1", **({"continuation_token": token} if token else {}))
        pages.append(re.findall(r"<(?:Key|CommonPrefixes><Prefix)>(.*?)<", reply.body.decode()))
        following = re.search(r"<NextContinuationToken>(.*?)<", reply.body.decode())
        if following is None:
            break
        token = following[1]
    assert pages == [["a.txt"], ["b/"], ["c/"], ["z.txt"]]


def test_keys_are_encoded_where_asked_and_escaped_where_not(urls: Presigner, tree: Bucket) -> None:
    tree.put("d/a b&\n\x01", b"")
    assert keys(listed(urls, prefix="d/", encoding_type="url")) == ["d/a%20b%26%0A%01"]
    assert keys(listed(urls, prefix="d/")) == ["d/a b&amp;\n&#x1;"]


def test_a_deleted_object_of_a_versioned_bucket_is_not_listed(s3: StrictS3, key: AccessKey) -> None:
    bucket = s3.add_bucket("kept", versioned=True)
    bucket.put("k", b"")
    bucket.delete("k")
    assert keys(listed(s3.presigner(key, bucket))) == []


@pytest.mark.parametrize(
    "parameters", [{"max_keys": "many"}, {"continuation_token": "not base64"}], ids=["max-keys", "token"]
)
def test_senseless_parameters_are_refused(urls: Presigner, parameters: dict[str, str]) -> None:
    reply = listed(urls, **parameters)
    assert (reply.status, reply.code) == (400, "InvalidArgument")


@pytest.mark.parametrize(
    ("subresource", "action"),
    [
        ("list-type", "s3:ListBucket"),
        ("location", "s3:GetBucketLocation"),
        ("versioning", "s3:GetBucketVersioning"),
        ("policy", "s3:GetBucketPolicy"),
        ("lifecycle", "s3:GetLifecycleConfiguration"),
    ],
)
def test_each_question_has_its_own_permission(
    user: Caller, urls: Presigner, bucket: Bucket, subresource: str, action: str
) -> None:
    bucket.policy = {"Statement": []}
    bucket.lifecycle = [LifecycleRule("r", expires_after_days=1)]
    url = urls.v4("", parameters={subresource: ""})
    assert ask(url).status == 200
    user.deny(action)
    assert (ask(url).status, ask(url).code) == (403, "AccessDenied")


def test_a_location_is_the_region_and_nothing_for_the_oldest(s3: StrictS3, key: AccessKey, urls: Presigner) -> None:
    reply = ask(urls.v4("", parameters={"location": ""}))
    assert f"<LocationConstraint {NAMESPACE}>eu-central-1</LocationConstraint>" in reply.body.decode()
    oldest = s3.presigner(key, s3.add_bucket("oldest"))
    reply = ask(oldest.v4("", parameters={"location": ""}))
    assert f"<LocationConstraint {NAMESPACE}></LocationConstraint>" in reply.body.decode()


def test_an_absent_policy_or_lifecycle_is_told(urls: Presigner) -> None:
    reply = ask(urls.v4("", parameters={"policy": ""}))
    assert (reply.status, reply.error) == (
        404,
        (
            "<Error><Code>NoSuchBucketPolicy</Code><Message>The bucket policy does not exist</Message>"
            "<BucketName>files</BucketName></Error>"
        ),
    )
    reply = ask(urls.v4("", parameters={"lifecycle": ""}))
    assert (reply.status, reply.error) == (
        404,
        (
            "<Error><Code>NoSuchLifecycleConfiguration</Code>"
            "<Message>The lifecycle configuration does not exist</Message><BucketName>files</BucketName></Error>"
        ),
    )


def test_the_policy_tells_its_effects(urls: Presigner, bucket: Bucket) -> None:
    bucket.signature_age_limit = 600
    bucket.denied_callers = {"192.0.2.0"}
    document = json.loads(ask(urls.v4("", parameters={"policy": ""})).body)
    conditions = [statement["Condition"] for statement in document["Statement"]]
    assert conditions == [
        {"NumericGreaterThan": {"s3:signatureAge": "600000"}},
        {"IpAddress": {"aws:SourceIp": ["192.0.2.0"]}},
    ]
    assert {statement["Effect"] for statement in document["Statement"]} == {"Deny"}


def test_operations_that_it_does_not_know_are_refused(urls: Presigner) -> None:
    for url, method in (
        (urls.v4("", parameters={"acl": ""}), "GET"),
        (urls.v4("", method="PUT"), "PUT"),
        (urls.v4("reports/2026.pdf", method="PATCH"), "PATCH"),
    ):
        reply = ask(url, method)
        assert (reply.status, reply.code) == (405, "MethodNotAllowed")
