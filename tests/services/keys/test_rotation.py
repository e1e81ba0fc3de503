"""Rotating a key at a store that checks every signature: stable links do not notice, and no URL dies by surprise."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from demo.servers import RcloneS3
from links.domain.credentials import KeyState
from links.domain.errors import Refused, Unavailable
from links.domain.findings import Code, Verdict
from links.domain.rotations import CLICKS_LAST
from links.domain.sharing import EVERYTHING
from links.models import Bucket, Incident, ShareLink
from links.services.buckets import binding
from links.services.keys import proofs
from links.services.keys.rotation import plan_rotation, rotate_key
from links.services.links import creation
from links.services.validation.batches import validate_due_links
from tests.conftest import RCLONE_KEY_ID, RCLONE_SECRET
from tests.fixtures import CONTENT, World, codes, fetch, open_incident
from tests.services.keys.rotating import click, read_state, rotate
from tests.strict_s3 import AccessKey, Dropped, StrictS3, refusals

RCLONE_SECOND_ID = "HOLDFASTSECONDKEY"


def test_a_stable_link_is_signed_by_the_new_key_at_its_next_click(world: World, second: AccessKey) -> None:
    link = world.create_link()
    assert click(link, world) == CONTENT  # so that a signer of the old key is there to be wrongly used again
    rotate(world, second)
    world.s3.delete_key(world.access.id)
    assert click(link, world) == CONTENT
    assert world.judge(link.link).judgement.verdict is Verdict.HEALTHY
    link.link.refresh_from_db()
    assert link.link.access_key_id == second.id


@pytest.mark.proves("key-unknown")
def test_a_presigned_link_works_until_the_old_key_is_deleted_and_then_is_one_incident(
    world: World, second: AccessKey
) -> None:
    stable, presigned = world.create_link(), [world.presign() for _ in range(3)]
    rotated = rotate(world, second)
    assert {judged.judgement.verdict for judged in world.validate()} == {Verdict.HEALTHY}
    assert fetch(presigned[0].url) == CONTENT

    world.s3.delete_key(world.access.id)
    for judged in world.validate(*(new_link.link for new_link in presigned)):
        assert codes(judged) == [Code.KEY_UNKNOWN]
        assert judged.judgement.findings[0].params["access_key_id"] == world.access.id
    assert world.judge(stable.link).judgement.verdict is Verdict.HEALTHY
    incident = open_incident(Code.KEY_UNKNOWN)
    assert (incident.subject, incident.link_count) == (world.access.id, 3)
    assert Incident.objects.count() == 1
    assert rotated.old.access_key_id == world.access.id


def test_the_label_goes_to_the_new_key_and_the_old_one_says_until_when_it_had_it(
    world: World, second: AccessKey
) -> None:
    rotated = rotate(world, second)
    assert (rotated.new.label, rotated.new.access_key_id, rotated.new.state) == ("key of files", second.id, "proved")
    assert rotated.old.label == f"key of files (until {world.clock():%Y-%m-%d})"
    assert rotated.old.replaced_at is not None
    assert Bucket.objects.get().key == rotated.new


def test_a_key_that_was_called_by_its_id_gives_its_name_to_nobody(world: World, second: AccessKey) -> None:
    world.key.label = world.access.id
    world.key.save()
    rotated = rotate(world, second)
    assert rotated.new.label == second.id
    assert rotated.old.label.startswith(f"{world.access.id} (until ")


def test_a_key_can_be_rotated_twice_in_one_day(world: World, second: AccessKey) -> None:
    first = rotate(world, second)
    third = world.s3.add_key(world.user)
    again = rotate_key(first.new, third.id, third.secret, now=world.clock())
    assert again.new.label == "key of files"
    assert again.old.label == f"key of files (until {world.clock():%Y-%m-%d}, 2)"


def test_the_old_secret_is_forgotten_and_the_old_key_is_asked_about_no_more(world: World, second: AccessKey) -> None:
    old = rotate(world, second).old
    assert old.secret is None
    asked = len(world.s3.requests)
    proofs.recheck([world.access.id], world.clock())
    assert proofs.prove_due_keys(world.clock() + timedelta(days=1)) == 1  # the new one
    assert proofs.prove_key(old, world.clock()).key_state is KeyState.PROVED
    assert len(world.s3.requests) == asked + 2  # whose key it is, and the states of that user's keys


def test_every_link_of_the_buckets_is_validated_soon(world: World, second: AccessKey) -> None:
    new_link = [world.create_link(), world.presign()]
    world.validate()
    assert validate_due_links(world.clock) == []
    rotate(world, second)
    assert {judged.link.pk for judged in validate_due_links(world.clock)} == {each.link.pk for each in new_link}


def test_an_answer_that_was_asked_for_with_the_old_key_counts_no_more(world: World, second: AccessKey) -> None:
    link = world.create_link().link
    ShareLink.objects.claim(world.clock(), limit=10, lease=timedelta(minutes=5))
    rotate(world, second)
    link.refresh_from_db()
    assert (link.lease_id, link.leased_until) == (None, None)
    assert [judged.link.pk for judged in validate_due_links(world.clock)] == [link.pk]


def test_it_says_from_when_the_old_key_can_be_deleted(world: World, second: AccessKey) -> None:
    last = world.presign(lifetime="3 days").link
    world.presign(lifetime="1 day")
    rotated = rotate(world, second)
    assert rotated.harmless_from == last.signature_ends_at
    assert plan_rotation(rotated.old, world.clock()).last_ends_at == last.signature_ends_at


def test_without_presigned_links_the_old_key_is_needed_only_by_those_who_just_clicked(
    world: World, second: AccessKey
) -> None:
    world.create_link()
    rotated = rotate(world, second)
    assert rotated.old.replaced_at is not None
    assert rotated.harmless_from == rotated.old.replaced_at + CLICKS_LAST


@pytest.mark.proves("rotation-due")
def test_a_rotation_that_was_due_is_over_once_it_was_done(world: World, second: AccessKey) -> None:
    link = world.presign(lifetime="7 days").link
    world.key.rotation_days = 3
    world.key.save()
    assert Code.ROTATION_DUE in codes(world.judge(link))
    new = rotate(world, second).new
    assert codes(world.judge(link)) == []
    assert not Incident.objects.open().exists()
    assert new.rotation_days == 3
    assert new.rotates_at is None


def test_a_saved_plan_makes_the_links_that_die_by_it_due_and_no_other(world: World) -> None:
    presigned, stable = world.presign().link, world.create_link().link
    world.validate()
    assert validate_due_links(world.clock) == []
    world.key.rotation_days = 3
    proofs.save_plan(world.key, world.clock())
    (judged,) = validate_due_links(world.clock)
    assert judged.link == presigned != stable
    assert Code.ROTATION_DUE in codes(judged)


def test_a_policy_of_days_shortens_what_is_promised_of_a_presigned_link_only(world: World) -> None:
    world.key.rotation_days = 3
    world.key.save()
    world.bucket.refresh_from_db()
    due_at = world.key.created_at + timedelta(days=3)
    assert world.presign(lifetime="2 days").promise.is_shortened is False
    assert world.presign(lifetime="7 days").promise.promised_until <= due_at
    assert world.create_link(lifetime="30 days").promise.is_shortened is False


def test_all_buckets_of_a_key_move_and_no_other_ones(world: World, second: AccessKey) -> None:
    world.s3.add_bucket("more").put("a.txt", b"a")
    binding.add_bucket("more", world.key, now=world.clock())
    other = World.build(world.s3, "others")
    rotated = rotate(world, second)
    assert set(rotated.new.buckets.values_list("name", flat=True)) == {"files", "more"}
    assert Bucket.objects.get(name="others").key == other.key


def test_a_key_that_died_already_can_be_rotated(world: World, second: AccessKey) -> None:
    link = world.create_link()
    world.s3.delete_key(world.access.id)
    assert codes(world.judge(link.link)) == [Code.KEY_UNKNOWN]
    proofs.prove_key(world.key, world.clock())
    assert world.key.key_state is KeyState.REFUSED
    rotate(world, second)
    assert click(link, world) == CONTENT


def test_a_store_without_an_identity_service_is_no_obstacle(transactional_db: None) -> None:
    with StrictS3(identity_service=False) as s3:
        world = World.build(s3)
        link, access = world.create_link(), s3.add_key(world.user)
        assert rotate(world, access).new.key_state is KeyState.UNPROVED
        assert click(link, world) == CONTENT


# What is refused changes nothing --------------------------------------------------------------------------------


@pytest.fixture
def unchanged(world: World) -> Iterator[None]:
    link = world.create_link()
    world.presign()
    world.validate()
    before = read_state()
    yield
    assert read_state() == before
    world.key.refresh_from_db()
    assert world.key.secret is not None
    world.s3.answer = None
    world.s3.identity_answer = None
    assert click(link, world) == CONTENT


@pytest.mark.usefixtures("unchanged")
class TestARefusalChangesNothing:
    def refuse(self, world: World, access_key_id: str, secret: str) -> str:
        with pytest.raises(Refused) as refused:
            rotate_key(world.key, access_key_id, secret, now=world.clock())
        return refused.value.code

    def test_a_temporary_key(self, world: World) -> None:
        assert self.refuse(world, "ASIAIOSFODNN7EXAMPLE", "secret") == "key-temporary"

    def test_a_missing_secret(self, world: World, second: AccessKey) -> None:
        assert self.refuse(world, second.id, "") == "key-secret-empty"

    def test_a_wrong_secret(self, world: World, second: AccessKey) -> None:
        assert self.refuse(world, second.id, "wrong") == "key-secret-wrong"

    def test_a_key_that_the_store_does_not_know(self, world: World) -> None:
        assert self.refuse(world, "AKIAIOSFODNN7EXAMPLE", "secret") == "key-unknown-to-store"

    def test_the_key_of_root(self, world: World) -> None:
        root = world.s3.add_root_key()
        assert self.refuse(world, root.id, root.secret) == "key-of-root"

    def test_the_key_itself(self, world: World) -> None:
        assert self.refuse(world, world.access.id, world.access.secret) == "rotation-same-key"

    def test_a_key_that_is_here_already(self, world: World) -> None:
        other = World.build(world.s3, "others")
        assert self.refuse(world, other.access.id, other.access.secret) == "key-known"
        other.bucket.delete()
        other.key.delete()

    def test_a_key_that_aws_did_not_vouch_for(self, world: World, second: AccessKey) -> None:
        world.s3.identity_answer = Dropped(reset=True)
        with pytest.raises(Unavailable) as silent:
            rotate(world, second)
        assert silent.value.code == "rotation-key-pending"

    def test_a_key_that_may_not_read(self, world: World) -> None:
        stranger = world.s3.add_user("stranger")
        stranger.deny("s3:GetObject")
        access = world.s3.add_key(stranger)
        with pytest.raises(Refused) as refused:
            rotate(world, access)
        assert refused.value.code == "rotation-bucket-unreadable"
        assert refused.value.params == {"buckets": "files", "reason": "permission-lost"}

    def test_a_key_that_may_read_only_some_of_what_is_shared(self, world: World) -> None:
        world.store.put("private/plan.pdf", CONTENT)
        link = world.create_link("private/plan.pdf").link
        world.judge(link)
        user = world.s3.add_user("half")
        user.deny("s3:GetObject", "arn:aws:s3:::files/private/*")
        access = world.s3.add_key(user)
        assert self.refuse(world, access.id, access.secret) == "rotation-bucket-unreadable"
        link.delete()

    def test_a_store_that_does_not_answer(self, world: World, second: AccessKey) -> None:
        world.store.answer = refusals.service_unavailable()
        with pytest.raises(Unavailable) as silent:
            rotate(world, second)
        world.store.answer = None
        assert silent.value.code == "rotation-bucket-unanswered"
        assert silent.value.params == {"buckets": "files"}


def test_one_bucket_that_cannot_be_read_keeps_all_where_they_are(world: World) -> None:
    world.s3.add_bucket("secret").put("a.txt", b"a")
    binding.add_bucket("secret", world.key, now=world.clock())
    world.create_link()
    user = world.s3.add_user("half")
    user.deny("s3:*", "arn:aws:s3:::secret*")
    access, before = world.s3.add_key(user), read_state()
    with pytest.raises(Refused) as refused:
        rotate(world, access)
    assert refused.value.params["buckets"] == "secret"
    assert read_state() == before


def test_a_bucket_without_links_moves_where_the_new_key_can_do_what_the_old_one_could(world: World) -> None:
    """Reading single objects is all that a link needs: a key that may not list, as its predecessor, is as good."""
    world.user.deny("s3:ListBucket")
    user = world.s3.add_user("reader")
    user.deny("s3:ListBucket")
    assert rotate(world, world.s3.add_key(user)).new.buckets.get() == world.bucket


def test_an_object_that_is_gone_is_no_fault_of_the_new_key(world: World, second: AccessKey) -> None:
    link = world.create_link().link
    world.judge(link)
    world.store.delete("report.pdf")
    rotate(world, second)
    assert codes(world.judge(link)) == [Code.OBJECT_MISSING]


def test_the_new_key_may_belong_to_another_user_who_is_told_from_the_old_one(world: World) -> None:
    presigned = world.presign().link
    rotate(world, world.s3.add_key(world.s3.add_user("successor")))
    world.user.deny("s3:GetObject")
    judged = world.judge(presigned)
    assert codes(judged) == [Code.PERMISSION_LOST]
    assert judged.judgement.findings[0].params["access_key_id"] == world.access.id


@pytest.mark.parametrize(
    ("access_key_id", "code"),
    [("AKIAIOSFODNN7EXAMPLE", "key-unknown-to-store"), (RCLONE_SECOND_ID, "key-secret-wrong")],
)
def test_where_no_identity_service_is_a_wrong_pair_is_still_told_from_a_lost_permission(
    db: None, tmp_path: Path, access_key_id: str, code: str
) -> None:
    now = datetime.now(UTC)
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "report.pdf").write_bytes(CONTENT)
    with RcloneS3(tmp_path, {RCLONE_KEY_ID: RCLONE_SECRET, RCLONE_SECOND_ID: "another secret"}) as store:
        key = proofs.add_key("rclone", RCLONE_KEY_ID, RCLONE_SECRET, endpoint=store.url, region="us-east-1", now=now)
        bucket = binding.add_bucket("files", key, now=now)
        creation.create_link(creation.NewLinkRequest(bucket, "report.pdf", "1 day", UTC, EVERYTHING), now)
        with pytest.raises(Refused) as refused:
            rotate_key(key, access_key_id, "wrong", now=now)
    assert refused.value.code == code


def test_a_bucket_that_the_old_key_cannot_read_either_keeps_no_other_from_moving(world: World) -> None:
    world.s3.add_bucket("gone")
    binding.add_bucket("gone", world.key, now=world.clock())
    del world.s3.buckets["gone"]
    world.create_link()
    access = world.s3.add_key(world.user)
    rotated = rotate(world, access)
    assert rotated.new.buckets.count() == 2
    assert rotated.unread == ("gone",)


def test_a_dead_old_key_excuses_no_bucket_that_the_new_one_may_not_read(world: World) -> None:
    stranger = world.s3.add_user("stranger")
    stranger.deny("s3:GetObject")
    access = world.s3.add_key(stranger)
    world.create_link()
    world.s3.delete_key(world.access.id)
    with pytest.raises(Refused):
        rotate(world, access)
