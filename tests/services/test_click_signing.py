"""Signing: a bucket is opened once per operation, whatever signs for it, and an emitted URL is read once."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, timedelta
from types import ModuleType
from typing import Any

import pytest

from links.domain.errors import HoldfastError, KeyRefused, Unavailable
from links.domain.judging.facts import Delivery
from links.domain.sharing import EVERYTHING, SharedPrefix, ShareScope
from links.domain.signed_urls import reading
from links.domain.visits.access import Outcome
from links.models import Bucket, EncryptedValue, ShareLink, SigningKey
from links.models.buckets import buckets as bucket_rows
from links.services import click_signing
from links.services.buckets import configuration
from links.services.click_signing import OpenBuckets, open_bucket
from links.services.keys import rotation
from links.services.links import browse, bulk, creation, remake
from links.services.visits import clicks
from tests.fixtures import CONTENT, World, fetch, token_of

MINUTE = timedelta(minutes=1)


class Openings(Counter[bytes]):
    """How often each sealed text was opened, by its ciphertext, since they were cleared: by a process that has kept
    nothing that it opened before."""

    def clear(self) -> None:
        super().clear()
        click_signing.forget_opened()


@pytest.fixture
def openings(monkeypatch: pytest.MonkeyPatch) -> Openings:
    counted, open_sealed = Openings(), EncryptedValue.open

    def open_and_count(encrypted: EncryptedValue) -> str:
        counted[encrypted._ciphertext] += 1
        return open_sealed(encrypted)

    monkeypatch.setattr(EncryptedValue, "open", open_and_count)
    counted.clear()
    return counted


def count_openings(openings: Openings, *stages: World) -> list[int]:
    """Of each bucket's binding and its key's secret, in turn."""
    rows = [Bucket.objects.select_related("key").get(pk=world.bucket.pk) for world in stages]
    return [openings[encrypted.ciphertext] for row in rows for encrypted in (row.binding, row.key.secret) if encrypted]


def count_calls(monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str) -> Counter[Any]:
    """How often a function of this module is called, by its only argument."""
    counted, call = Counter[Any](), getattr(module, name)

    def call_and_count(argument: object) -> object:
        counted[argument] += 1
        return call(argument)

    monkeypatch.setattr(module, name, call_and_count)
    return counted


def deny_presigned(world: World) -> None:
    """The policy, as it is kept, lets nobody in by a signed URL; it was mended at the store since."""
    world.store.refuses_presigned = True
    configuration.read_configuration(world.bucket, world.clock())
    world.store.refuses_presigned = False
    world.wait(5 * MINUTE)


def make_every_kind(world: World) -> list[ShareLink]:
    url = world.s3.presigner(world.access, world.store).v4("report.pdf", expires=604_800)
    made = [world.create_link(), world.create_link(), world.presign(), world.presign(), world.watch(url)]
    return [new_link.link for new_link in made]


def find_all() -> list[ShareLink]:
    """Each link with a bucket and a key of its own in memory, as pages load them."""
    return list(ShareLink.objects.select_related("bucket__key", "customer").order_by("pk"))


@pytest.fixture
def drawings(world: World) -> World:
    """Another bucket of the same key."""
    store = world.s3.add_bucket("drawings")
    store.put("report.pdf", CONTENT)
    bucket = Bucket.objects.create(name="drawings", key=world.key, endpoint=world.s3.url, created_at=world.clock())
    return World(world.s3, world.user, world.access, store, world.key, bucket)


# Opened once ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delivery", [Delivery.STABLE, Delivery.PRESIGNED])
def test_who_makes_a_link_opens_its_bucket_once(world: World, openings: Openings, delivery: Delivery) -> None:
    creation.create_link(world.link_request(lifetime="1 day", delivery=delivery), world.clock())
    assert count_openings(openings, world) == [1, 1]


def test_a_policy_that_is_read_again_for_a_link_takes_no_second_opening(world: World, openings: Openings) -> None:
    deny_presigned(world)
    openings.clear()
    creation.create_link(world.link_request(lifetime="1 day", delivery=Delivery.PRESIGNED), world.clock())
    assert count_openings(openings, world) == [1, 1]


def test_a_preview_of_what_is_not_there_opens_its_bucket_once(world: World, openings: Openings) -> None:
    """The store is asked for the object, for what is like it, and for a folder of that name."""
    with pytest.raises(HoldfastError, match="object-missing"):
        creation.preview(world.link_request("reports"), world.clock())
    assert count_openings(openings, world) == [1, 1]


def duplicate(world: World, links: list[ShareLink]) -> list[Any]:
    return list(remake.duplicate_links(links, "1 day", owner=None, zone=UTC, now=world.clock(), scope=EVERYTHING))


def save(world: World, links: list[ShareLink]) -> list[Any]:
    return list(remake.rescue_links(links, None, EVERYTHING, world.clock()))


def extend(world: World, links: list[ShareLink]) -> list[Any]:
    return list(bulk.change_ends(links, "60 days", zone=UTC, now=world.clock(), scope=EVERYTHING))


@pytest.mark.parametrize("act", [duplicate, save, extend])
def test_many_links_changed_at_once_open_their_bucket_once(
    world: World, openings: Openings, act: Callable[[World, list[ShareLink]], list[Any]]
) -> None:
    make_every_kind(world)
    openings.clear()
    done = [row for row in act(world, find_all()) if row.refused is None]
    assert len(done) >= 2
    assert count_openings(openings, world) == [1, 1]


def test_a_click_opens_its_bucket_once_even_where_it_is_signed_again(world: World, openings: Openings) -> None:
    token = world.create_link().url.rpartition("/")[2]
    openings.clear()
    right, ahead = world.s3.now, 10 * MINUTE
    world.s3.now = lambda: right() + ahead
    asked = len(world.s3.requests)
    followed = clicks.follow(token, now=world.clock())
    assert (followed.outcome, fetch(followed.url)) == (Outcome.SERVED, CONTENT)
    assert len(world.s3.requests) == asked + 3  # taken for too old, and looked at again; then the customer's own
    assert count_openings(openings, world) == [1, 1]


def test_a_bucket_that_was_opened_is_opened_no_more_until_its_row_or_its_keys_is_another(
    world: World, openings: Openings
) -> None:
    token = token_of(world.create_link().url)
    openings.clear()
    urls = [clicks.follow(token, now=world.clock()).url for _ in range(3)]
    assert all(urls)
    assert count_openings(openings, world) == [1, 1]
    SigningKey.objects.update(state="refused", state_code="key-of-role")
    assert clicks.follow(token, now=world.clock()).outcome is Outcome.FAILED
    SigningKey.objects.update(state="proved")
    row = SigningKey.objects.get()
    row.secret = "another-secret-of-the-same-key-altogether"
    row.save()
    ShareLink.objects.update(prechecked_at=None)
    assert clicks.follow(token, now=world.clock()).outcome is Outcome.FAILED  # for the store knows no such secret
    row.refresh_from_db()
    assert row.secret
    assert openings[row.secret.ciphertext] == 1


def test_a_folder_is_listed_prefix_by_prefix_with_one_opening(world: World, openings: Openings) -> None:
    scope = ShareScope(tuple(SharedPrefix(world.bucket.pk, f"a/{number}") for number in range(3)))
    asked = len(world.s3.requests)
    browse.list_folder(world.bucket, "a/", scope)
    assert len(world.s3.requests) == asked + 3
    assert count_openings(openings, world) == [1, 1]


def test_a_rotation_opens_each_bucket_once_with_the_new_key(world: World, openings: Openings) -> None:
    for _ in range(4):
        world.create_link()
    second = world.s3.add_key(world.user)
    openings.clear()
    rotation.rotate_key(world.key, second.id, second.secret, now=world.clock())
    assert openings[b""] == 2  # the new secret and the binding to it, which are not sealed yet


def test_buckets_of_one_key_are_read_again_with_one_opening_of_its_secret(
    world: World, drawings: World, openings: Openings
) -> None:
    assert configuration.read_due_configurations(world.clock()) == 2
    assert count_openings(openings, world, drawings) == [1, 1, 1, 1]


# A batch of validations -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("denied", ["", "s3:*"])
def test_a_batch_opens_each_bucket_and_each_keys_secret_once(
    world: World, drawings: World, openings: Openings, denied: str
) -> None:
    """Where the store refuses, each presigned link is signed afresh, each object looked up, and the key asked about."""
    for each in (world, drawings):
        make_every_kind(each)
    if denied:
        world.user.deny(denied)
    openings.clear()
    assert len(world.validate()) == 10
    assert count_openings(openings, world, drawings) == [1, 1, 1, 1]


def test_a_batch_signs_again_for_a_clock_that_differs_without_another_opening(world: World, openings: Openings) -> None:
    for _ in range(3):
        world.create_link()
    right = world.s3.now
    world.s3.now = lambda: right() + 10 * MINUTE
    openings.clear()
    assert {judged.answer.served for judged in world.validate() if judged.answer} == {True}
    assert count_openings(openings, world) == [1, 1]


def test_a_secret_that_cannot_be_opened_is_tried_once_for_a_batch(
    world: World, openings: Openings, other_encryption_key: None
) -> None:
    for _ in range(3):
        make_unread(world)
    openings.clear()
    assert {judged.judgement.findings[0].code for judged in world.validate()} == {"secrets-unreadable"}
    assert max(count_openings(openings, world)) == 1


def make_unread(world: World) -> ShareLink:
    end = world.clock() + timedelta(days=1)
    return ShareLink.objects.create(
        delivery=Delivery.STABLE.value,
        bucket=world.bucket,
        object_key="report.pdf",
        asked_until=end,
        promised_until=end,
        created_at=world.clock(),
        due_at=world.clock(),
    )


def test_a_batch_reads_a_buckets_policy_and_rules_once(
    world: World, drawings: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for each in (world, drawings):
        make_every_kind(each)
        Bucket.objects.filter(pk=each.bucket.pk).update(
            policy=f'{{"Statement": [], "Id": "{each.store.name}"}}', lifecycle='{"Rules": []}'
        )
    policies = count_calls(monkeypatch, bucket_rows, "read_policy")
    rules = count_calls(monkeypatch, bucket_rows, "read_kept_rules")
    assert len(world.validate()) == 10
    assert sorted(policies.values()) == [1, 1]
    assert list(rules.values()) == [2]  # the same text in both


def test_many_copies_read_their_buckets_policy_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    make_every_kind(world)
    Bucket.objects.update(policy='{"Statement": []}')
    policies = count_calls(monkeypatch, bucket_rows, "read_policy")
    duplicate(world, find_all())
    assert list(policies.values()) == [1]


def test_the_next_batch_sees_a_key_that_was_refused_since(world: World) -> None:
    link = world.create_link().link
    assert world.judge(link).judgement.verdict == "healthy"
    SigningKey.objects.update(state="refused", state_code="key-of-root")
    assert world.judge(link).judgement.findings[0].code == "root-key"


# Read once --------------------------------------------------------------------------------------------------------


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> Counter[Any]:
    """How often each URL was read."""
    return count_calls(monkeypatch, reading, "split")


def test_what_was_held_against_its_frame_need_not_be_read(world: World, readings: Counter[Any]) -> None:
    assert readings[world.presign().url] == 0
    followed = clicks.follow(world.create_link().url.rpartition("/")[2], now=world.clock())
    assert "X-Amz-Signature" in followed.url
    assert readings[followed.url] == 0


def test_for_validations_and_rotations_one_url_is_read_for_each_key_and_day(
    world: World, readings: Counter[Any]
) -> None:
    for _ in range(3):
        world.create_link()
    world.validate()
    second = world.s3.add_key(world.user)
    rotation.rotate_key(world.key, second.id, second.secret, now=world.clock())
    signed = {url: count for url, count in readings.items() if "X-Amz-Signature" in url}
    assert len(signed) == 2
    assert set(signed.values()) == {1}


# Opening ----------------------------------------------------------------------------------------------------------


def test_a_store_opens_with_its_secret_and_does_not_show_it(world: World) -> None:
    store = open_bucket(world.bucket)
    assert (store.access_key_id, store.secret) == (world.access.id, world.access.secret)
    assert world.access.secret not in repr(store)


@pytest.mark.parametrize(
    ("state", "code", "refusal"),
    [
        ("pending", "caller-unanswered", "key-pending"),
        ("refused", "key-of-root", "key-of-root"),
        ("refused", "of-another-version", "key-refused"),
    ],
)
def test_a_key_that_may_not_sign_opens_no_store(world: World, state: str, code: str, refusal: str) -> None:
    SigningKey.objects.update(state=state, state_code=code)
    bucket = Bucket.objects.select_related("key").get()
    with pytest.raises(KeyRefused) as refused:
        open_bucket(bucket)
    assert refused.value.code == refusal


def test_a_secret_that_cannot_be_read_opens_no_store(world: World, other_encryption_key: None) -> None:
    bucket = Bucket.objects.select_related("key").get()
    with pytest.raises(Unavailable) as refused:
        open_bucket(bucket)
    assert refused.value.code == "secrets-unreadable"


def test_a_key_without_a_secret_opens_no_store(world: World) -> None:
    SigningKey.objects.update(secret=None)
    with pytest.raises(KeyRefused, match="key-secret-empty"):
        open_bucket(Bucket.objects.select_related("key").get())


def test_what_one_operation_could_not_open_it_is_refused_again(world: World, other_encryption_key: None) -> None:
    opened = OpenBuckets()
    bucket = Bucket.objects.select_related("key").get()
    for _ in range(2):
        with pytest.raises(Unavailable, match="secrets-unreadable"):
            opened.open(bucket)
