"""Buckets: bound to one key, tried out."""

import json
from pathlib import Path

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from demo.servers import RcloneS3
from links.domain.buckets.bucket_states import LastTest
from links.domain.buckets.s3_objects import Step, StepResult
from links.domain.errors import KeyRefused, Refused
from links.domain.findings import Code
from links.domain.sharing import EVERYTHING, SharedPrefix, ShareScope
from links.models import AuditRecord, Bucket, ShareLink, SigningKey
from links.services.buckets import binding, changing
from links.services.keys import proofs
from links.services.validation import batches
from links.services.visits import clicks
from tests.conftest import RCLONE_KEY_ID, RCLONE_SECRET
from tests.fixtures import CONTENT, Clock, World, fetch


def outcome(steps: list[StepResult]) -> dict[Step, bool | None]:
    return {step.step: step.ok for step in steps}


def test_region_and_endpoint_default_to_the_keys(world: World) -> None:
    bucket = Bucket.objects.get()
    assert (bucket.name, bucket.region, bucket.endpoint) == ("files", "us-east-1", world.s3.url)
    assert bucket.key == world.key


def test_a_bucket_on_aws_has_no_endpoint_of_its_own_and_needs_a_region(world: World) -> None:
    SigningKey.objects.update(endpoint="")
    world.key.refresh_from_db()
    with pytest.raises(Refused) as refused:
        binding.add_bucket("elsewhere", world.key, now=world.clock())
    assert refused.value.code == "region-missing"
    bucket = binding.add_bucket("elsewhere", world.key, region="eu-west-1", now=world.clock())
    assert (bucket.endpoint, bucket.region) == ("", "eu-west-1")


def test_a_key_that_another_store_vouched_for_is_not_bound_to_a_bucket_on_aws(world: World) -> None:
    endpoint = "https://s3.eu-west-1.amazonaws.com"
    with pytest.raises(KeyRefused) as refused:
        binding.add_bucket("elsewhere", world.key, region="eu-west-1", endpoint=endpoint, now=world.clock())
    assert refused.value.code == "key-pending"
    Bucket.objects.update(endpoint="", region="eu-west-1")
    with pytest.raises(KeyRefused):
        changing.change_bucket(
            Bucket.objects.get(), world.key, region="eu-west-1", addressing="auto", now=world.clock()
        )


def test_a_bucket_is_bound_once_per_store(world: World) -> None:
    with pytest.raises(Refused) as refused:
        binding.add_bucket("files", world.key, now=world.clock())
    assert refused.value.code == "bucket-known"


def test_a_bucket_is_tried_out_for_real(world: World) -> None:
    assert outcome(binding.test_bucket(world.bucket, EVERYTHING, now=world.clock())) == {
        Step.SIGN: True,
        Step.LIST: True,
        Step.READ: True,
    }
    world.user.deny("s3:GetObject")
    tried = {step.step: step for step in binding.test_bucket(world.bucket, EVERYTHING, now=world.clock())}
    assert (tried[Step.READ].ok, tried[Step.READ].reason) == (False, Code.PERMISSION_LOST)


def test_a_file_is_read_by_its_name_for_nobody_who_may_not_share_it(world: World) -> None:
    world.user.deny("s3:ListBucket")
    asked = len(world.s3.requests)
    for key in ("report.pdf", "not-there.pdf"):
        tried = binding.test_bucket(world.bucket, ShareScope(), key, now=world.clock())
        assert Step.READ not in outcome(tried) or not outcome(tried)[Step.READ]
    assert not any(each.path.endswith(".pdf") for each in world.s3.requests[asked:])
    theirs = ShareScope((SharedPrefix(world.bucket.pk, "report"),))
    assert outcome(binding.test_bucket(world.bucket, theirs, "report.pdf", now=world.clock()))[Step.READ]


def test_no_record_keeps_the_name_of_a_file_that_was_tested(world: World) -> None:
    binding.test_bucket(world.bucket, EVERYTHING, "mika-tanaka/report.pdf", now=world.clock())
    record = AuditRecord.objects.get(act="bucket-tested")
    assert "mika" not in str(record.read_contents())
    assert json.loads(record.values) == {"after": {"is_object_named": True}}


def test_what_a_test_has_shown_is_kept_until_the_bucket_is_reached_in_another_way(world: World) -> None:
    assert Bucket.objects.get().last_test is None
    binding.test_bucket(world.bucket, EVERYTHING, now=(worked_at := world.clock()))
    assert Bucket.objects.get().last_test == LastTest(worked_at, works=True)
    world.user.deny("s3:GetObject")
    binding.test_bucket(world.bucket, EVERYTHING, now=(failed_at := world.clock()))
    assert Bucket.objects.get().last_test == LastTest(failed_at, works=False)
    given = world.s3.add_key(world.s3.add_user("other"))
    other = proofs.add_key("other", given.id, given.secret, endpoint=world.s3.url, now=world.clock())
    changing.change_bucket(Bucket.objects.get(), other, region="", addressing="path", now=world.clock())
    assert Bucket.objects.get().last_test is None


def test_what_another_key_was_tried_with_meanwhile_is_not_kept(world: World) -> None:
    stale = Bucket.objects.get()
    given = world.s3.add_key(world.s3.add_user("other"))
    other = proofs.add_key("other", given.id, given.secret, endpoint=world.s3.url, now=world.clock())
    changing.change_bucket(Bucket.objects.get(), other, region="", addressing="path", now=world.clock())
    kept = Bucket.objects.get().last_test
    world.user.deny("s3:GetObject")
    binding.test_bucket(stale, EVERYTHING, now=world.clock())
    assert Bucket.objects.get().last_test == kept


def test_a_test_that_could_not_even_sign_has_failed(world: World) -> None:
    SigningKey.objects.update(state="refused", state_code="key-of-root")
    with pytest.raises(KeyRefused):
        binding.test_bucket(Bucket.objects.get(), EVERYTHING, now=(failed_at := world.clock()))
    assert Bucket.objects.get().last_test == LastTest(failed_at, works=False)


def test_a_name_that_no_file_can_have_is_no_test(world: World) -> None:
    with pytest.raises(Refused):
        binding.test_bucket(world.bucket, EVERYTHING, "a/../b", now=world.clock())
    assert Bucket.objects.get().last_test is None


def test_a_bucket_is_tried_out_on_another_store(db: None, rclone_s3: RcloneS3, clock: Clock) -> None:
    folder = Path(rclone_s3.data_dir) / "tried"
    folder.mkdir()
    (folder / "a.txt").write_bytes(CONTENT)
    key = proofs.add_key("rclone", RCLONE_KEY_ID, RCLONE_SECRET, endpoint=rclone_s3.url, now=clock())
    bucket = binding.add_bucket("tried", key, now=clock())
    assert outcome(binding.test_bucket(bucket, EVERYTHING, now=clock())) == {
        Step.SIGN: True,
        Step.LIST: True,
        Step.READ: True,
    }


def test_a_bucket_bound_to_another_key_signs_with_it_and_has_its_links_validated(
    world: World, queued: list[object], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    new_link = world.create_link()
    presigned = world.presign().link
    fresh = world.s3.add_key(world.user)
    other = proofs.add_key("other", fresh.id, fresh.secret, endpoint=world.s3.url, now=world.clock())
    batches.validate_due_links(world.clock)
    with django_capture_on_commit_callbacks(execute=True):
        changing.change_bucket(world.bucket, other, region="", addressing="path", now=world.clock())
    assert queued == [("validate_due_links", None)]
    assert ShareLink.objects.due(world.clock()).count() == 2
    assert ShareLink.objects.get(pk=new_link.link.pk).access_key_id == fresh.id
    assert ShareLink.objects.get(pk=presigned.pk).access_key_id == world.access.id
    world.s3.delete_key(world.access.id)
    followed = clicks.follow(new_link.url.rpartition("/")[2], now=world.clock())
    assert fetch(followed.url) == CONTENT
