import pytest

from links.models import Bucket, SigningKey
from links.services.buckets import binding
from tests.fixtures import World
from tests.management.running import Runner

LABEL = "key of files"


def test_without_yes_it_tells_the_plan_and_changes_nothing(run: Runner, world: World) -> None:
    world.create_link()
    presigned = world.presign().link
    asked = len(world.s3.requests)
    ran = run("rotate_key", LABEL, "--access-key-id", "AKIAIOSFODNN7EXAMPLE", "--json")
    assert ran.code == 0
    assert ran.json["rotated"] is False
    assert (ran.json["stable_links"], ran.json["presigned_links"], ran.json["foreign_links"]) == (1, 1, 0)
    assert ran.json["buckets"] == ["files"]
    assert [ending["id"] for ending in ran.json["endings"]] == [presigned.pk]
    assert ran.json["last_ends_at"] == ran.json["endings"][0]["ends_at"]
    assert len(world.s3.requests) == asked
    assert SigningKey.objects.get().access_key_id == world.access.id


def test_the_plan_can_be_read(run: Runner, world: World) -> None:
    world.create_link()
    link = world.presign().link
    ran = run("rotate_key", LABEL, "--access-key-id", "AKIAIOSFODNN7EXAMPLE")
    assert "1 stable link is not affected" in ran.out
    assert "1 presigned link was signed by the old key" in ran.out
    assert f"link {link.pk}, Presigned URL, report.pdf: ends " in ran.out
    assert ran.out.endswith("Nothing was changed. Add --yes to do it.\n")


def test_with_yes_the_new_key_takes_over(run: Runner, world: World) -> None:
    second, last = world.s3.add_key(world.user), world.presign().link
    ran = run("rotate_key", LABEL, "--access-key-id", second.id, "--yes", "--json", stdin=f"{second.secret}\n")
    assert ran.code == 0, ran.err
    assert ran.json["rotated"] is True
    assert (ran.json["label"], ran.json["access_key_id"], ran.json["state"]) == (LABEL, second.id, "proved")
    assert ran.json["old_key"]["access_key_id"] == world.access.id
    assert last.signature_ends_at is not None
    assert ran.json["old_key"]["harmless_from"] == last.signature_ends_at.isoformat().replace("+00:00", "Z")
    assert Bucket.objects.get().key.access_key_id == second.id


def test_it_says_until_when_the_old_key_must_not_be_deleted(run: Runner, world: World) -> None:
    second = world.s3.add_key(world.user)
    world.presign()
    ran = run("rotate_key", LABEL, "--access-key-id", second.id, "--yes", stdin=second.secret)
    assert f"Do not delete the old key {world.access.id} at its store before " in ran.out


def test_neither_secret_is_ever_printed(run: Runner, world: World) -> None:
    second = world.s3.add_key(world.user)
    for secret in ("wrong-secret-of-somebody", second.secret, second.secret):
        ran = run("rotate_key", LABEL, "--access-key-id", second.id, "--yes", "--verbosity", "3", stdin=secret)
        assert secret not in ran.out + ran.err
        assert world.access.secret not in ran.out + ran.err


def test_a_key_that_may_not_read_is_refused_and_nothing_changes(run: Runner, world: World) -> None:
    stranger = world.s3.add_user("stranger")
    stranger.deny("s3:*")
    access = world.s3.add_key(stranger)
    world.create_link()
    ran = run("rotate_key", LABEL, "--access-key-id", access.id, "--yes", stdin=access.secret)
    assert (ran.code, ran.out) == (1, "")
    assert "files" in ran.err
    assert "Nothing was changed" in ran.err
    assert ran.err.count("\n") == 1
    assert SigningKey.objects.get().access_key_id == world.access.id


def test_a_key_that_was_replaced_cannot_be_rotated_again(run: Runner, world: World) -> None:
    second, third = world.s3.add_key(world.user), world.s3.add_key(world.user)
    run("rotate_key", LABEL, "--access-key-id", second.id, "--yes", stdin=second.secret)
    old = SigningKey.objects.get(access_key_id=world.access.id)
    ran = run("rotate_key", old.label, "--access-key-id", third.id, "--yes", "--json", stdin=third.secret)
    assert ran.code == 1
    assert '"key-replaced"' in ran.err


def test_a_label_that_nobody_has_is_an_unusable_argument(run: Runner) -> None:
    assert run("rotate_key", "nothing", "--access-key-id", "AKIAIOSFODNN7EXAMPLE").code == 2


def test_a_new_key_that_can_never_take_over_is_refused_before_any_plan(run: Runner, world: World) -> None:
    other = World.build(world.s3, "others")
    for access_key_id, code in (
        (world.access.id, "rotation-same-key"),
        ("ASIAIOSFODNN7EXAMPLE", "key-temporary"),
        ("AKIA with blanks", "key-id-malformed"),
        (other.access.id, "key-known"),
    ):
        ran = run("rotate_key", LABEL, "--access-key-id", access_key_id, "--json")
        assert (ran.code == 0, ran.out) == (False, "")
        assert f'"{code}"' in ran.err


@pytest.mark.parametrize("as_json", [True, False])
def test_a_bucket_that_moved_untested_is_named(run: Runner, world: World, as_json: bool) -> None:
    world.s3.add_bucket("gone")
    binding.add_bucket("gone", world.key, now=world.clock())
    del world.s3.buckets["gone"]
    world.create_link()
    second = world.s3.add_key(world.user)
    options = ("--yes", "--json") if as_json else ("--yes",)
    ran = run("rotate_key", LABEL, "--access-key-id", second.id, *options, stdin=f"{second.secret}\n")
    assert ran.code == 0, ran.err
    if as_json:
        assert ran.json["unread_buckets"] == ["gone"]
    else:
        assert "the new key took it over untested: gone." in ran.out
