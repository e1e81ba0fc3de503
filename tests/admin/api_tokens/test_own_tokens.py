"""One's own API tokens, in the admin."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.contrib.auth.models import Group, User
from django.test import Client

from links.domain.people.scopes import Scope
from links.models import ApiToken
from links.services.people import api_tokens
from links.services.people.api_tokens import NewToken

PAGE = "/admin/account/tokens/"
NEW, REVOKE = f"{PAGE}new/", f"{PAGE}revoke/"
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
ENTERED = {"name": "order system", "scopes": ["links:read"], "days": "30"}


def make_person(name: str) -> User:
    person = User.objects.create_user(name, password="harbour at dusk", is_staff=True)
    person.groups.add(Group.objects.get(name="Link maker"))
    return person


@pytest.fixture
def mika(db: None) -> User:
    return make_person("mika")


@pytest.fixture
def client(mika: User) -> Client:
    client = Client()
    assert client.post("/admin/login/", {"username": "mika", "password": "harbour at dusk"}).status_code == 302
    return client


def read(client: Client, page: str = PAGE) -> str:
    return unescape(client.get(page).content.decode())


def test_a_token_is_shown_once_and_works(client: Client, mika: User) -> None:
    answer = client.post(NEW, ENTERED)
    shown = re.search(r'value="(hf_[^"]+)"', answer.content.decode())
    assert shown is not None
    found = api_tokens.authenticate(shown[1], datetime.now(UTC) + timedelta(days=29))
    assert found is not None
    assert (found.owner, found.made_by, found.scopes) == (mika, mika, ["links:read"])
    assert "no-store" in answer["Cache-Control"]
    listed = read(client)
    assert "order system" in listed
    assert f"hf_{found.public_id}_…" in listed
    assert shown[1] not in listed


def test_only_what_the_owner_may_do_is_offered_and_taken(client: Client) -> None:
    shown = read(client, NEW)
    assert 'value="links:write"' in shown
    assert 'value="keys:read"' not in shown
    answer = client.post(NEW, {**ENTERED, "scopes": ["links:read", "keys:read"]})
    assert 'role="alert"' in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_whoever_may_do_nothing_is_told_so(db: None) -> None:
    client = Client()
    client.force_login(User.objects.create_user("new", is_staff=True))
    assert "nothing that a token could be used for" in read(client, NEW)


def test_revoking_ends_a_token_of_ones_own_and_no_others(client: Client, mika: User) -> None:
    now = datetime.now(UTC)
    made = api_tokens.create(NewToken(mika, "orders", [Scope.DOCTOR]), mika, now)
    ken = make_person("ken")
    others = api_tokens.create(NewToken(ken, "theirs", [Scope.DOCTOR]), ken, now)
    assert "theirs" not in read(client)
    for token in (made, others):
        assert client.post(REVOKE, {"token": token.row.pk})["Location"] == PAGE
    assert api_tokens.authenticate(made.text, now) is None
    assert api_tokens.authenticate(others.text, now) == others.row
    assert "Revoked on" in read(client)
    assert client.get(REVOKE)["Location"] == PAGE


def test_somebody_who_signed_in_long_ago_is_asked_who_they_are_before_a_token_is_made(mika: User) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        client = Client()
        client.post("/admin/login/", {"username": "mika", "password": "harbour at dusk"})
        assert client.get(NEW).status_code == 200
        clock.shift(16 * 60)
        assert client.get(NEW)["Location"].startswith("/admin/confirm/")
        clock.shift(31 * 60)
        assert client.post(NEW, ENTERED)["Location"].startswith("/admin/confirm/")
    assert not ApiToken.objects.exists()


def test_a_superuser_sees_somebodys_tokens_on_their_page_and_revokes_all_of_them(mika: User) -> None:
    now = datetime.now(UTC)
    made = api_tokens.create(NewToken(mika, "orders", [Scope.DOCTOR]), mika, now)
    User.objects.create_superuser("boss", password="harbour at dusk")
    boss = Client()
    boss.post("/admin/login/", {"username": "boss", "password": "harbour at dusk"})
    page = f"/admin/auth/user/{mika.pk}/change/"
    assert f"orders (hf_{made.row.public_id}): doctor" in read(boss, page)
    boss.post("/admin/auth/user/", {"action": "revoke_tokens", "_selected_action": str(mika.pk)})
    assert api_tokens.authenticate(made.text, now) is None
    assert f"hf_{made.row.public_id}" not in read(boss, page)
