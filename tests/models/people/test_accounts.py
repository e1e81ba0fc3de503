"""Accounts of whatever user model a project has."""

from uuid import UUID

import pytest
from django.contrib.auth.models import AnonymousUser, Permission, User

from links.domain.viewers import OPERATOR
from links.models.people import accounts


def test_somebody_is_neither_a_stranger_nor_the_operator() -> None:
    assert accounts.is_account(User())
    assert not accounts.is_account(AnonymousUser())
    assert not accounts.is_account(OPERATOR)


def test_an_account_has_one_number_whatever_its_key_is() -> None:
    key = UUID("6f1c2f0e-5a52-4d6e-8d0f-2f8f0a3f4b5c")
    assert accounts.number_of(7) == 7
    assert accounts.number_of(key) == accounts.number_of(UUID(str(key)))
    assert 0 < accounts.number_of(key) < 2**63


@pytest.mark.parametrize(("text", "read"), [("7", "7"), ("seven", None), ("", None)])
def test_what_cannot_be_an_accounts_key_is_none(text: str, read: str | None) -> None:
    assert accounts.read_key(text) == read


@pytest.mark.django_db
def test_who_may_do_something_is_active_staff_that_was_given_it() -> None:
    given = Permission.objects.get(codename="add_sharelink")
    for name, is_active, is_staff in (("able", True, True), ("gone", False, True), ("customer", True, False)):
        person = User.objects.create_user(name, is_active=is_active, is_staff=is_staff)
        person.user_permissions.add(given)
    User.objects.create_user("unable", is_staff=True)
    User.objects.create_superuser("root")
    assert set(accounts.list_able("links.add_sharelink").values_list("username", flat=True)) == {"able", "root"}


@pytest.mark.django_db
def test_people_are_found_by_what_they_sign_in_by() -> None:
    mika = User.objects.create_user("mika")
    assert accounts.list_accounts().get(**accounts.where_named("MIKA", "iexact")) == mika
    assert accounts.searched_fields() == ["username", "first_name", "last_name"]
