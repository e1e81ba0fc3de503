"""Whose link it is that a command makes, and what they may share."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission, User

from links.models import ShareLink
from tests.fixtures import World, let_share
from tests.management.running import Runner

LIFETIME = ("--lifetime", "1 day")


@pytest.fixture
def mika(world: World) -> User:
    """A link maker, who may share what begins with "a/"."""
    user = User.objects.create_user("mika", first_name="Mika", last_name="Ogata", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="add_sharelink"))
    let_share(user, "a/")
    world.store.put("a/report.pdf", b"x")
    return user


def watch(run: Runner, world: World, key: str, *more: str) -> ShareLink:
    url = world.s3.presigner(world.access, world.store).v4(key, expires=604_800)
    until = (datetime.now(UTC) + timedelta(days=6)).isoformat()
    ran = run("watch_url", url, "--promised-until", until, "--json", *more)
    assert ran.code == 0, ran.err
    return ShareLink.objects.get(pk=ran.json["id"])


def test_without_an_owner_the_operator_shares_anything(run: Runner, world: World, mika: User) -> None:
    assert run("create_link", "files", "report.pdf", *LIFETIME).code == 0
    assert ShareLink.objects.get().owner is None


def test_an_owner_shares_what_they_may(run: Runner, world: World, mika: User) -> None:
    ran = run("create_link", "files", "a/report.pdf", *LIFETIME, "--owner", "mika")
    assert ran.code == 0
    assert ShareLink.objects.get().owner == mika


@pytest.mark.parametrize("key", ["report.pdf", "a", "no/such.pdf"])
def test_what_an_owner_may_not_share_is_refused_by_their_name(key: str, run: Runner, world: World, mika: User) -> None:
    User.objects.create_superuser("root")
    asked = len(world.s3.requests)
    ran = run("create_link", "files", key, *LIFETIME, "--owner", "mika")
    assert (ran.code, ran.out) == (1, "")
    assert f"Mika Ogata may not share “{key}” from the bucket “files”." in ran.err
    assert "Ask for the permission: root" in ran.err
    assert not ShareLink.objects.exists()
    assert len(world.s3.requests) == asked


def test_an_owner_who_does_not_exist_is_an_argument_that_cannot_be_used(run: Runner, world: World) -> None:
    ran = run("create_link", "files", "report.pdf", *LIFETIME, "--owner", "nobody")
    assert ran.code == 2
    assert "There is no user 'nobody' here." in ran.err


@pytest.mark.parametrize(
    ("unfit", "said"),
    [
        ({"is_active": False}, "mika is no longer active. --owner must name somebody who is."),
        ({"is_staff": False}, "mika may not make links. --owner must name somebody who may."),
    ],
)
def test_an_owner_who_may_not_make_links_is_refused(
    unfit: dict[str, bool], said: str, run: Runner, world: World, mika: User
) -> None:
    User.objects.filter(pk=mika.pk).update(**unfit)
    ran = run("create_link", "files", "a/report.pdf", *LIFETIME, "--owner", "mika")
    assert ran.code == 1
    assert ran.err.strip() == said
    told = run("create_link", "files", "a/report.pdf", *LIFETIME, "--owner", "mika", "--json")
    assert json.loads(told.err)["error"]["code"] == "owner-unfit"
    assert not ShareLink.objects.exists()


def test_a_url_is_watched_for_its_owner_and_by_our_key_where_they_may_share(
    run: Runner, world: World, mika: User
) -> None:
    theirs, others = (watch(run, world, key, "--owner", "mika") for key in ("a/report.pdf", "report.pdf"))
    assert (theirs.owner, theirs.bucket) == (mika, world.bucket)
    assert (others.owner, others.bucket) == (mika, None)
    ShareLink.objects.all().delete()
    assert watch(run, world, "report.pdf").bucket == world.bucket
