from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from demo.servers import RcloneS3
from links.domain.buckets.endpoints import SigningBucket
from links.domain.buckets.s3_objects import Step
from links.domain.errors import Refused, Unavailable
from links.domain.findings import Code
from links.domain.reasons import Reason
from links.domain.signed_urls.reading import read
from links.s3 import objects
from links.s3.objects import list_page, look_up
from links.s3.signer import sign
from tests.conftest import RCLONE_KEY_ID, RCLONE_SECRET
from tests.s3.builders import make_store
from tests.strict_s3 import Dialect, Dropped, LifecycleRule, StrictS3, refusals


def test_an_object_is_looked_up_with_what_is_known_of_it(strict_s3: StrictS3) -> None:
    store, bucket = make_store(strict_s3)
    bucket.put("a//é", b"content", content_type="text/plain")
    bucket.lifecycle = [LifecycleRule("tidy up", "a/", expires_after_days=7)]
    facts = look_up(store, "a//é")
    assert (facts.exists, facts.size, facts.content_type, facts.expiry_rule) == (True, 7, "text/plain", "tidy up")
    assert facts.etag
    assert facts.last_modified is not None
    assert facts.expires_at is not None
    assert facts.expires_at > datetime.now(UTC) + timedelta(days=6)


def test_a_restored_copy_tells_its_end(strict_s3: StrictS3) -> None:
    store, bucket = make_store(strict_s3)
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(days=2)
    bucket.put("a", b"x", storage_class="GLACIER").restored_until = ends
    facts = look_up(store, "a")
    assert (facts.storage_class, facts.restored_until) == ("GLACIER", ends)


def test_a_missing_object_is_missing(strict_s3: StrictS3) -> None:
    store, bucket = make_store(strict_s3)
    bucket.put("a-longer-name", b"x")
    assert look_up(store, "a").exists is False
    assert look_up(store, "a").reason is Code.OBJECT_MISSING


def test_an_object_that_may_not_be_read_is_there_all_the_same(strict_s3: StrictS3) -> None:
    store, bucket = make_store(strict_s3)
    bucket.put("a", b"x")
    strict_s3.account.users["share"].deny("s3:GetObject")
    facts = look_up(store, "a")
    assert (facts.exists, facts.reason, facts.size) == (True, Code.PERMISSION_LOST, 1)
    strict_s3.account.users["share"].deny("s3:ListBucket")
    assert look_up(store, "a").exists is None


def test_a_missing_object_of_a_bucket_that_may_not_be_listed_is_not_known(strict_s3: StrictS3) -> None:
    store, _ = make_store(strict_s3)
    strict_s3.account.users["share"].deny("s3:ListBucket")
    facts = look_up(store, "gone")
    assert (facts.exists, facts.reason) == (None, Code.PERMISSION_LOST)


def test_a_version_and_a_delete_marker_are_told_apart(strict_s3: StrictS3) -> None:
    key = strict_s3.add_key(strict_s3.add_user("share"))
    bucket = strict_s3.add_bucket("files", region="eu-central-1", versioned=True)
    store = SigningBucket("files", key.id, key.secret, region="eu-central-1", endpoint=strict_s3.url)
    first = bucket.put("a", b"one")
    bucket.put("a", b"two!")
    assert look_up(store, "a", first.version_id).size == 3
    assert look_up(store, "a").size == 4
    assert look_up(store, "a", "no-such-version").reason is Code.VERSION_MISSING
    marker = bucket.delete("a")
    assert marker is not None
    assert (look_up(store, "a").exists, look_up(store, "a").recoverable) == (False, True)
    assert look_up(store, "a", marker.version_id).reason is Code.VERSION_MISSING


@pytest.mark.parametrize(
    ("changed", "exists", "reason"),
    [
        ({"name": "gone", "region": "us-east-1"}, False, Code.BUCKET_MISSING),
        ({"secret": "wrong"}, None, Code.SIGNATURE_MISMATCH),
        ({"access_key_id": "AKIANOBODYNOBODYNOBO"}, None, Code.KEY_UNKNOWN),
        ({"region": "us-west-2"}, None, Code.WRONG_REGION),
        ({"endpoint": "http://127.0.0.1:1"}, None, Code.UNREACHABLE),
    ],
)
def test_the_reason_why_nothing_was_found_is_named(
    changed: dict[str, str], exists: bool | None, reason: Code, strict_s3: StrictS3
) -> None:
    store, bucket = make_store(strict_s3)
    bucket.put("a", b"x")
    facts = look_up(replace(store, **changed), "a")  # type: ignore[arg-type]  # fields by name
    assert (facts.exists, facts.reason) == (exists, reason)


def test_a_bucket_that_moved_is_not_followed_and_its_region_is_named(strict_s3: StrictS3) -> None:
    """botocore would remember the other region and sign every later URL for it."""
    store, bucket = make_store(strict_s3)
    before = sign(store, "a", 60).text
    bucket.move_permanently("eu-west-1")
    facts = look_up(store, "a")
    assert (facts.reason, facts.region) == (Code.WRONG_REGION, "eu-west-1")
    assert [request.operation for request in strict_s3.requests] == ["HeadObject", "ListObjectsV2"]
    after = sign(store, "a", 60).text
    assert (read(after).host, read(after).region) == (read(before).host, "eu-central-1")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (refusals.slow_down(), Code.STORE_OVERLOADED),
        (refusals.internal_error(), Code.STORE_OVERLOADED),
        (Dropped(reset=True), Code.UNREACHABLE),
    ],
)
def test_a_store_in_trouble_says_nothing_of_the_object(
    answer: refusals.Refusal | Dropped, reason: Code, strict_s3: StrictS3
) -> None:
    store, _ = make_store(strict_s3)
    strict_s3.answer = answer
    assert (look_up(store, "a").exists, look_up(store, "a").reason) == (None, reason)
    with pytest.raises(Unavailable, match="store-unanswered"):
        list_page(store)


def test_a_key_that_no_link_could_lead_to_is_refused_unasked(strict_s3: StrictS3) -> None:
    store, _ = make_store(strict_s3)
    with pytest.raises(Refused, match="object-key-dots"):
        look_up(store, "a/../b")
    assert strict_s3.requests == []


def test_a_bucket_is_listed_folder_by_folder_and_page_by_page(strict_s3: StrictS3) -> None:
    store, bucket = make_store(strict_s3)
    for key in ("a b+é", "b", "c", "folder/x", "folder/y/z"):
        bucket.put(key, b"12")
    first = list_page(store, size=2)
    assert [item.key for item in first.objects] == ["a b+é", "b"]
    rest = list_page(store, token=first.next_token)
    assert ([item.key for item in rest.objects], rest.folders, rest.next_token) == (["c"], ("folder/",), "")
    below = list_page(store, "folder/")
    assert ([item.key for item in below.objects], below.folders) == (["folder/x"], ("folder/y/",))
    assert below.objects[0].size == 2


def test_a_listing_that_is_refused_says_why(strict_s3: StrictS3) -> None:
    store, _ = make_store(strict_s3)
    strict_s3.account.users["share"].deny("s3:ListBucket")
    with pytest.raises(Refused, match="listing-refused") as refused:
        list_page(store)
    assert refused.value.params["reason"] == Code.PERMISSION_LOST


def outcome(store: SigningBucket) -> dict[Step, tuple[bool | None, str | None]]:
    return {result.step: (result.ok, result.reason) for result in objects.test_bucket(store)}


def test_a_bucket_that_works_is_signed_for_listed_and_read(strict_s3: StrictS3) -> None:
    store, bucket = make_store(strict_s3)
    assert outcome(store) == {Step.SIGN: (True, None), Step.LIST: (True, None), Step.READ: (True, None)}
    bucket.put("..", b"nobody can reach me")
    bucket.put("folder/", b"")
    bucket.put("here", b"x")
    assert objects.test_bucket(store)[-1].object_key == "here"


def test_a_bucket_that_may_not_be_listed_can_still_be_used(strict_s3: StrictS3) -> None:
    store, bucket = make_store(strict_s3)
    bucket.put("here", b"x")
    strict_s3.account.users["share"].deny("s3:ListBucket")
    assert outcome(store)[Step.LIST] == (None, Code.PERMISSION_LOST)
    assert outcome(store)[Step.READ] == (None, Code.PERMISSION_LOST)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"name": "gone", "region": "us-east-1"}, Code.BUCKET_MISSING),
        ({"secret": "wrong"}, Code.SIGNATURE_MISMATCH),
        ({"region": "us-west-2"}, Code.WRONG_REGION),
        ({"endpoint": "http://127.0.0.1:1"}, Code.UNREACHABLE),
    ],
)
def test_a_bucket_that_does_not_work_says_why(changed: dict[str, str], reason: Code, strict_s3: StrictS3) -> None:
    store, _ = make_store(strict_s3)
    result = outcome(replace(store, **changed))  # type: ignore[arg-type]  # fields by name
    assert result == {Step.SIGN: (True, None), Step.LIST: (False, reason), Step.READ: (False, reason)}


def test_a_store_that_spells_its_codes_in_its_own_way_is_understood(strict_s3: StrictS3) -> None:
    store, bucket = make_store(strict_s3)
    bucket.put("here", b"x")
    spelled = {"NoSuchKey": "no-such-object", "InvalidAccessKeyId": "InvalidAccessKey", "AccessDenied": "Forbidden"}
    strict_s3.dialect = Dialect(reword=lambda said, _: replace(said, code=spelled.get(said.code, said.code)))
    strict_s3.account.users["share"].deny("s3:ListBucket")
    strict_s3.account.users["share"].deny("s3:GetObject")
    assert look_up(store, "here").reason is Code.PERMISSION_LOST
    assert outcome(store)[Step.LIST] == (None, Code.PERMISSION_LOST)
    strict_s3.account.users["share"].allow("s3:GetObject")
    strict_s3.account.users["share"].allow("s3:ListBucket")
    bucket.delete("here")
    assert outcome(store)[Step.READ] == (True, None)
    strict_s3.delete_key(store.access_key_id)
    unknown = (False, Code.KEY_UNKNOWN)
    assert outcome(store) == {Step.SIGN: (True, None), Step.LIST: unknown, Step.READ: unknown}


def test_a_bucket_that_cannot_be_signed_for_is_tried_no_further(strict_s3: StrictS3) -> None:
    store, _ = make_store(strict_s3)
    (only,) = objects.test_bucket(replace(store, access_key_id="ASIAIOSFODNN7EXAMPLE"))
    assert (only.step, only.ok, only.refusal) == (Step.SIGN, False, Reason.KEY_TEMPORARY)


def test_rclone_s_objects_are_found_and_listed(rclone_s3: RcloneS3) -> None:
    (rclone_s3.data_dir / "objects").mkdir()
    (rclone_s3.data_dir / "objects" / "a é.txt").write_text("hello")
    store = SigningBucket("objects", RCLONE_KEY_ID, RCLONE_SECRET, endpoint=rclone_s3.url)
    assert look_up(store, "a é.txt").size == 5
    assert look_up(store, "gone").exists is False
    assert look_up(store, "a//b").exists is False
    assert [item.key for item in list_page(store).objects] == ["a é.txt"]
    assert [result.ok for result in objects.test_bucket(store)] == [True, True, True]
