"""Signing in by single sign-on, at a real provider and at one that lies."""

import gzip
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from html import unescape
from time import monotonic, sleep, time
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from links.admin.sign_in.session_marks import CONFIRMED_AT, FULLY_CONFIRMED_AT
from links.models import Identity, SignIn
from links.net import openid
from links.services.people.roles import make_roles
from links.services.people.single_sign_on import link_identity
from tests.identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider, ProviderBrowser
from tests.lying_provider import OTHER_KEY, LyingProvider
from tests.site_settings import SiteSettings

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

LOGIN, BEGIN, ANSWER = "/admin/login/", "/admin/single-sign-on/", "/admin/single-sign-on/answer/"


@pytest.fixture(autouse=True)
def configured(db: None, site_settings: SiteSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    make_roles()
    site_settings.OIDC_CLIENT_ID, site_settings.OIDC_CLIENT_SECRET, site_settings.OIDC_NAME = (
        CLIENT_ID,
        CLIENT_SECRET,
        "Harbour ID",
    )
    site_settings.OIDC_ROLES = {"sales": ["Link maker"], "leads": ["Manager"]}
    monkeypatch.setattr(openid, "_known", {})


@pytest.fixture(scope="module")
def _canaille() -> Iterator[IdentityProvider]:
    people = {"anna": ["sales"], "boss": ["sales", "leads"], "nobody": [], "shy": ["sales"]}
    with IdentityProvider(f"http://holdfast.test{ANSWER}", people) as provider:
        yield provider


@pytest.fixture
def canaille(_canaille: IdentityProvider, site_settings: SiteSettings) -> IdentityProvider:
    site_settings.OIDC_ISSUER = _canaille.url
    return _canaille


@pytest.fixture
def liar(site_settings: SiteSettings) -> Iterator[LyingProvider]:
    with LyingProvider(CLIENT_ID, claims={"groups": ["sales"], "email": "anna@example.com"}) as provider:
        site_settings.OIDC_ISSUER = provider.url
        yield provider


def sign_in_at(canaille: IdentityProvider, client: Client, name: str, **more: str) -> "Answer":
    address = client.get(BEGIN, {"next": "/admin/links/sharelink/"})["Location"]
    back = ProviderBrowser(canaille).sign_in(address, name, **more)
    return client.get(back.removeprefix("http://holdfast.test"))


def answer_by(liar: LyingProvider, client: Client, **more: str) -> "Answer":
    """As a browser would that has been at the provider."""
    asked = parse_qs(urlsplit(client.get(BEGIN)["Location"]).query)
    liar.nonce = asked["nonce"][0]
    return client.get(ANSWER, {"code": "a-code", "state": asked["state"][0], **more})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def read(response: "Answer") -> str:
    return unescape(response.content.decode())


def test_a_person_signs_in_at_a_real_provider_and_has_the_roles_of_their_groups(canaille: IdentityProvider) -> None:
    client = Client()
    assert "Sign in with Harbour ID" in read(client.get(LOGIN))
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
    thief = Client()
    assert thief.get(back).status_code == 400
    thief.cookies["single-sign-on"] = kept
    assert thief.get(back).status_code == 400
    assert not is_signed_in(thief)


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


LIES = {
    "wrong issuer": {"iss": "https://id.example.com"},
    "no issuer": {"iss": None},
    "another audience": {"aud": "somebody-else"},
    "no audience": {"aud": None},
    "for several, and not by us": {"aud": [CLIENT_ID, "else"], "azp": "else"},
    "for several, and by nobody": {"aud": [CLIENT_ID, "else"]},
    "by another party": {"azp": "else"},
    "another nonce": {"nonce": "x" * 43},
    "no nonce": {"nonce": None},
    "a nonce that is no text": {"nonce": 7},
    "a nonce beyond ASCII": {"nonce": "é"},
    "no subject": {"sub": None},
    "an empty subject": {"sub": ""},
    "a subject that is a number": {"sub": 7},
    "a subject with a line end": {"sub": "1\n2"},
    "an endless subject": {"sub": "1" * 256},
    "no end": {"exp": None},
    "an end that is no number": {"exp": "soon"},
    "an end beyond all times": {"exp": float("inf")},
    "not made": {"iat": None},
    "made in a day": {"iat": 4_000_000_000},
    "not yet good": {"nbf": 4_000_000_000},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_token_that_says_anything_else_signs_nobody_in(lie: dict[str, object], liar: LyingProvider) -> None:
    liar.claims |= lie
    client = Client()
    response = answer_by(liar, client)
    assert response.status_code == 502
    assert "could not be trusted" in read(response)
    assert not is_signed_in(client)
    row = SignIn.objects.get()
    assert (row.kind, row.outcome, row.user) == ("single-sign-on", "refused", None)
    assert not User.objects.exists()


def test_a_token_that_is_over_says_to_sign_in_again(liar: LyingProvider) -> None:
    liar.claims |= {"exp": 1_000_000_000, "iat": 999_999_999}
    response = answer_by(liar, Client())
    assert response.status_code == 400
    assert "Sign in again" in read(response)
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("algorithm", "key", "header"),
    [
        ("RS256", OTHER_KEY, {}),
        ("RS256", OTHER_KEY, {"jwk": LyingProvider.public_key("one", OTHER_KEY)}),
        ("RS256", OTHER_KEY, {"kid": "another"}),
        ("none", None, {}),
        ("HS256", CLIENT_SECRET, {}),
    ],
)
def test_a_token_that_others_signed_signs_nobody_in(
    algorithm: str, key: object, header: dict[str, object], liar: LyingProvider
) -> None:
    liar.algorithm, liar.key, liar.header = algorithm, key, header
    client = Client()
    assert answer_by(liar, client).status_code == 502
    assert not is_signed_in(client)


ANSWERS = {
    "is down": (503, b""),
    "limits us": (429, b"{}"),
    "redirects": (302, b"http://127.0.0.1:9/"),
    "answers a page": (200, b"<html>"),
    "answers a list": (200, b"[]"),
    "answers nothing": (200, b""),
    "answers depths": (200, b"[" * 200_000),
    "answers without end": (200, b'{"a":"' + b"a" * 3_000_000),
    "answers a bomb": (200, gzip.compress(b" " * 50_000_000 + b"{}")),
    "answers other bytes": (200, b"\xff\xfe\x00"),
    "answers a number": (200, b"9" * 10_000),
    "answers nulls": (200, b'{"id_token":null,"keys":[null,{}],"sub":null,"issuer":null}'),
    "refuses us": (401, b'{"error":"invalid_client"}'),
}


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/keys", "/userinfo"])
@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_whatever_a_provider_answers_instead_is_a_calm_page(
    answer: tuple[int, bytes], path: str, liar: LyingProvider
) -> None:
    liar.claims["groups"] = None  # so that userinfo is asked
    client = Client()
    if path.startswith("/.well"):
        liar.answers[path] = lambda: answer
        response = client.get(BEGIN)
    else:
        client.get(BEGIN)
        liar.answers[path] = lambda: answer
        response = answer_by(liar, client)
    assert response.status_code in (502, 503)
    assert "You are not signed in" in read(response)
    assert not is_signed_in(client)


def test_a_provider_that_never_ends_its_answer_is_left(
    site_settings: SiteSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openid, "TIMEOUT_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        site_settings.OIDC_ISSUER = f"http://127.0.0.1:{server.getsockname()[1]}"
        dripping = threading.Thread(target=drip, args=(server,))
        dripping.start()
        began = monotonic()
        assert Client().get(BEGIN).status_code == 503
        assert monotonic() - began < 3
        dripping.join()


def drip(server: socket.socket) -> None:
    """A byte every tenth of a second: no pause is ever too long."""
    connection, _ = server.accept()
    with connection, suppress(OSError):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
        for _ in range(300):
            connection.sendall(b" ")
            sleep(0.1)


@pytest.mark.parametrize("page", [BEGIN, ANSWER])
def test_nobody_begins_or_ends_it_by_a_form(page: str, liar: LyingProvider) -> None:
    assert Client().post(page).status_code == 405


def test_a_provider_that_is_not_there_is_not_asked_at_every_press(settings: Settings, liar: LyingProvider) -> None:
    liar.answers["/.well-known/openid-configuration"] = lambda: (500, b"")
    assert [Client().get(BEGIN).status_code for _ in range(5)] == [503] * 5
    assert len(liar.asked) == 1


@pytest.mark.parametrize(
    "discovery",
    [
        {"issuer": "https://id.example.com"},
        {"issuer": None},
        {"token_endpoint": None},
        {"token_endpoint": "ftp://127.0.0.1/"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": 7},
        {"end_session_endpoint": "javascript:alert(1)"},
        {"userinfo_endpoint": "http://[/"},
    ],
)
def test_a_discovery_document_that_leads_elsewhere_is_not_followed(
    discovery: dict[str, object], liar: LyingProvider
) -> None:
    liar.discovery |= discovery
    assert Client().get(BEGIN).status_code == 502


def test_a_metadata_service_is_never_asked(liar: LyingProvider) -> None:
    liar.discovery["token_endpoint"] = "http://169.254.169.254/token"
    client = Client()
    assert answer_by(liar, client).status_code == 502


@pytest.mark.parametrize(
    "told",
    [
        {"state": "x"},
        {"state": ""},
        {"code": ""},
        {"code": "a" * 5_000},
    ],
)
def test_an_answer_that_was_not_asked_for_asks_nobody(told: dict[str, str], liar: LyingProvider) -> None:
    response = answer_by(liar, Client(), **told)
    assert response.status_code == 400
    assert "was not started in this browser" in read(response)
    assert "/token" not in [path for path, _ in liar.asked]


@pytest.mark.parametrize(
    ("error", "status"),
    [("access_denied", 403), ("server_error", 503), ("invalid_scope", 502), ("<script>alert(1)</script>", 502)],
)
def test_what_a_provider_says_against_it_is_told_and_never_repeated(
    error: str, status: int, liar: LyingProvider
) -> None:
    response = answer_by(liar, Client(), error=error, error_description="<b>call 555</b>")
    assert response.status_code == status
    assert "555" not in read(response)
    assert "alert(1)" not in read(response)
    assert "a-code" not in read(response)


def test_an_answer_of_another_provider_is_refused(liar: LyingProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    assert answer_by(liar, Client(), iss="https://evil.example.com").status_code == 502
    liar.discovery["authorization_response_iss_parameter_supported"] = True
    monkeypatch.setattr(openid, "_known", {})
    assert answer_by(liar, Client()).status_code == 502
    assert answer_by(liar, Client(), iss=liar.url).status_code == 302


def test_a_profile_of_somebody_else_is_not_believed(liar: LyingProvider) -> None:
    liar.claims["groups"] = None
    liar.profile |= {"sub": "2", "groups": ["sales"]}
    assert answer_by(liar, Client()).status_code == 502


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


KEY_PAGE = "/admin/links/signingkey/add/"


def grow_old(client: Client) -> None:
    """As if they had signed in an hour ago."""
    session = client.session
    session[CONFIRMED_AT] = session[FULLY_CONFIRMED_AT] = 1_000_000_000
    session.save()


def confirm_by(liar: LyingProvider, client: Client, **claims: object) -> "Answer":
    asked = parse_qs(urlsplit(client.get(f"{BEGIN}?again=1&next={KEY_PAGE}")["Location"]).query)
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["30"])
    liar.nonce, liar.claims = asked["nonce"][0], {**liar.claims, **claims}
    return client.get(ANSWER, {"code": "a-code", "state": asked["state"][0]})


def test_whoever_came_by_single_sign_on_confirms_at_the_real_provider(
    canaille: IdentityProvider, site_settings: SiteSettings
) -> None:
    site_settings.OIDC_ROLES = {"sales": ["Key keeper"]}
    client, browser = Client(), ProviderBrowser(canaille)
    client.get(browser.sign_in(client.get(BEGIN)["Location"], "anna").removeprefix("http://holdfast.test"))
    assert client.get(KEY_PAGE).status_code == 200
    grow_old(client)
    page = read(client.get(KEY_PAGE, follow=True))
    assert "Confirm with Harbour ID" in page
    address = page.split(f'href="{BEGIN}')[1].split('"')[0]
    back = browser.sign_in(client.get(f"{BEGIN}{address}")["Location"], "anna").removeprefix("http://holdfast.test")
    assert client.get(back)["Location"] == KEY_PAGE
    assert client.get(KEY_PAGE).status_code == 200


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        ({"auth_time": None}, "did not ask you again"),
        ({"auth_time": 1_000_000_000}, "did not ask you again"),
        ({"auth_time": "now"}, "did not ask you again"),
        ({"auth_time": True}, "did not ask you again"),
        ({"auth_time": float("nan")}, "did not ask you again"),
        ({"auth_time": float("inf")}, "did not ask you again"),
        ({"auth_time": time(), "sub": "2"}, "named somebody else"),
    ],
)
def test_a_provider_that_did_not_ask_again_confirms_nobody(
    claims: dict[str, object], told: str, liar: LyingProvider, site_settings: SiteSettings
) -> None:
    site_settings.OIDC_ROLES = {"sales": ["Key keeper"]}
    client = Client()
    answer_by(liar, client)
    link_identity(User.objects.create_user("noor", is_staff=True), liar.url, "2", timezone.now())
    grow_old(client)
    response = confirm_by(liar, client, **claims)
    assert response.status_code == 403
    assert told in read(response)
    assert client.get(KEY_PAGE).status_code == 302
    assert client.session["_auth_user_id"] == str(User.objects.get(username="anna").pk)


def test_nobody_who_was_signed_out_meanwhile_is_signed_in_by_confirming(liar: LyingProvider) -> None:
    client = Client()
    answer_by(liar, client)
    asked = parse_qs(urlsplit(client.get(BEGIN, {"again": 1})["Location"]).query)
    client.post("/admin/logout/")
    liar.nonce = asked["nonce"][0]
    assert client.get(ANSWER, {"code": "a-code", "state": asked["state"][0]}).status_code == 403
    assert not is_signed_in(client)


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
    client = Client()
    assert answer_by(liar, client)["Location"] == page
    assert is_signed_in(client) == (not is_asked)
    assert client.get("/admin/").status_code == (302 if is_asked else 200)
