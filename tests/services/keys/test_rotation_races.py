"""What happens to a rotation from beside it, and to a key that was replaced."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from links.domain.errors import Refused
from links.models import Bucket, SigningKey
from links.services.buckets import binding, changing
from links.services.keys import rotation
from links.services.keys.rotation import rotate_key
from tests.fixtures import World
from tests.services.keys.rotating import read_state, rotate
from tests.strict_s3 import AccessKey, StrictS3


def test_a_bucket_that_was_bound_while_the_new_key_was_tried_is_not_left_without_a_key(
    world: World, second: AccessKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.s3.add_bucket("late").put("a.txt", b"a")
    before, try_out = read_state(), rotation._try_out

    def try_slowly(*tried: object) -> None:
        try_out(*tried)  # type: ignore[arg-type]
        binding.add_bucket("late", world.key, now=world.clock())

    monkeypatch.setattr(rotation, "_try_out", try_slowly)
    with pytest.raises(Refused) as refused:
        rotate(world, second)
    assert refused.value.code == "rotation-overtaken"
    Bucket.objects.get(name="late").delete()
    assert read_state() == before


def test_of_two_who_rotate_one_key_at_once_one_does(transactional_db: None, strict_s3: StrictS3) -> None:
    world = World.build(strict_s3)
    second, third, start = strict_s3.add_key(world.user), strict_s3.add_key(world.user), Barrier(2, timeout=30)
    world.create_link()

    def try_with(access: AccessKey) -> str:
        try:
            key = SigningKey.objects.get(pk=world.key.pk)
            start.wait()
            return rotate_key(key, access.id, access.secret, now=world.clock()).new.label
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


def test_a_replaced_key_is_neither_rotated_nor_bound_again(world: World, second: AccessKey) -> None:
    rotated = rotate(world, second)
    third = world.s3.add_key(world.user)
    for act in (
        lambda: rotate_key(rotated.old, third.id, third.secret, now=world.clock()),
        lambda: binding.add_bucket("other", rotated.old, now=world.clock()),
        lambda: changing.change_bucket(
            Bucket.objects.get(), rotated.old, region="", addressing="auto", now=world.clock()
        ),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "key-replaced"
    assert Bucket.objects.get().key == rotated.new
