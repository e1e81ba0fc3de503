"""A bucket's other key, or other address, is tried on it before it is saved: links that work go on working."""

import pytest

from links.domain.errors import KeyRefused, Refused, Unavailable
from links.models import Bucket, SigningKey
from links.services.buckets import changing
from links.services.keys import proofs
from links.services.visits import clicks
from tests.fake_receivers import closed_port
from tests.fixtures import CONTENT, World, fetch
from tests.strict_s3 import StrictS3


def add_other(world: World, access_key_id: str, secret: str) -> SigningKey:
    return proofs.add_key("other", access_key_id, secret, endpoint=world.s3.url, now=world.clock())


def change(world: World, key: SigningKey, **ways: object) -> Bucket:
    entered = {"region": "", "addressing": "path", "now": world.clock(), **ways}
    return changing.change_bucket(Bucket.objects.get(), key, **entered)  # type: ignore[arg-type]


@pytest.mark.parametrize("has_links", [True, False])
@pytest.mark.parametrize(("knows_it", "code"), [(False, "key-unknown-to-store"), (True, "key-secret-wrong")])
def test_a_key_that_the_store_refuses_is_not_bound_where_nobody_can_say_whose_it_is(
    db: None, *, has_links: bool, knows_it: bool, code: str
) -> None:
    with StrictS3(identity_service=False) as s3:
        world = World.build(s3)
        made = world.create_link() if has_links else None
        id_ = s3.add_key(world.user).id if knows_it else "AKIAINVENTEDINVENTED"
        other = add_other(world, id_, "no secret of any key")
        for is_confirmed in (False, True):
            with pytest.raises(KeyRefused) as refused:
                change(world, other, is_confirmed=is_confirmed)
            assert refused.value.code == code
        assert Bucket.objects.get().key == world.key
        if made:
            assert fetch(clicks.follow(made.url.rpartition("/")[2], now=world.clock()).url) == CONTENT


@pytest.mark.parametrize("has_links", [True, False])
def test_a_key_that_may_not_read_what_the_old_one_reads_is_not_bound(world: World, *, has_links: bool) -> None:
    if has_links:
        world.create_link()
    user = world.s3.add_user("stranger")
    user.deny("s3:GetObject")
    given = world.s3.add_key(user)
    with pytest.raises(Refused) as refused:
        change(world, add_other(world, given.id, given.secret), is_confirmed=True)
    assert (refused.value.code, refused.value.params["reason"]) == ("bucket-unreadable", "permission-lost")
    assert Bucket.objects.get().key == world.key


def test_a_wrong_region_is_refused_before_links_break(world: World) -> None:
    world.create_link()
    with pytest.raises(Refused) as refused:
        change(world, world.key, region="eu-west-1")
    assert refused.value.code == "bucket-unreadable"
    assert Bucket.objects.get().region == "us-east-1"


def test_a_store_that_gives_no_answer_asks_for_a_confirmation(world: World) -> None:
    world.create_link()
    with closed_port() as port:
        endpoint = f"http://127.0.0.1:{port}"
        with pytest.raises(Unavailable) as refused:
            change(world, world.key, endpoint=endpoint)
        assert refused.value.code == "bucket-untried"
        assert Bucket.objects.get().endpoint == world.s3.url
        change(world, world.key, endpoint=endpoint, is_confirmed=True)
    assert Bucket.objects.get().endpoint == endpoint


def test_a_store_that_tells_nothing_asks_for_a_confirmation(world: World) -> None:
    world.user.deny("s3:ListBucket")
    user = world.s3.add_user("stranger")
    user.deny("s3:*")
    given = world.s3.add_key(user)
    other = add_other(world, given.id, given.secret)
    with pytest.raises(Unavailable) as refused:
        change(world, other)
    assert refused.value.code == "bucket-untried"
    change(world, other, is_confirmed=True)
    assert Bucket.objects.get().key == other


def test_a_bucket_that_nobody_can_read_may_be_changed_by_whoever_confirms_it(world: World) -> None:
    world.create_link()
    del world.s3.buckets["files"]
    given = world.s3.add_key(world.user)
    other = add_other(world, given.id, given.secret)
    with pytest.raises(Unavailable) as refused:
        change(world, other)
    assert (refused.value.code, refused.value.params["reason"]) == ("bucket-untried", "bucket-missing")
    change(world, other, is_confirmed=True)
    assert Bucket.objects.get().key == other


def test_a_key_that_may_not_sign_is_not_bound(world: World) -> None:
    given = world.s3.add_key(world.user)
    other = add_other(world, given.id, given.secret)
    SigningKey.objects.filter(pk=other.pk).update(state="pending")
    other.refresh_from_db()
    with pytest.raises(KeyRefused, match="key-pending"):
        change(world, other, is_confirmed=True)
