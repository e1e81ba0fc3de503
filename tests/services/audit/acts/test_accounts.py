"""Accounts, roles and sign-ins are recorded, whoever changes them."""

import json

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client

from links.models import AuditDetail, AuditRecord
from links.services.audit.acts import accounts

pytestmark = pytest.mark.django_db


def list_acts() -> list[str]:
    return list(AuditRecord.objects.order_by("pk").values_list("act", flat=True))


@pytest.fixture
def mika() -> User:
    return User.objects.create_user("mika", password="a long enough password", is_staff=True)


def test_an_account_is_followed_from_its_beginning_to_its_end(mika: User) -> None:
    mika.email = "mika@example.com"
    mika.save()
    mika.set_password("another long password")
    mika.save()
    mika.delete()
    assert list_acts() == ["account-added", "account-changed", "password-changed", "account-deleted"]
    changed = json.loads(AuditRecord.objects.get(act="account-changed").values)
    assert changed == {"before": {"email": ""}, "after": {"email": "mika@example.com"}}
    assert "password" not in str(list(AuditRecord.objects.values_list("values", flat=True)))


def test_a_password_that_is_hashed_anew_at_a_sign_in_is_no_change(mika: User) -> None:
    mika.set_password("a long enough password")
    mika.save(update_fields=["password"])
    assert list_acts() == ["account-added"]


def test_commands_of_django_are_followed_too(mika: User) -> None:
    call_command("createsuperuser", username="root", email="", interactive=False, verbosity=0)
    assert list_acts()[-1] == "account-added"


@pytest.mark.django_db(transaction=True)
def test_an_account_that_cannot_be_recorded_is_not_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "record", _fail)
    for save in (lambda: User.objects.create_superuser("root"), lambda: Group.objects.create(name="Support")):
        with pytest.raises(OperationalError):
            save()
    assert not User.objects.exists()
    assert not Group.objects.filter(name="Support").exists()


def _fail(*_said: object, **_more: object) -> None:
    raise OperationalError


@pytest.mark.parametrize("way", ["from-account", "from-role"])
def test_a_role_that_is_given_or_taken_is_recorded_of_the_account(mika: User, way: str) -> None:
    role = Group.objects.get(name="Manager")
    if way == "from-account":
        mika.groups.add(role)
        mika.groups.clear()
    else:
        role.user_set.add(mika)
        role.user_set.remove(mika)
    told = [(row.act, row.object_number, json.loads(row.values)) for row in AuditRecord.objects.order_by("pk")][1:]
    roles = {"roles": ["Manager"]}
    assert told == [
        ("account-roles-changed", mika.pk, {"after": roles}),
        ("account-roles-changed", mika.pk, {"before": roles}),
    ]


def test_a_role_is_followed_from_its_beginning_to_its_end() -> None:
    role = Group.objects.create(name="Support")
    role.permissions.set([Permission.objects.get(codename="view_sharelink")])
    role.name = "Help desk"
    role.save()
    role.delete()
    assert list_acts()[:3] == ["role-added", "role-changed", "role-changed"]
    assert list_acts()[-1] == "role-deleted"


def test_sign_ins_refusals_and_sign_outs_are_recorded(mika: User, client: Client) -> None:
    client.force_login(mika)
    client.logout()
    assert authenticate(username="mika", password="wrong") is None
    assert authenticate(username="a password typed as a name", password="x") is None
    acts = AuditRecord.objects.order_by("pk").values_list("act", "actor", "object_number")[1:]
    assert list(acts) == [
        ("signed-in", mika.pk, mika.pk),
        ("signed-out", mika.pk, mika.pk),
        ("sign-in-refused", None, mika.pk),
        ("sign-in-refused", None, None),
    ]
    kept = [*AuditRecord.objects.values_list("values", "object_text"), *AuditDetail.objects.values_list("text")]
    assert "typed" not in str(kept)
