"""Who may share what, asked of the rows; and browsing no more than that."""

from contextlib import suppress

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import IntegrityError, transaction

from links.domain.buckets.s3_objects import Page
from links.domain.errors import Refused
from links.domain.sharing import EVERYTHING, SharedPrefix, ShareScope
from links.models import Bucket, SharePermission
from links.s3 import objects
from links.services.click_signing import open_bucket
from links.services.links import browse, sharing
from links.services.validation import batches
from tests.fixtures import World, let_share


@pytest.fixture
def mika(db: None) -> User:
    return User.objects.create_user("mika", is_staff=True)


def test_what_a_person_and_their_roles_were_given_is_theirs(world: World, mika: User) -> None:
    press, others = Group.objects.create(name="Press"), Group.objects.create(name="Others")
    mika.groups.add(press)
    let_share(mika, "reports/")
    let_share(press, "photos/", max_days=30)
    let_share(others, "secret/")
    let_share(User.objects.create_user("ken"), "theirs/")
    number = world.bucket.pk
    found = {SharedPrefix(number, "reports/"), SharedPrefix(number, "photos/", 30)}
    assert set(sharing.find_scope(mika).prefixes) == found


@pytest.mark.parametrize("way", ["permission", "role", "superuser"])
def test_whoever_may_share_everything_needs_nothing_to_be_given(way: str, world: World, mika: User) -> None:
    assert not sharing.find_scope(mika).may_use(world.bucket.pk)
    if way == "permission":
        mika.user_permissions.add(Permission.objects.get(codename="share_everything"))
    elif way == "role":
        mika.groups.add(Group.objects.get(name="Manager"))
    else:
        mika.is_superuser = True
        mika.save()
    assert sharing.find_scope(User.objects.get(pk=mika.pk)) == EVERYTHING


def test_what_was_given_goes_to_one_role_or_one_person(world: World, mika: User) -> None:
    press = Group.objects.create(name="Press")
    for whom in ({}, {"user": mika, "role": press}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SharePermission.objects.create(bucket=world.bucket, given_at=world.clock(), **whom)


def test_a_refusal_names_those_who_can_give_the_permission(world: World, mika: User) -> None:
    for number in range(3):
        keeper = User.objects.create_user(f"keeper{number}", is_staff=True)
        keeper.groups.add(Group.objects.get(name="Key keeper"))
    User.objects.create_user("gone", is_staff=True, is_active=False).groups.add(Group.objects.get(name="Key keeper"))
    User.objects.create_superuser("admin")
    with pytest.raises(Refused, match="share-not-permitted") as caught:
        sharing.require_share(sharing.find_scope(mika), world.bucket, "report.pdf")
    assert caught.value.params["askable"] == "keeper0, keeper1, keeper2"
    assert caught.value.params["person"] == ""
    assert sharing.refuse_share(sharing.find_scope_of(mika), "files", "a").params["person"] == "mika"


def test_nothing_is_asked_of_the_store_before_it_is_known_whether_it_may_be(world: World) -> None:
    asked, nothing = len(world.s3.requests), ShareScope()
    with pytest.raises(Refused, match="share-not-permitted"):
        world.create_link(scope=nothing)
    with pytest.raises(Refused, match="share-not-permitted"):
        world.create_link("", scope=nothing)
    assert browse.list_folder(world.bucket, "", nothing).objects == ()
    assert len(world.s3.requests) == asked


def test_a_link_lasts_no_longer_than_its_maker_may_share(world: World) -> None:
    scope = ShareScope((SharedPrefix(world.bucket.pk, "report", 7),))
    assert world.create_link(lifetime="7 days", scope=scope).link.pk
    with pytest.raises(Refused, match="share-lifetime-too-long") as caught:
        world.create_link(lifetime="8 days", scope=scope)
    assert caught.value.params["days"] == 7


def list_all(world: World, scope: ShareScope, prefix: str, size: int) -> tuple[list[str], list[str], int]:
    folders: list[str] = []
    keys: list[str] = []
    token, pages = "", 0
    while True:
        page = browse.list_folder(world.bucket, prefix, scope, token=token, size=size)
        folders += page.folders
        keys += [item.key for item in page.objects]
        token, pages = page.next_token, pages + 1
        if not token:
            return folders, keys, pages


@pytest.mark.parametrize("size", [1, 3, 100])
def test_what_begins_in_several_ways_is_listed_whole_and_nothing_beside_it(size: int, world: World) -> None:
    for key in ("d/a1", "d/a2", "d/a3", "d/b1", "d/c1", "d/c2", "d/e/x", "d/f/x", "d/ccc/x", "other/x"):
        world.store.put(key, b"x")
    scope = ShareScope(tuple(SharedPrefix(world.bucket.pk, prefix) for prefix in ("d/a", "d/c", "d/e/", "z/", "d/a2")))
    folders, keys, _pages = list_all(world, scope, "d/", size)
    assert sorted(folders) == ["d/ccc/", "d/e/"]
    assert keys == ["d/a1", "d/a2", "d/a3", "d/c1", "d/c2"]
    assert list_all(world, scope, "", size)[:2] == (["d/", "z/"], [])
    assert list_all(world, scope, "other/", size)[:2] == ([], [])


@pytest.mark.parametrize("token", ["9.", "0.", "x", "-1.", "99999999999999999999.", "0.not-a-token", "\u0661."])
def test_a_token_that_was_made_up_shows_nothing_more(token: str, world: World) -> None:
    world.store.put("secret/x", b"x")
    scope = ShareScope((SharedPrefix(world.bucket.pk, "report"),))
    page = Page()
    with suppress(Refused):  # by the store, which did not make it
        page = browse.list_folder(world.bucket, "", scope, token=token)
    assert {item.key for item in page.objects} <= {"report.pdf"}
    assert not page.folders


def test_a_store_that_ignores_prefixes_shows_nothing_more(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.store.put("secret.txt", b"x")
    world.store.put("secret/x", b"x")
    everything = objects.list_page(open_bucket(world.bucket))
    monkeypatch.setattr("links.services.links.browse.objects.list_page", lambda *_arguments: everything)
    page = browse.list_folder(world.bucket, "", ShareScope((SharedPrefix(world.bucket.pk, "report"),)))
    assert (page.folders, [item.key for item in page.objects]) == ((), ["report.pdf"])


def test_a_pasted_name_means_the_bucket_from_which_one_may_share(world: World, mika: User) -> None:
    Bucket.objects.create(name="files", key=world.key, region="eu-central-1", created_at=world.clock())
    let_share(mika, "a/", bucket=world.bucket)
    assert browse.find_pasted("s3://files/a/b", mika) == (world.bucket, "a/b")
    for beside in ("s3://files/b", "s3://nothere/a/b", f"{world.s3.url}/files/b", f"{world.s3.url}/nothere/a/b"):
        with pytest.raises(Refused, match="share-not-permitted"):
            browse.find_pasted(beside, mika)


def test_a_url_that_is_not_theirs_to_share_is_watched_as_a_strangers(world: World, mika: User) -> None:
    url = world.s3.presigner(world.access, world.store).v4("report.pdf", expires=3600)
    link = world.watch(url, scope=ShareScope()).link
    assert (link.bucket, link.object_key) == (None, "files/report.pdf")
    world.store.delete("report.pdf")
    asked = len(world.s3.requests)
    batches.validate_links([link.pk], world.clock)
    assert [request.method for request in world.s3.requests[asked:]] == ["GET"]


def known_to(user: User) -> list[str]:
    return [bucket.name for bucket in sharing.list_known_buckets(user)]


def test_somebody_knows_the_buckets_that_they_share_from_or_have_links_to(world: World, mika: User) -> None:
    for name in ("more", "vault"):
        Bucket.objects.create(name=name, key=world.key, created_at=world.clock())
    assert known_to(mika) == []
    world.create_link(owner=mika)
    assert known_to(mika) == ["files"]
    let_share(mika, "a/", bucket=Bucket.objects.get(name="more"))
    assert known_to(mika) == ["files", "more"]
    assert known_to(User.objects.create_superuser("root")) == ["files", "more", "vault"]
