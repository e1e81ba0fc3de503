"""Where somebody is signed in, and when they are so no longer."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from links.models import Session


@pytest.fixture
def mika(db: None) -> User:
    person = User.objects.create_user("mika", password="harbour at dusk", is_staff=True, is_superuser=True)
    person.groups.add(Group.objects.get(name="Manager"), Group.objects.get(name="Auditor"))
    return person


def save(person: User, **values: object) -> None:
    for name, value in values.items():
        setattr(person, name, value)
    person.save()


def change_password(person: User) -> None:
    person.set_password("another harbour")
    person.save()


LOSSES: dict[str, Callable[[User], object]] = {
    "disabled": lambda mika: save(mika, is_active=False),
    "no longer staff": lambda mika: save(mika, is_staff=False),
    "no longer a superuser": lambda mika: save(mika, is_superuser=False),
    "a role less": lambda mika: mika.groups.remove(Group.objects.get(name="Manager")),
    "no role": lambda mika: mika.groups.clear(),
    "other roles": lambda mika: mika.groups.set([Group.objects.get(name="Link maker")]),
    "taken out of the role": lambda mika: mika.groups.get(name="Manager").user_set.remove(mika),
    "the role emptied": lambda mika: mika.groups.get(name="Manager").user_set.clear(),
    "the role deleted": lambda mika: mika.groups.get(name="Manager").delete(),
    "roles deleted in bulk": lambda mika: mika.groups.filter(name="Manager").delete(),
    "a new password": change_password,
    "deleted": lambda mika: mika.delete(),
}
GAINS: dict[str, Callable[[User], object]] = {
    "a name": lambda mika: save(mika, first_name="Mika"),
    "a role more": lambda mika: mika.groups.add(Group.objects.get(name="Key keeper")),
    "a sign-in": lambda mika: mika.save(update_fields=["last_login"]),
}


@pytest.mark.parametrize("lose", LOSSES.values(), ids=LOSSES)
def test_whoever_loses_something_is_signed_out_by_the_next_request(mika: User, lose: Callable[[User], object]) -> None:
    client = Client()
    client.force_login(mika)
    assert client.get("/admin/").status_code == 200
    lose(User.objects.get(pk=mika.pk))
    answer = client.get("/admin/")
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/admin/login/")
    assert not Session.objects.filter(user_id=mika.pk).exists()


@pytest.mark.parametrize("gain", GAINS.values(), ids=GAINS)
def test_whoever_loses_nothing_stays_signed_in(mika: User, gain: Callable[[User], object]) -> None:
    client = Client()
    client.force_login(mika)
    gain(User.objects.get(pk=mika.pk))
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("column", ["is_active", "is_staff"])
def test_an_account_that_was_closed_by_hand_lets_nobody_in_and_its_session_does_not_come_back(
    mika: User, column: str
) -> None:
    client = Client()
    client.force_login(mika)
    assert client.get("/admin/").status_code == 200
    User.objects.filter(pk=mika.pk).update(**{column: False})
    assert client.get("/admin/").status_code == 302
    User.objects.filter(pk=mika.pk).update(**{column: True})
    assert client.get("/admin/").status_code == 302


def test_nobody_elses_sessions_end(mika: User) -> None:
    other = User.objects.create_user("jo", is_staff=True)
    client = Client()
    client.force_login(other)
    save(mika, is_active=False)
    assert client.get("/admin/").status_code == 200
