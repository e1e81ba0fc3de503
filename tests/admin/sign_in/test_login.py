"""The sign-in page, and every other place where staff type a password."""

import re
from datetime import datetime
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from links.models import SignIn
from tests.site_settings import SiteSettings

LOGIN, CHANGE = "/admin/login/", "/admin/password_change/"
PASSWORD = "harbour at dusk"
TOLD = "There were too many attempts, so this one was not checked."


@pytest.fixture
def mika(db: None) -> User:
    return User.objects.create_user("mika", password=PASSWORD, is_staff=True)


def sign_in(
    client: Client, password: str, username: str = "mika", address: str = "203.0.113.7", forwarded: str = ""
) -> int:
    headers = {"Forwarded": forwarded} if forwarded else {}
    entered = {"username": username, "password": password}
    answer = client.post(LOGIN, entered, REMOTE_ADDR=address, headers=headers)
    return answer.status_code


def test_after_some_wrong_passwords_none_is_looked_at(mika: User, hashed_passwords: list[str]) -> None:
    assert [sign_in(Client(), "wrong") for _ in range(7)] == [200] * 5 + [429] * 2
    assert sign_in(Client(), PASSWORD) == 429
    assert len(hashed_passwords) == 5
    assert sign_in(Client(), PASSWORD, address="198.51.100.9") == 302


def test_an_account_that_does_not_exist_is_limited_alike(mika: User, hashed_passwords: list[str]) -> None:
    assert [sign_in(Client(), "wrong", username="nobody") for _ in range(7)] == [200] * 5 + [429] * 2
    assert len(hashed_passwords) == 5


@pytest.mark.parametrize(("language", "told"), [("en", TOLD), ("ja", "試行回数が多すぎる")])
def test_the_page_says_so_and_when_to_come_again(language: str, told: str, mika: User) -> None:
    for _ in range(5):
        sign_in(Client(), "wrong")
    answer = Client().post(
        LOGIN,
        {"username": "mika", "password": "wrong"},
        REMOTE_ADDR="203.0.113.7",
        headers={"Accept-Language": language},
    )
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 60
    assert told in unescape(answer.content.decode())
    assert "no-store" in answer["Cache-Control"]


def test_a_browser_is_known_again_and_its_number_lets_nobody_in(mika: User) -> None:
    client = Client()
    assert sign_in(client, PASSWORD) == 302
    cookie = client.cookies["browser"]
    assert cookie["httponly"]
    assert len(cookie.value) == 43
    for number in range(12):
        sign_in(Client(), "wrong", address=f"10.0.{number}.1")
        sign_in(Client(), "wrong")
    fresh = Client()
    fresh.cookies["browser"] = cookie.value
    assert fresh.get("/admin/").status_code == 302
    assert sign_in(fresh, PASSWORD, address="10.9.9.9") == 302
    assert sign_in(Client(), PASSWORD, address="10.9.9.9") == 302  # this network is the owner's now, too
    assert sign_in(Client(), PASSWORD, address="10.8.8.8") == 429


def test_under_https_no_other_site_of_the_domain_can_set_it(mika: User, settings: Settings) -> None:
    settings.SESSION_COOKIE_SECURE = True
    client = Client()
    assert sign_in(client, PASSWORD) == 302
    cookie = client.cookies["__Host-browser"]
    assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")


def test_the_address_is_the_one_behind_trusted_proxies(mika: User, site_settings: SiteSettings) -> None:
    site_settings.TRUSTED_PROXIES = 1
    for number in range(8):
        sign_in(Client(), "wrong", address="127.0.0.1", forwarded=f"for=10.0.0.{number}, for=203.0.113.7")
    assert sign_in(Client(), PASSWORD, address="127.0.0.1", forwarded="for=203.0.113.7") == 429
    assert sign_in(Client(), PASSWORD, address="127.0.0.1", forwarded="for=198.51.100.9") == 302


def test_the_old_password_is_limited_where_it_is_changed(mika: User, hashed_passwords: list[str]) -> None:
    client = Client()
    client.force_login(mika)
    entered = {"old_password": "wrong", "new_password1": "a new harbour", "new_password2": "a new harbour"}
    answers = [client.post(CHANGE, entered) for _ in range(7)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    assert TOLD in unescape(answers[-1].content.decode())
    assert int(answers[-1]["Retry-After"]) > 0
    assert hashed_passwords == ["wrong"] * 5
    assert client.post(CHANGE, entered | {"old_password": PASSWORD}).status_code == 429
    other = Client()
    other.force_login(mika)
    right = entered | {"old_password": PASSWORD}
    assert other.post(CHANGE, right, REMOTE_ADDR="198.51.100.9").status_code == 302
    assert SignIn.objects.filter(kind="password-change", outcome="accepted").count() == 1


def test_no_overlong_password_is_hashed(mika: User, hashed_passwords: list[str]) -> None:
    assert sign_in(Client(), "x" * 100_000) == 200
    client = Client()
    client.force_login(mika)
    long = "x" * 100_000
    client.post(CHANGE, {"old_password": long, "new_password1": long, "new_password2": long})
    assert hashed_passwords == []


def test_a_long_password_of_any_characters_is_taken_as_it_is(mika: User) -> None:
    password = " Nachts am Hafen, 港の夜 " * 5
    assert len(password) > 64
    client = Client()
    client.force_login(mika)
    entered = {"old_password": PASSWORD, "new_password1": password, "new_password2": password}
    assert client.post(CHANGE, entered).status_code == 302
    assert sign_in(Client(), password.strip()) == 200
    assert sign_in(Client(), password.lower()) == 200
    assert sign_in(Client(), password) == 302


def test_password_managers_are_told_which_password_each_field_takes(mika: User) -> None:
    client = Client()
    assert read_password_fields(client.get(LOGIN).content.decode()) == ["current-password"]
    client.force_login(mika)
    told = read_password_fields(client.get(CHANGE).content.decode())
    assert told == ["current-password", "new-password", "new-password"]


def read_password_fields(page: str) -> list[str]:
    """What each masked field says to password managers."""
    masked = re.findall(r'<input type="password"[^>]*>', page)
    return [told[1] if (told := re.search(r'autocomplete="([^"]*)"', field)) else "" for field in masked]


def test_what_stands_in_the_address_is_not_read_as_the_form(mika: User) -> None:
    there = f"{LOGIN}?username=mika&password={PASSWORD.replace(' ', '+')}"
    assert Client().post(there, {"next": "/admin/"}).status_code == 200
    assert Client().post(LOGIN, {"username": ["nobody", "mika"], "password": ["wrong", PASSWORD]}).status_code == 302


def test_who_may_reads_the_record(mika: User, admin_client: Client, now: datetime) -> None:
    sign_in(Client(), "wrong")
    page = unescape(admin_client.get("/admin/links/signin/").content.decode())
    assert "mika" in page
    assert "203.0.113.0/24" in page
    assert "Wrong" in page
    assert admin_client.get("/admin/links/signin/add/").status_code == 403
