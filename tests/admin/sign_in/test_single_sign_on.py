"""Signing in by single sign-on."""

import logging
from html import unescape
from time import time
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client

from links.models import Identity, SignIn
from tests.admin.sign_in.single_sign_on import (
    ANSWER,
    BEGIN,
    LOGIN,
    _canaille,
    answer_by,
    canaille,
    configured,
    is_signed_in,
    liar,
    read,
    sign_in_at,
)
from tests.providers.identity_provider import CLIENT_SECRET, IdentityProvider, ProviderBrowser
from tests.providers.lying_provider import LyingProvider
from tests.site_settings import SiteSettings

__all__ = ["_canaille", "canaille", "configured", "liar"]


def test_a_person_signs_in_at_a_real_provider_and_has_the_roles_of_their_groups(canaille: IdentityProvider) -> None:
    client = Client()
    assert "Sign in with Company login" in read(client.get(LOGIN))
    response = sign_in_at(canaille, client, "boss")
    assert (response.status_code, response["Location"]) == (302, "/admin/links/sharelink/")
    boss = User.objects.get(username="boss")
    assert {group.name for group in boss.groups.all()} == {"Link maker", "Manager"}
    assert (boss.is_staff, boss.is_superuser, boss.has_usable_password()) == (True, False, False)
    assert boss.email == ""  # canaille verifies no address
    assert client.get("/admin/").status_code == 200
    row = SignIn.objects.get()
    assert (row.kind, row.outcome, row.user) == ("single-sign-on", "accepted", boss)


def test_groups_that_change_change_the_roles_at_the_next_sign_in(canaille: IdentityProvider) -> None:
    sign_in_at(canaille, Client(), "boss")
    canaille.change_groups("boss", ["sales"])
    sign_in_at(canaille, Client(), "boss")
    assert [group.name for group in User.objects.get(username="boss").groups.all()] == ["Link maker"]
    assert Identity.objects.count() == 1
    canaille.change_groups("boss", ["sales", "leads"])


def test_who_has_no_mapped_group_is_told_so_and_gets_no_account(
    canaille: IdentityProvider, site_settings: SiteSettings
) -> None:
    site_settings.OIDC_ROLES = {"leads": ["Manager"]}
    client = Client()
    response = sign_in_at(canaille, client, "anna")
    assert response.status_code == 403
    assert "none of your groups there has a role here" in read(response)
    assert not User.objects.exists()
    assert not is_signed_in(client)
    assert SignIn.objects.get().outcome == "refused"


def test_who_is_in_no_group_at_all_is_told_so(canaille: IdentityProvider) -> None:
    response = sign_in_at(canaille, Client(), "nobody")
    assert response.status_code == 403
    assert "did not say which groups you are in" in read(response)
    assert not User.objects.exists()


def test_who_declines_at_the_provider_is_told_what_to_do(canaille: IdentityProvider) -> None:
    response = sign_in_at(canaille, Client(), "shy", consent="deny")
    assert response.status_code == 403
    assert "was cancelled" in read(response)


def test_a_code_is_worth_nothing_a_second_time(canaille: IdentityProvider) -> None:
    client = Client()
    address = client.get(BEGIN)["Location"]
    kept = client.cookies["single-sign-on"].value
    back = ProviderBrowser(canaille).sign_in(address, "anna").removeprefix("http://holdfast.test")
    assert client.get(back).status_code == 302
    stranger = Client()
    assert stranger.get(back).status_code == 400
    stranger.cookies["single-sign-on"] = kept
    assert stranger.get(back).status_code == 400
    assert not is_signed_in(stranger)


def test_signing_out_leads_to_the_providers_own_sign_out(canaille: IdentityProvider) -> None:
    client = Client()
    address = client.get(BEGIN)["Location"]
    browser = ProviderBrowser(canaille)
    client.get(browser.sign_in(address, "anna").removeprefix("http://holdfast.test"))
    page = client.post("/admin/logout/")
    assert not is_signed_in(client)
    end = unescape(read(page).split('http-equiv="refresh" content="0; url=')[1].split('"')[0])
    assert end.startswith(f"{canaille.url}/oauth/end_session?")
    assert browser.open(end).status_code == 200  # it asks whether to


def test_who_came_by_password_is_led_nowhere_when_signing_out(canaille: IdentityProvider) -> None:
    client = Client()
    client.force_login(User.objects.create_user("mika", is_staff=True))
    assert "refresh" not in read(client.post("/admin/logout/"))


def test_everything_that_a_request_should_carry_is_there(liar: LyingProvider) -> None:
    client = Client()
    address = client.get(BEGIN)["Location"]
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert asked["redirect_uri"] == f"http://holdfast.test{ANSWER}"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) == len(asked["nonce"]) == 43
    cookie = client.cookies["single-sign-on"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert asked["nonce"] not in cookie.value
    assert asked["state"] not in cookie.value
    liar.nonce = asked["nonce"]
    client.get(ANSWER, {"code": "a-code", "state": asked["state"]})
    [sent] = [sent for path, sent in liar.asked if path == "/token"]
    assert sent["code"] == "a-code"
    assert len(sent["code_verifier"]) == 43
    assert sent["Authorization"].startswith("Basic ")
    assert is_signed_in(client)


@pytest.mark.parametrize("page", [BEGIN, ANSWER])
def test_nobody_begins_or_ends_it_by_a_form(page: str, liar: LyingProvider) -> None:
    assert Client().post(page).status_code == 405


@pytest.mark.parametrize(
    "page", ["https://evil.example.com/", "//evil.example.com", "/\\evil.example.com", "javascript:x"]
)
def test_nobody_is_led_elsewhere_afterwards(page: str, liar: LyingProvider) -> None:
    client = Client()
    asked = parse_qs(urlsplit(client.get(BEGIN, {"next": page})["Location"]).query)
    liar.nonce = asked["nonce"][0]
    assert client.get(ANSWER, {"code": "a", "state": asked["state"][0]})["Location"] == "/admin/"


def test_a_session_is_a_new_one_after_signing_in(liar: LyingProvider) -> None:
    client = Client()
    client.force_login(User.objects.create_user("mika", is_staff=True))
    before = client.session.session_key
    assert answer_by(liar, client).status_code == 302
    assert client.session.session_key != before
    assert client.session["_auth_user_id"] == str(User.objects.get(username="anna").pk)


def test_no_token_code_or_secret_reaches_the_log(liar: LyingProvider, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    assert answer_by(liar, Client()).status_code == 302
    liar.claims["aud"] = "somebody-else"
    assert answer_by(liar, Client()).status_code == 502
    assert "single sign-on failed" in caplog.text
    for secret in ("a-code", "an-access-token", "eyJ", CLIENT_SECRET, liar.nonce):
        assert secret not in caplog.text


@pytest.mark.parametrize(("language", "told"), [("en", "You are not signed in"), ("ja", "ログインできませんでした")])
def test_the_page_speaks_the_readers_language(language: str, told: str, liar: LyingProvider) -> None:
    liar.answers["/.well-known/openid-configuration"] = lambda: (500, b"")
    assert told in read(Client().get(BEGIN, headers={"Accept-Language": language}))


def test_without_a_provider_nothing_of_it_is_there(site_settings: SiteSettings) -> None:
    site_settings.OIDC_ISSUER = ""
    assert Client().get(BEGIN).status_code == 404
    assert Client().get(ANSWER).status_code == 404
    assert "Sign in with" not in read(Client().get(LOGIN))


def test_only_superusers_sign_in_by_password_where_the_setting_says_so(site_settings: SiteSettings) -> None:
    site_settings.PASSWORD_SIGN_IN = "superusers"
    User.objects.create_user("mika", password="harbour at dusk", is_staff=True)
    User.objects.create_superuser("root", password="harbour at dusk")
    for name, status in (("mika", 200), ("root", 302)):
        assert Client().post(LOGIN, {"username": name, "password": "harbour at dusk"}).status_code == status
    told, wrong = (
        read(Client().post(LOGIN, {"username": "mika", "password": entered})).split("errornote")[1].split("</p>")[0]
        for entered in ("harbour at dusk", "wrong")
    )
    assert told == wrong  # it is no way to try passwords


def test_who_loses_a_role_at_a_sign_in_is_signed_out_everywhere_else(liar: LyingProvider) -> None:
    liar.claims["groups"] = ["sales", "leads"]
    elsewhere, here = Client(), Client()
    answer_by(liar, elsewhere)
    liar.claims["groups"] = ["sales"]
    answer_by(liar, here)
    assert elsewhere.get("/admin/").status_code == 302
    assert here.get("/admin/").status_code == 200
    liar.claims["groups"] = ["others"]
    assert answer_by(liar, Client()).status_code == 403
    assert here.get("/admin/").status_code == 302


@pytest.mark.parametrize(("is_asked", "page"), [(False, "/admin/"), (True, "/admin/account/?next=%2Fadmin%2F")])
def test_the_second_factor_of_this_site_is_asked_for_where_the_setting_says_so(
    is_asked: bool, page: str, liar: LyingProvider, site_settings: SiteSettings
) -> None:
    site_settings.SECOND_FACTOR_ROLES, site_settings.OIDC_SECOND_FACTOR = ["everyone"], is_asked
    liar.claims["auth_time"] = time()  # it asked them just now
    client = Client()
    assert answer_by(liar, client)["Location"] == page
    assert is_signed_in(client) == (not is_asked)
    assert client.get("/admin/").status_code == (302 if is_asked else 200)
