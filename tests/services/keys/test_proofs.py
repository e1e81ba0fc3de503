"""Keys: only an IAM user's own is taken, and it is asked again and again."""

from datetime import datetime, timedelta

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from demo.servers import RcloneS3
from links.domain.credentials import KeyState
from links.domain.errors import KeyRefused, Refused
from links.domain.judging.cadence import DEFAULT_INTERVAL
from links.models import ShareLink, SigningKey
from links.services.keys import proofs
from links.services.validation import batches
from tests.conftest import RCLONE_KEY_ID, RCLONE_SECRET
from tests.fixtures import Clock, World, save_key
from tests.strict_s3 import AccessKey, Dropped, Session, StrictS3, refusals


def add(s3: StrictS3, access: AccessKey | Session, clock: Clock, **more: str) -> SigningKey:
    return proofs.add_key("share", access.id, access.secret, endpoint=s3.url, now=clock(), **more)


def refusal_of(s3: StrictS3, access: AccessKey | Session, clock: Clock, **more: str) -> str:
    with pytest.raises(KeyRefused) as refused:
        add(s3, access, clock, **more)
    assert not SigningKey.objects.exists()
    assert access.secret not in str(refused.value)
    return refused.value.code


def test_an_iam_users_key_is_proved(db: None, strict_s3: StrictS3, clock: Clock) -> None:
    user = strict_s3.add_user("share")
    add(strict_s3, strict_s3.add_key(user), clock)
    key = SigningKey.objects.get()
    assert (key.key_state, key.arn) == (KeyState.PROVED, user.arn)
    assert key.proved_at == key.checked_at
    assert key.check_due_at is not None
    assert key.check_due_at - clock() > timedelta(hours=5)


def test_whether_a_key_is_active_is_kept_where_iam_tells(db: None, strict_s3: StrictS3, clock: Clock) -> None:
    user = strict_s3.add_user("share")
    user.allow("iam:ListAccessKeys")
    access = strict_s3.add_key(user)
    access.created_at -= timedelta(days=80)
    key = add(strict_s3, access, clock)
    assert key.listing == "active"
    key.rotation_days = 90
    assert key.rotation_due_at == access.created_at.replace(microsecond=0) + timedelta(days=90)


def test_what_is_no_iam_users_key_is_refused_and_not_saved(db: None, strict_s3: StrictS3, clock: Clock) -> None:
    ends_at = clock() + timedelta(hours=1)
    unmarked = strict_s3.assume_role("app", "s", ends_at=ends_at, key_id="Q3AM3UQ867SPQQA43P2F")
    assert refusal_of(strict_s3, strict_s3.add_root_key(), clock) == "key-of-root"
    assert refusal_of(strict_s3, strict_s3.federate("Bob"), clock) == "key-temporary"
    assert refusal_of(strict_s3, unmarked, clock, token=unmarked.token) == "key-token"
    assert refusal_of(strict_s3, unmarked, clock) in ("key-session", "key-unknown-to-store")
    gone = strict_s3.add_key(strict_s3.add_user("share"))
    strict_s3.delete_key(gone.id)
    assert refusal_of(strict_s3, gone, clock) == "key-unknown-to-store"
    mistyped = strict_s3.add_key(strict_s3.add_user("other"))
    right, mistyped.secret = mistyped.secret, "another"
    with pytest.raises(KeyRefused) as refused:
        proofs.add_key("share", mistyped.id, right, endpoint=strict_s3.url, now=clock())
    assert refused.value.code == "key-secret-wrong"


@pytest.mark.parametrize(
    ("access_key_id", "secret", "code"),
    [("", "secret", "key-id-empty"), ("AKIAEXAMPLE", " ", "key-secret-empty"), ("ASIAEXAMPLE", "s", "key-temporary")],
)
def test_an_empty_half_and_a_temporary_id_are_refused_unasked(
    db: None, strict_s3: StrictS3, clock: Clock, access_key_id: str, secret: str, code: str
) -> None:
    with pytest.raises(KeyRefused) as refused:
        proofs.add_key("share", access_key_id, secret, endpoint=strict_s3.url, now=clock())
    assert refused.value.code == code
    assert strict_s3.requests == []


def test_a_key_is_added_once(world: World) -> None:
    fresh = world.s3.add_key(world.user)
    for label, access, taken in (("another", world.access, "id"), (world.key.label, fresh, "label")):
        with pytest.raises(Refused) as refused:
            proofs.add_key(label, access.id, access.secret, endpoint=world.s3.url, now=world.clock())
        assert refused.value.code == "key-known"
        assert (refused.value.params["taken"], refused.value.params["label"]) == (taken, world.key.label)
    assert SigningKey.objects.count() == 1


def test_a_store_without_an_identity_service_leaves_a_key_unproved_and_it_signs(
    db: None, rclone_s3: RcloneS3, clock: Clock
) -> None:
    key = proofs.add_key("rclone", RCLONE_KEY_ID, RCLONE_SECRET, endpoint=rclone_s3.url, now=clock())
    assert key.key_state is KeyState.UNPROVED
    assert key.key_state.signs


def test_a_silent_store_leaves_a_new_key_pending_and_a_proved_one_proved(world: World) -> None:
    world.s3.identity_answer = refusals.service_unavailable()
    other = world.s3.add_key(world.user)
    pending = proofs.add_key("other", other.id, other.secret, endpoint=world.s3.url, now=world.clock())
    assert (pending.key_state, pending.state_code) == (KeyState.PENDING, "caller-unanswered")
    assert not pending.key_state.signs
    assert proofs.prove_key(world.key, world.clock()).key_state is KeyState.PROVED

    world.s3.identity_answer = None
    world.wait(proofs.ASK_AGAIN)
    assert proofs.prove_due_keys(world.clock()) == 2
    assert set(SigningKey.objects.values_list("state", flat=True)) == {"proved"}


def test_proof_is_due_again_by_policy_and_not_before(world: World) -> None:
    assert proofs.prove_due_keys(world.clock()) == 0
    world.wait(proofs.PROVE_EVERY)
    assert proofs.prove_due_keys(world.clock()) == 1
    assert proofs.prove_due_keys(world.clock()) == 0


def test_a_key_whose_proof_changes_has_its_links_validated(
    world: World, queued: list[object], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    world.create_link()
    world.wait(timedelta(hours=1))
    batches.validate_due_links(world.clock)
    with django_capture_on_commit_callbacks(execute=True):
        assert proofs.prove_key(world.key, world.clock()).key_state is KeyState.PROVED
    assert not ShareLink.objects.due(world.clock()).exists()
    assert queued == []
    world.s3.delete_key(world.access.id)
    with django_capture_on_commit_callbacks(execute=True):
        assert proofs.prove_key(world.key, world.clock()).key_state is KeyState.REFUSED
    assert queued == [("validate_due_links", None)]
    assert ShareLink.objects.due(world.clock()).exists()
    assert proofs.ASK_AGAIN < DEFAULT_INTERVAL


def test_a_key_that_a_store_denies_is_asked_about_soon_and_once(world: World) -> None:
    proofs.recheck({world.access.id}, world.clock())
    assert proofs.prove_due_keys(world.clock()) == 0  # asked a moment ago
    world.wait(proofs.ASK_AGAIN)
    proofs.recheck({world.access.id, "AKIASOMEBODYS"}, world.clock())
    assert proofs.prove_due_keys(world.clock()) == 1


def test_a_key_whose_secret_cannot_be_read_keeps_its_state(world: World, other_encryption_key: None) -> None:
    world.key.refresh_from_db()
    key = proofs.prove_key(world.key, world.clock())
    assert key.key_state is KeyState.PROVED
    assert key.check_due_at is not None


def test_a_dropped_connection_is_silence(db: None, strict_s3: StrictS3, clock: Clock) -> None:
    strict_s3.identity_answer = Dropped()
    assert add(strict_s3, strict_s3.add_key(strict_s3.add_user("u")), clock).key_state is KeyState.PENDING


@pytest.mark.django_db
@pytest.mark.parametrize("has_identity_service", [True, False])
@pytest.mark.parametrize("region", ["", "eu-central-1"])
def test_a_key_that_tests_begin_with_is_as_the_product_saves_it(
    now: datetime, region: str, *, has_identity_service: bool
) -> None:
    with StrictS3(identity_service=has_identity_service) as s3:
        access = s3.add_key(s3.add_user("share"))
        proved = proofs.add_key("Share", access.id, access.secret, endpoint=s3.url, region=region, now=now)
        told = _read(proved)
        proved.delete()
        assert _read(save_key(s3, access, "Share", now, region=region)) == told


def _read(key: SigningKey) -> dict[str, object]:
    """Every column, the secret as it was before it was encrypted."""
    key.refresh_from_db()
    assert key.secret
    columns = {field.attname: getattr(key, field.attname) for field in SigningKey._meta.concrete_fields}
    unlike = {"id": None, "encryption_id": None}  # another row's are its own
    return columns | unlike | {"secret": key.secret.open()}
