"""Service accounts: no more than whoever makes them, and no way into the admin."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from links.domain.errors import Refused
from links.domain.people.scopes import Scope
from links.models import AuditRecord, ServiceAccount
from links.services.people import api_tokens, proxy_users, service_accounts
from links.services.people.api_tokens import NewToken
from links.services.people.sign_in import SignInSource

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def make_person(role: str, name: str = "mika") -> User:
    person = User.objects.create_user(name, password="harbour at dusk", is_staff=True)
    person.groups.add(Group.objects.get(name=role))
    return User.objects.get(pk=person.pk)


@pytest.fixture
def manager(db: None) -> User:
    return make_person("Manager")


def make(by: User, *roles: str, name: str = "robot") -> ServiceAccount:
    return service_accounts.create(name, "Orders", list(Group.objects.filter(name__in=roles)), by, NOW)


def test_a_service_account_uses_the_api_as_far_as_its_roles_allow(manager: User) -> None:
    account = make(manager, "Link maker")
    made = api_tokens.create(NewToken(account.user, "orders", [Scope.LINKS_WRITE]), manager, NOW)
    found = api_tokens.authenticate(made.text, NOW)
    assert found is not None
    assert (found.owner, found.made_by) == (account.user, manager)
    assert api_tokens.may_use(found, Scope.LINKS_WRITE)
    acts = AuditRecord.objects.filter(object_number=account.user.pk, kind="account").values_list("act", flat=True)
    assert set(acts) == {"account-added", "account-roles-changed", "service-account-made"}


def test_it_signs_in_by_no_way(manager: User) -> None:
    account = make(manager, "Link maker")
    assert not account.user.has_usable_password()
    with pytest.raises(Refused, match="proxy-user-unfit"):
        proxy_users.admit("robot", SignInSource("192.0.2.1"), NOW)
    account.user.set_password("harbour at dusk")
    account.user.save()
    client = Client()
    assert client.post("/admin/login/", {"username": "robot", "password": "harbour at dusk"}).status_code == 200
    client.force_login(account.user)
    assert client.get("/admin/").status_code == 302


def test_nobody_gives_a_role_that_allows_more_than_they_may(manager: User) -> None:
    assert [role.name for role in service_accounts.list_open_roles(manager)] == ["Link maker", "Manager"]
    with pytest.raises(Refused, match="service-account-role-not-open"):
        make(manager, "Link maker", "Key keeper")
    assert not ServiceAccount.objects.exists()
    assert not User.objects.filter(username="robot").exists()


def test_what_a_role_may_share_is_given_only_by_whoever_has_the_role_or_shares_everything(db: None) -> None:
    keeper = make_person("Key keeper")
    Group.objects.create(name="Sharers")
    assert [role.name for role in service_accounts.list_open_roles(keeper)] == ["Key keeper"]


def test_a_token_is_made_by_nobody_who_may_do_less_than_the_account(manager: User) -> None:
    account = make(User.objects.create_superuser("boss"), "Key keeper")
    assert not service_accounts.may_give_token(manager, account)
    assert service_accounts.may_give_token(manager, make(manager, "Link maker", name="other"))


def test_a_disabled_account_has_no_tokens(manager: User) -> None:
    account = make(manager, "Link maker")
    made = api_tokens.create(NewToken(account.user, "orders", [Scope.LINKS_READ]), manager, NOW)
    service_accounts.disable(account)
    assert api_tokens.authenticate(made.text, NOW) is None
    User.objects.filter(pk=account.user.pk).update(is_active=True)
    assert api_tokens.authenticate(made.text, NOW) is None


@pytest.mark.parametrize(
    ("name", "code"), [("MIKA", "service-account-name-taken"), ("x" * 151, "service-account-name-taken"),
                       ("a b", "service-account-name-malformed"), (" ", "service-account-name-malformed")]
)  # fmt: skip
def test_a_name_that_cannot_be_is_refused(manager: User, name: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        make(manager, "Link maker", name=name)
