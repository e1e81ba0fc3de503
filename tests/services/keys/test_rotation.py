"""Rotating a key at a store that checks every signature: stable links do not notice, and no URL dies by surprise."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connections
from pytest_django import DjangoAssertNumQueries

from demo.servers import RcloneS3
from links.domain.credentials import KeyState
from links.domain.errors import Refused, Unavailable
from links.domain.findings import Code, Verdict
from links.domain.rotations import CLICKS_LAST, ENDINGS_SHOWN
from links.domain.sharing import EVERYTHING
from links.domain.visits.access import Outcome
from links.models import Bucket, Incident, ShareLink, SigningKey
from links.services.buckets import binding
from links.services.keys import proofs, rotation
from links.services.keys.rotation import Rotated, plan_rotation, rotate_key
from links.services.links import changes, creation
from links.services.links.creation import Issued
from links.services.validation.batches import validate_due_links
from links.services.visits import clicks
from tests.conftest import RCLONE_KEY_ID, RCLONE_SECRET
from tests.fixtures import CONTENT, Stage, codes, fetch, open_incident
from tests.strict_s3 import AccessKey, Dropped, StrictS3, refusals

RCLONE_SECOND_ID = "HOLDFASTSECONDKEY"


@pytest.fixture
def second(stage: Stage) -> AccessKey:
    """Another access key of the same user: what one makes at AWS before rotating."""
    return stage.s3.add_key(stage.user)


def rotate(stage: Stage, access: AccessKey) -> Rotated:
    return rotate_key(stage.key, access.id, access.secret, now=stage.clock())


def click(link: Issued, stage: Stage) -> bytes:
    followed = clicks.follow(link.url.rpartition("/")[2], now=stage.clock())
    assert followed.outcome is Outcome.SERVED
    return fetch(followed.url)


def tell_state() -> object:
    """Everything that a rotation changes."""
    rows = SigningKey.objects.order_by("pk").values_list("pk", "label", "access_key_id", "replaced_at", "check_due_at")
    bound = Bucket.objects.order_by("pk").values_list("pk", "key")
    links = ShareLink.objects.order_by("pk").values_list("pk", "access_key_id", "due_at")
    return list(rows), list(bound), list(links)


# The plan -------------------------------------------------------------------------------------------------------


def test_the_plan_tells_what_goes_on_and_what_ends_when(stage: Stage) -> None:
    stage.issue()
    late, soon = stage.presign(lifetime="7 days"), stage.presign(lifetime="2 days")
    foreign = stage.watch(stage.s3.presigner(stage.access, stage.store).v4("report.pdf", expires=4 * 86400), days=30)
    plan = plan_rotation(stage.key, stage.clock())
    assert plan.buckets == ("files",)
    assert (plan.stable_count, plan.presigned_count, plan.foreign_count) == (1, 2, 1)
    assert [ending.link for ending in plan.endings] == [soon.link.pk, foreign.link.pk, late.link.pk]
    assert [ending.ends_at for ending in plan.endings] == [
        soon.link.signature_ends_at,
        foreign.link.signature_ends_at,
        late.link.signature_ends_at,
    ]
    assert plan.last_ends_at == late.link.signature_ends_at


def test_the_plan_leaves_out_what_nobody_relies_on_any_more(stage: Stage) -> None:
    revoked, over, ended = stage.presign(), stage.presign(), stage.presign()
    changes.revoke(revoked.link, stage.clock())
    ShareLink.objects.filter(pk=over.link.pk).update(promised_until=stage.clock())
    ShareLink.objects.filter(pk=ended.link.pk).update(signature_ends_at=stage.clock())
    gone = stage.issue()
    changes.revoke(gone.link, stage.clock())
    plan = plan_rotation(stage.key, stage.clock())
    assert (plan.stable_count, plan.dying_count, plan.endings, plan.last_ends_at) == (0, 0, (), None)


def test_the_plan_leaves_out_what_another_key_signed(stage: Stage, second: AccessKey) -> None:
    stage.watch(stage.s3.presigner(second, stage.store).v4("report.pdf", expires=86400))
    assert plan_rotation(stage.key, stage.clock()).dying_count == 0


def test_a_url_that_states_no_end_is_taken_to_be_needed_while_it_is_promised(stage: Stage) -> None:
    link = stage.presign().link
    ShareLink.objects.filter(pk=link.pk).update(signature_ends_at=None)
    assert plan_rotation(stage.key, stage.clock()).last_ends_at == link.promised_until


def test_the_plan_of_a_thousand_links_lists_the_next_to_end_and_counts_the_rest(
    stage: Stage, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    link, now = stage.presign().link, stage.clock()
    ShareLink.objects.bulk_create(
        ShareLink(
            delivery="presigned",
            bucket=stage.bucket,
            object_key="report.pdf",
            access_key_id=stage.access.id,
            signature_ends_at=now + timedelta(seconds=number),
            asked_until=now + timedelta(days=7),
            promised_until=now + timedelta(days=7),
            created_at=now,
        )
        for number in range(1, 1000)
    )
    with django_assert_num_queries(4):
        plan = plan_rotation(stage.key, now)
    assert len(plan.endings) == ENDINGS_SHOWN
    assert plan.endings[0].ends_at == now + timedelta(seconds=1)
    assert plan.dying_count == 1000
    assert plan.unshown_count == 1000 - ENDINGS_SHOWN
    assert plan.last_ends_at == link.signature_ends_at


def test_planning_changes_nothing(stage: Stage) -> None:
    stage.issue(), stage.presign()
    before, asked = tell_state(), len(stage.s3.requests)
    plan_rotation(stage.key, stage.clock())
    assert (tell_state(), len(stage.s3.requests)) == (before, asked)


# The rotation ---------------------------------------------------------------------------------------------------


def test_a_stable_link_is_signed_by_the_new_key_at_its_next_click(stage: Stage, second: AccessKey) -> None:
    link = stage.issue()
    assert click(link, stage) == CONTENT  # so that a signer of the old key is there to be wrongly used again
    rotate(stage, second)
    stage.s3.delete_key(stage.access.id)
    assert click(link, stage) == CONTENT
    assert stage.judge(link.link).judgement.verdict is Verdict.HEALTHY
    link.link.refresh_from_db()
    assert link.link.access_key_id == second.id


@pytest.mark.proves("key-unknown")
def test_a_presigned_link_works_until_the_old_key_is_deleted_and_then_is_one_incident(
    stage: Stage, second: AccessKey
) -> None:
    stable, presigned = stage.issue(), [stage.presign() for _ in range(3)]
    rotated = rotate(stage, second)
    assert {judged.judgement.verdict for judged in stage.validate()} == {Verdict.HEALTHY}
    assert fetch(presigned[0].url) == CONTENT

    stage.s3.delete_key(stage.access.id)
    for judged in stage.validate(*(issued.link for issued in presigned)):
        assert codes(judged) == [Code.KEY_UNKNOWN]
        assert judged.judgement.findings[0].params["access_key_id"] == stage.access.id
    assert stage.judge(stable.link).judgement.verdict is Verdict.HEALTHY
    incident = open_incident(Code.KEY_UNKNOWN)
    assert (incident.subject, incident.link_count) == (stage.access.id, 3)
    assert Incident.objects.count() == 1
    assert rotated.old.access_key_id == stage.access.id


def test_the_label_goes_to_the_new_key_and_the_old_one_says_until_when_it_had_it(
    stage: Stage, second: AccessKey
) -> None:
    rotated = rotate(stage, second)
    assert (rotated.new.label, rotated.new.access_key_id, rotated.new.state) == ("key of files", second.id, "proved")
    assert rotated.old.label == f"key of files (until {stage.clock():%Y-%m-%d})"
    assert rotated.old.replaced_at is not None
    assert Bucket.objects.get().key == rotated.new


def test_a_key_that_was_called_by_its_id_gives_its_name_to_nobody(stage: Stage, second: AccessKey) -> None:
    stage.key.label = stage.access.id
    stage.key.save()
    rotated = rotate(stage, second)
    assert rotated.new.label == second.id
    assert rotated.old.label.startswith(f"{stage.access.id} (until ")


def test_a_key_can_be_rotated_twice_in_one_day(stage: Stage, second: AccessKey) -> None:
    first = rotate(stage, second)
    third = stage.s3.add_key(stage.user)
    again = rotate_key(first.new, third.id, third.secret, now=stage.clock())
    assert again.new.label == "key of files"
    assert again.old.label == f"key of files (until {stage.clock():%Y-%m-%d}, 2)"


def test_the_old_secret_is_forgotten_and_the_old_key_is_asked_about_no_more(stage: Stage, second: AccessKey) -> None:
    old = rotate(stage, second).old
    assert old.secret is None
    asked = len(stage.s3.requests)
    proofs.doubt([stage.access.id], stage.clock())
    assert proofs.prove_due_keys(stage.clock() + timedelta(days=1)) == 1  # the new one
    assert proofs.prove_key(old, stage.clock()).key_state is KeyState.PROVED
    assert len(stage.s3.requests) == asked + 2  # whose key it is, and the states of that user's keys


def test_every_link_of_the_buckets_is_validated_soon(stage: Stage, second: AccessKey) -> None:
    issued = [stage.issue(), stage.presign()]
    stage.validate()
    assert validate_due_links(stage.clock) == []
    rotate(stage, second)
    assert {judged.link.pk for judged in validate_due_links(stage.clock)} == {each.link.pk for each in issued}


def test_an_answer_that_was_asked_for_with_the_old_key_counts_no_more(stage: Stage, second: AccessKey) -> None:
    link = stage.issue().link
    ShareLink.objects.claim(stage.clock(), limit=10, lease=timedelta(minutes=5))
    rotate(stage, second)
    link.refresh_from_db()
    assert (link.lease_id, link.leased_until) == (None, None)
    assert [judged.link.pk for judged in validate_due_links(stage.clock)] == [link.pk]


def test_it_says_from_when_the_old_key_can_be_deleted(stage: Stage, second: AccessKey) -> None:
    last = stage.presign(lifetime="3 days").link
    stage.presign(lifetime="1 day")
    rotated = rotate(stage, second)
    assert rotated.harmless_from == last.signature_ends_at
    assert plan_rotation(rotated.old, stage.clock()).last_ends_at == last.signature_ends_at


def test_without_presigned_links_the_old_key_is_needed_only_by_those_who_just_clicked(
    stage: Stage, second: AccessKey
) -> None:
    stage.issue()
    rotated = rotate(stage, second)
    assert rotated.old.replaced_at is not None
    assert rotated.harmless_from == rotated.old.replaced_at + CLICKS_LAST


@pytest.mark.proves("rotation-due")
def test_a_rotation_that_was_due_is_over_once_it_was_done(stage: Stage, second: AccessKey) -> None:
    link = stage.presign(lifetime="7 days").link
    stage.key.rotation_days = 3
    stage.key.save()
    assert Code.ROTATION_DUE in codes(stage.judge(link))
    new = rotate(stage, second).new
    assert codes(stage.judge(link)) == []
    assert not Incident.objects.open().exists()
    assert new.rotation_days == 3
    assert new.rotates_at is None


def test_a_saved_plan_makes_the_links_that_die_by_it_due_and_no_other(stage: Stage) -> None:
    presigned, stable = stage.presign().link, stage.issue().link
    stage.validate()
    assert validate_due_links(stage.clock) == []
    stage.key.rotation_days = 3
    proofs.save_plan(stage.key, stage.clock())
    (judged,) = validate_due_links(stage.clock)
    assert judged.link == presigned != stable
    assert Code.ROTATION_DUE in codes(judged)


def test_a_policy_of_days_shortens_what_is_promised_of_a_presigned_link_only(stage: Stage) -> None:
    stage.key.rotation_days = 3
    stage.key.save()
    stage.bucket.refresh_from_db()
    due_at = stage.key.created_at + timedelta(days=3)
    assert stage.presign(lifetime="2 days").promise.is_shortened is False
    assert stage.presign(lifetime="7 days").promise.promised_until <= due_at
    assert stage.issue(lifetime="30 days").promise.is_shortened is False


def test_all_buckets_of_a_key_move_and_no_other_ones(stage: Stage, second: AccessKey) -> None:
    stage.s3.add_bucket("more").put("a.txt", b"a")
    binding.add_bucket("more", stage.key, now=stage.clock())
    other = Stage.build(stage.s3, "others")
    rotated = rotate(stage, second)
    assert set(rotated.new.buckets.values_list("name", flat=True)) == {"files", "more"}
    assert Bucket.objects.get(name="others").key == other.key


def test_a_key_that_died_already_can_be_rotated(stage: Stage, second: AccessKey) -> None:
    link = stage.issue()
    stage.s3.delete_key(stage.access.id)
    assert codes(stage.judge(link.link)) == [Code.KEY_UNKNOWN]
    proofs.prove_key(stage.key, stage.clock())
    assert stage.key.key_state is KeyState.REFUSED
    rotate(stage, second)
    assert click(link, stage) == CONTENT


def test_a_store_without_an_identity_service_is_no_obstacle(transactional_db: None) -> None:
    with StrictS3(identity_service=False) as s3:
        stage = Stage.build(s3)
        link, access = stage.issue(), s3.add_key(stage.user)
        assert rotate(stage, access).new.key_state is KeyState.UNPROVED
        assert click(link, stage) == CONTENT


# What is refused changes nothing --------------------------------------------------------------------------------


@pytest.fixture
def unchanged(stage: Stage) -> Iterator[None]:
    link = stage.issue()
    stage.presign()
    stage.validate()
    before = tell_state()
    yield
    assert tell_state() == before
    stage.key.refresh_from_db()
    assert stage.key.secret is not None
    stage.s3.answer = None
    stage.s3.identity_answer = None
    assert click(link, stage) == CONTENT


@pytest.mark.usefixtures("unchanged")
class TestARefusalChangesNothing:
    def refuse(self, stage: Stage, access_key_id: str, secret: str) -> str:
        with pytest.raises(Refused) as refused:
            rotate_key(stage.key, access_key_id, secret, now=stage.clock())
        return refused.value.code

    def test_a_temporary_key(self, stage: Stage) -> None:
        assert self.refuse(stage, "ASIAIOSFODNN7EXAMPLE", "secret") == "key-temporary"

    def test_a_missing_secret(self, stage: Stage, second: AccessKey) -> None:
        assert self.refuse(stage, second.id, "") == "key-secret-empty"

    def test_a_wrong_secret(self, stage: Stage, second: AccessKey) -> None:
        assert self.refuse(stage, second.id, "wrong") == "key-secret-wrong"

    def test_a_key_that_the_store_does_not_know(self, stage: Stage) -> None:
        assert self.refuse(stage, "AKIAIOSFODNN7EXAMPLE", "secret") == "key-unknown-to-store"

    def test_the_key_of_root(self, stage: Stage) -> None:
        root = stage.s3.add_root_key()
        assert self.refuse(stage, root.id, root.secret) == "key-of-root"

    def test_the_key_itself(self, stage: Stage) -> None:
        assert self.refuse(stage, stage.access.id, stage.access.secret) == "rotation-same-key"

    def test_a_key_that_is_here_already(self, stage: Stage) -> None:
        other = Stage.build(stage.s3, "others")
        assert self.refuse(stage, other.access.id, other.access.secret) == "key-known"
        other.bucket.delete()
        other.key.delete()

    def test_a_key_that_aws_did_not_vouch_for(self, stage: Stage, second: AccessKey) -> None:
        stage.s3.identity_answer = Dropped(reset=True)
        with pytest.raises(Unavailable) as silent:
            rotate(stage, second)
        assert silent.value.code == "rotation-key-pending"

    def test_a_key_that_may_not_read(self, stage: Stage) -> None:
        stranger = stage.s3.add_user("stranger")
        stranger.deny("s3:GetObject")
        access = stage.s3.add_key(stranger)
        with pytest.raises(Refused) as refused:
            rotate(stage, access)
        assert refused.value.code == "rotation-bucket-unreadable"
        assert refused.value.params == {"buckets": "files", "reason": "permission-lost"}

    def test_a_key_that_may_read_only_some_of_what_is_shared(self, stage: Stage) -> None:
        stage.store.put("private/plan.pdf", CONTENT)
        link = stage.issue("private/plan.pdf").link
        stage.judge(link)
        user = stage.s3.add_user("half")
        user.deny("s3:GetObject", "arn:aws:s3:::files/private/*")
        access = stage.s3.add_key(user)
        assert self.refuse(stage, access.id, access.secret) == "rotation-bucket-unreadable"
        link.delete()

    def test_a_store_that_does_not_answer(self, stage: Stage, second: AccessKey) -> None:
        stage.store.answer = refusals.service_unavailable()
        with pytest.raises(Unavailable) as silent:
            rotate(stage, second)
        stage.store.answer = None
        assert silent.value.code == "rotation-bucket-unanswered"
        assert silent.value.params == {"buckets": "files"}


def test_one_bucket_that_cannot_be_read_keeps_all_where_they_are(stage: Stage) -> None:
    stage.s3.add_bucket("secret").put("a.txt", b"a")
    binding.add_bucket("secret", stage.key, now=stage.clock())
    stage.issue()
    user = stage.s3.add_user("half")
    user.deny("s3:*", "arn:aws:s3:::secret*")
    access, before = stage.s3.add_key(user), tell_state()
    with pytest.raises(Refused) as refused:
        rotate(stage, access)
    assert refused.value.params["buckets"] == "secret"
    assert tell_state() == before


def test_a_bucket_without_links_moves_where_the_new_key_can_do_what_the_old_one_could(stage: Stage) -> None:
    """Reading single objects is all that a link needs: a key that may not list, as its predecessor, is as good."""
    stage.user.deny("s3:ListBucket")
    user = stage.s3.add_user("reader")
    user.deny("s3:ListBucket")
    assert rotate(stage, stage.s3.add_key(user)).new.buckets.get() == stage.bucket


def test_an_object_that_is_gone_is_no_fault_of_the_new_key(stage: Stage, second: AccessKey) -> None:
    link = stage.issue().link
    stage.judge(link)
    stage.store.delete("report.pdf")
    rotate(stage, second)
    assert codes(stage.judge(link)) == [Code.OBJECT_MISSING]


def test_the_new_key_may_belong_to_another_user_who_is_told_from_the_old_one(stage: Stage) -> None:
    presigned = stage.presign().link
    rotate(stage, stage.s3.add_key(stage.s3.add_user("successor")))
    stage.user.deny("s3:GetObject")
    judged = stage.judge(presigned)
    assert codes(judged) == [Code.PERMISSION_LOST]
    assert judged.judgement.findings[0].params["access_key_id"] == stage.access.id


# Races, and what comes after ------------------------------------------------------------------------------------


def test_a_bucket_that_was_bound_while_the_new_key_was_tried_is_not_left_without_a_key(
    stage: Stage, second: AccessKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.s3.add_bucket("late").put("a.txt", b"a")
    before, try_out = tell_state(), rotation._try_out

    def dawdle(*tried: object) -> None:
        try_out(*tried)  # type: ignore[arg-type]
        binding.add_bucket("late", stage.key, now=stage.clock())

    monkeypatch.setattr(rotation, "_try_out", dawdle)
    with pytest.raises(Refused) as refused:
        rotate(stage, second)
    assert refused.value.code == "rotation-overtaken"
    Bucket.objects.get(name="late").delete()
    assert tell_state() == before


def test_of_two_who_rotate_one_key_at_once_one_does(transactional_db: None, strict_s3: StrictS3) -> None:
    stage = Stage.build(strict_s3)
    second, third, start = strict_s3.add_key(stage.user), strict_s3.add_key(stage.user), Barrier(2, timeout=30)
    stage.issue()

    def try_with(access: AccessKey) -> str:
        try:
            key = SigningKey.objects.get(pk=stage.key.pk)
            start.wait()
            return rotate_key(key, access.id, access.secret, now=stage.clock()).new.label
        except Refused as refused:
            return refused.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        outcomes = list(threads.map(try_with, (second, third)))
    assert sorted(outcomes) == ["key of files", "key-replaced"]
    winner = (second, third)[outcomes.index("key of files")]
    assert Bucket.objects.get().key.access_key_id == winner.id
    assert SigningKey.objects.count() == 2


def test_a_replaced_key_is_neither_rotated_nor_bound_again(stage: Stage, second: AccessKey) -> None:
    rotated = rotate(stage, second)
    third = stage.s3.add_key(stage.user)
    for act in (
        lambda: rotate_key(rotated.old, third.id, third.secret, now=stage.clock()),
        lambda: binding.add_bucket("other", rotated.old, now=stage.clock()),
        lambda: binding.change_bucket(
            Bucket.objects.get(), rotated.old, region="", addressing="auto", now=stage.clock()
        ),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "key-replaced"
    assert Bucket.objects.get().key == rotated.new


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
        creation.create_link(creation.Wish(bucket, "report.pdf", "1 day", UTC, EVERYTHING), now)
        with pytest.raises(Refused) as refused:
            rotate_key(key, access_key_id, "wrong", now=now)
    assert refused.value.code == code
