"""Service accounts, in the admin."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from links.domain.people.scopes import Scope
from links.models import ApiToken, ServiceAccount
from links.services.people import api_tokens, service_accounts
from links.services.people.api_tokens import NewToken

PAGE = "/admin/service-accounts/"


def sign_in(role: str, name: str = "mika") -> Client:
    person = User.objects.create_user(name, password="harbour at dusk", is_staff=True)
    person.groups.add(Group.objects.get(name=role))
    client = Client()
    assert client.post("/admin/login/", {"username": name, "password": "harbour at dusk"}).status_code == 302
    return client


@pytest.fixture
def client(db: None) -> Client:
    return sign_in("Manager")


@pytest.fixture
def account(client: Client) -> ServiceAccount:
    roles = [Group.objects.get(name="Link maker")]
    return service_accounts.create("robot", "Orders", roles, User.objects.get(username="mika"), datetime.now(UTC))


def read(client: Client, page: str = PAGE) -> str:
    return unescape(client.get(page).content.decode())


def test_a_manager_adds_an_account_and_a_token_for_it(client: Client) -> None:
    role = Group.objects.get(name="Link maker")
    assert "Key keeper" not in read(client, f"{PAGE}add/")
    added = client.post(f"{PAGE}add/", {"username": "robot", "purpose": "Orders", "roles": [role.pk]})
    assert added["Location"] == PAGE
    account = ServiceAccount.objects.get()
    entered = {"name": "shop", "scopes": ["links:read", "links:write"], "days": "90"}
    shown = client.post(f"{PAGE}{account.pk}/token/", entered).content.decode()
    text = re.search(r'value="(hf_[^"]+)"', shown)
    assert text is not None
    found = api_tokens.authenticate(text[1], datetime.now(UTC))
    assert found is not None
    assert found.owner == account.user
    assert "Make a token for robot" in read(client)
    assert text[1] not in read(client)


def test_its_tokens_are_revoked_one_by_one_or_with_the_account(client: Client, account: ServiceAccount) -> None:
    now = datetime.now(UTC)
    first, second = (
        api_tokens.create(NewToken(account.user, name, [Scope.DOCTOR]), None, now) for name in ("shop", "monitor")
    )
    assert client.post(f"{PAGE}{account.pk}/revoke/", {"token": first.row.pk})["Location"] == PAGE
    assert api_tokens.authenticate(first.text, now) is None
    assert api_tokens.authenticate(second.text, now) is not None
    assert client.post(f"{PAGE}{account.pk}/disable/")["Location"] == PAGE
    assert api_tokens.authenticate(second.text, now) is None
    assert "Disabled." in read(client)


def test_a_token_of_a_person_is_not_revoked_as_an_accounts(client: Client, account: ServiceAccount) -> None:
    ken = User.objects.create_superuser("ken")
    made = api_tokens.create(NewToken(ken, "own", [Scope.DOCTOR]), ken, datetime.now(UTC))
    client.post(f"{PAGE}{account.pk}/revoke/", {"token": made.row.pk})
    assert ApiToken.objects.get(pk=made.row.pk).revoked_at is None
    assert client.get(f"{PAGE}{ken.pk}/token/").status_code == 404


def test_an_account_that_may_do_more_gets_no_token_of_a_managers(client: Client) -> None:
    boss = User.objects.create_superuser("boss")
    keeper = service_accounts.create("keeper", "Keys", [Group.objects.get(name="Key keeper")], boss, datetime.now(UTC))
    assert "Make a token for keeper" not in read(client)
    assert client.get(f"{PAGE}{keeper.pk}/token/").status_code == 403


def test_an_auditor_sees_them_and_changes_nothing(client: Client, account: ServiceAccount) -> None:
    auditor = sign_in("Auditor", "ken")
    shown = read(auditor)
    assert "robot" in shown
    assert "Disable robot" not in shown
    assert auditor.post(f"{PAGE}{account.pk}/disable/").status_code == 403
