"""Links handed to a colleague, and who may own any."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User

from links.services.links import owners
from tests.fixtures import World, let_share
from tests.services.links.changing import read_again, refusal_of


def employ(name: str, **more: Any) -> User:
    user = User.objects.create_user(name, **{"is_staff": True, **more})
    user.user_permissions.set(Permission.objects.filter(codename="add_sharelink"))
    let_share(user)
    return user


def test_a_link_is_handed_to_a_colleague(world: World) -> None:
    link, colleague = world.create_link(owner=employ("mika")).link, employ("ken")
    owners.change_owner(link, colleague, world.clock())
    assert read_again(link).owner == colleague
    assert refusal_of(lambda: owners.change_owner(link, colleague, world.clock())) == "owned-already"


def test_a_link_that_nobody_owns_is_handed_over_too(world: World) -> None:
    link, colleague = world.create_link().link, employ("ken")
    owners.change_owner(link, colleague, world.clock())
    assert read_again(link).owner == colleague


@pytest.mark.parametrize("unfit", [{"is_active": False}, {"is_staff": False}])
def test_a_link_is_handed_to_nobody_who_may_not_make_any(world: World, unfit: dict[str, bool]) -> None:
    link, colleague = world.create_link().link, employ("ken", **unfit)
    assert refusal_of(lambda: owners.change_owner(link, colleague, world.clock())) == "colleague-unfit"
    assert read_again(link).owner is None
    stranger = User.objects.create_user("anna", is_staff=True)
    assert refusal_of(lambda: owners.change_owner(link, stranger, world.clock())) == "colleague-unfit"
