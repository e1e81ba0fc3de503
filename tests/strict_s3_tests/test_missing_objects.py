"""What the strict endpoint says of what is not there, and of versions."""

import pytest

from tests.strict_s3 import AccessKey, Bucket, Caller, Presigner, StrictS3, Wording
from tests.strict_s3_tests.objects import PATH

from .asking import NOON, ask


@pytest.fixture
def versioned(s3: StrictS3) -> Bucket:
    return s3.add_bucket("kept", versioned=True)


@pytest.fixture
def kept(s3: StrictS3, key: AccessKey, versioned: Bucket) -> Presigner:
    return s3.presigner(key, versioned)


def test_a_missing_key_is_named(urls: Presigner, bucket: Bucket) -> None:
    bucket.delete(PATH)
    reply = ask(urls.v4(PATH))
    assert (reply.status, reply.error) == (
        404,
        f"<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>{PATH}</Key></Error>",
    )
    assert "x-amz-delete-marker" not in reply.headers


def test_a_missing_key_is_a_bare_403_for_who_may_not_list(user: Caller, urls: Presigner) -> None:
    user.deny("s3:ListBucket")
    reply = ask(urls.v4("missing"))
    assert (reply.status, reply.error) == (
        403,
        "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>",
    )
    user.allow("s3:ListBucket")
    user.deny("s3:ListBucket", wording=Wording.NO_POLICY)
    said = 'perform: s3:ListBucket on resource: "arn:aws:s3:::files" because no identity-based policy allows'
    assert said in ask(urls.v4("missing")).error


def test_a_public_bucket_does_not_tell_strangers_what_is_missing(s3: StrictS3, bucket: Bucket) -> None:
    bucket.public = True
    assert ask(f"{s3.url}/files/missing").code == "AccessDenied"


def test_a_deleted_key_of_a_versioned_bucket_can_be_brought_back(kept: Presigner, versioned: Bucket) -> None:
    first = versioned.put("k", b"one")
    marker = versioned.delete("k")
    assert marker is not None
    reply = ask(kept.v4("k"))
    assert (reply.status, reply.code) == (404, "NoSuchKey")
    assert (reply.headers["x-amz-delete-marker"], reply.headers["x-amz-version-id"]) == ("true", marker.version_id)
    assert ask(kept.v4("k", parameters={"versionId": first.version_id})).body == b"one"
    versioned.delete_version("k", marker.version_id)
    reply = ask(kept.v4("k"))
    assert (reply.body, reply.headers["x-amz-version-id"]) == (b"one", first.version_id)


def test_a_delete_marker_cannot_be_read_by_its_version(kept: Presigner, versioned: Bucket) -> None:
    versioned.put("k", b"one")
    marker = versioned.delete("k")
    assert marker is not None
    reply = ask(kept.v4("k", parameters={"versionId": marker.version_id}))
    assert (reply.status, reply.error) == (
        405,
        (
            "<Error><Code>MethodNotAllowed</Code><Message>The specified method is not allowed against this resource."
            "</Message><Method>GET</Method><ResourceType>DeleteMarker</ResourceType></Error>"
        ),
    )
    expected = ("DELETE", "true", marker.version_id, "Sun, 29 Mar 2026 12:00:00 GMT")
    names = ("Allow", "x-amz-delete-marker", "x-amz-version-id", "Last-Modified")
    assert tuple(reply.headers[name] for name in names) == expected


@pytest.mark.parametrize("version_id", ["EXAMPLEversion0123456789abcdefg1", "null"])
def test_a_missing_version_is_named(kept: Presigner, versioned: Bucket, version_id: str) -> None:
    versioned.put("k", b"one")
    reply = ask(kept.v4("k", parameters={"versionId": version_id}))
    assert (reply.status, reply.error) == (
        404,
        (
            "<Error><Code>NoSuchVersion</Code><Message>The specified version does not exist.</Message>"
            f"<Key>k</Key><VersionId>{version_id}</VersionId></Error>"
        ),
    )


def test_a_version_id_must_make_sense(kept: Presigner, urls: Presigner, versioned: Bucket) -> None:
    stored = versioned.put("k", b"one")
    invalid = "<Error><Code>InvalidArgument</Code><Message>{}</Message><ArgumentName>versionId</ArgumentName>{}</Error>"
    malformed = invalid.format("Invalid version id specified", "<ArgumentValue>{}</ArgumentValue>")
    reply = ask(kept.v4("k", parameters={"versionId": "abc"}))
    assert (reply.status, reply.error) == (400, malformed.format("abc"))
    reply = ask(kept.v4("k", parameters={"versionId": ""}))
    empty = invalid.format("Version id cannot be the empty string", "<ArgumentValue/>")
    assert (reply.status, reply.error) == (400, empty)
    reply = ask(urls.v4(PATH, parameters={"versionId": stored.version_id}))
    assert (reply.status, reply.error) == (400, malformed.format(stored.version_id))


def test_a_version_of_another_permission_is_asked_for(user: Caller, kept: Presigner, versioned: Bucket) -> None:
    stored = versioned.put("k", b"one")
    user.deny("s3:GetObjectVersion")
    assert ask(kept.v4("k")).status == 200
    assert ask(kept.v4("k", parameters={"versionId": stored.version_id})).status == 403


def test_deleting_through_the_wire_makes_and_removes_markers(kept: Presigner, versioned: Bucket) -> None:
    first = versioned.put("k", b"one")
    reply = ask(kept.v4("k", method="DELETE"), "DELETE")
    assert (reply.status, reply.headers["x-amz-delete-marker"]) == (204, "true")
    marker_id = reply.headers["x-amz-version-id"]
    reply = ask(kept.v4("k", method="DELETE", parameters={"versionId": marker_id}), "DELETE")
    assert (reply.status, reply.headers["x-amz-version-id"]) == (204, marker_id)
    assert versioned.newest("k") is first


def test_a_missing_bucket_is_named(s3: StrictS3, key: AccessKey, urls: Presigner) -> None:
    error = (
        "<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message>"
        "<BucketName>{}</BucketName></Error>"
    )
    reply = ask(s3.presigner(key, "nowhere").v4("k"))
    assert (reply.status, reply.error) == (404, error.format("nowhere"))
    s3.remove_bucket("files")
    reply = ask(urls.v4(PATH))
    assert (reply.status, reply.error) == (404, error.format("files"))
    assert "x-amz-bucket-region" not in reply.headers


def test_a_bucket_elsewhere_redirects_without_a_location(urls: Presigner, bucket: Bucket) -> None:
    bucket.move_permanently("ap-northeast-1")
    reply = ask(urls.v4(PATH))
    assert (reply.status, reply.error) == (
        301,
        (
            "<Error><Code>PermanentRedirect</Code><Message>The bucket you are attempting to access must be addressed "
            "using the specified endpoint. Please send all future requests to this endpoint.</Message>"
            "<Endpoint>files.s3-ap-northeast-1.amazonaws.com</Endpoint><Bucket>files</Bucket></Error>"
        ),
    )
    assert reply.headers["x-amz-bucket-region"] == "ap-northeast-1"
    assert "Location" not in reply.headers


def test_a_new_bucket_redirects_for_a_while_with_a_location(urls: Presigner, bucket: Bucket) -> None:
    bucket.move_temporarily("eu-central-1")
    url = urls.v4(PATH)
    reply = ask(url)
    assert (reply.status, reply.error) == (
        307,
        (
            "<Error><Code>TemporaryRedirect</Code><Message>Please re-send this request to the specified temporary "
            "endpoint. Continue to use the original request endpoint for future requests.</Message>"
            "<Endpoint>files.s3.eu-central-1.amazonaws.com</Endpoint><Bucket>files</Bucket></Error>"
        ),
    )
    assert reply.headers["x-amz-bucket-region"] == "eu-central-1"
    assert reply.headers["Location"].startswith("https://files.s3.eu-central-1.amazonaws.com/")
    assert reply.headers["Location"].endswith("?" + url.partition("?")[2])


def test_an_opt_in_region_is_incompatible(s3: StrictS3, key: AccessKey) -> None:
    for region, named in (("eu-south-1", "eu-south-1"), ("us-east-1", "unspecified")):
        bucket = s3.add_bucket(f"in-{region}", region).refuse_location()
        reply = ask(s3.presigner(key, bucket).v4("k"))
        assert (reply.status, reply.error) == (
            400,
            (
                f"<Error><Code>IllegalLocationConstraintException</Code><Message>The {named} location constraint is "
                "incompatible for the region specific endpoint this request was sent to.</Message></Error>"
            ),
        )


def test_the_clock_of_the_endpoint_dates_what_is_stored(bucket: Bucket) -> None:
    stored = bucket.newest(PATH)
    assert stored is not None
    assert stored.last_modified == NOON
