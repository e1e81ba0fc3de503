"""Signing in by the name that a trusted proxy says."""

from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client

from links.models import SignIn
from tests.site_settings import SiteSettings

LOGIN = "/admin/login/"
PROXY = {"Forwarded": "for=203.0.113.7;proto=http"}


@pytest.fixture(autouse=True)
def configured(db: None, site_settings: SiteSettings) -> None:
    site_settings.TRUSTED_PROXIES, site_settings.TRUSTED_USER_HEADER = 1, "Holdfastuser"
    site_settings.TRUSTED_USER_FROM = ["192.0.2.9", "10.0.3.0/24", "2001:db8::/64"]
    User.objects.create_user("mika", is_staff=True)


def come(client: Client, named: str | None, source: str = "192.0.2.9", page: str = LOGIN, **more: str) -> int:
    headers = {**PROXY, **({"Holdfastuser": named} if named is not None else {}), **more}
    return client.get(page, headers=headers, REMOTE_ADDR=source).status_code


def find_user(client: Client) -> str:
    found = client.session.get("_auth_user_id")
    return User.objects.get(pk=found).username if found else ""


@pytest.mark.parametrize("source", ["192.0.2.9", "10.0.3.200", "2001:db8::5", "::ffff:192.0.2.9"])
def test_whom_a_trusted_proxy_names_is_signed_in(source: str) -> None:
    client = Client()
    assert come(client, "mika", source) == 302
    assert find_user(client) == "mika"
    row = SignIn.objects.get()
    assert (row.kind, row.outcome, row.address) == ("proxy", "accepted", "203.0.113.0/24")
    assert come(client, "mika", source, "/admin/") == 200


@pytest.mark.parametrize("source", ["192.0.2.10", "10.0.4.1", "203.0.113.7", "127.0.0.1", "::1", "", "unix:"])
def test_what_anybody_else_sends_is_ignored(source: str) -> None:
    client = Client()
    assert come(client, "mika", source) == 200
    assert find_user(client) == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [("TRUSTED_USER_HEADER", ""), ("TRUSTED_USER_FROM", []), ("TRUSTED_PROXIES", 0), ("TRUSTED_PROXIES", 2)],
)
def test_a_half_set_up_proxy_is_not_believed(name: str, value: object, site_settings: SiteSettings) -> None:
    setattr(site_settings, name, value)
    client = Client()
    assert come(client, "mika") == 200
    assert find_user(client) == ""


def test_a_proxy_that_does_not_say_whom_it_heard_is_not_believed() -> None:
    client = Client()
    assert come(client, "mika", Forwarded="") == 200
    assert find_user(client) == ""


@pytest.mark.parametrize("name", ["X-Remote-User", "Remote-User", "X_Holdfastuser", "holdfast-user", "Holdfast_User"])
def test_other_headers_name_nobody(name: str) -> None:
    client = Client()
    assert come(client, None, **{name: "mika"}) == 200
    assert find_user(client) == ""


def test_what_the_server_process_inherited_names_nobody() -> None:
    client = Client()
    assert client.get(LOGIN, headers=PROXY, REMOTE_ADDR="192.0.2.9", REMOTE_USER="mika").status_code == 200
    assert find_user(client) == ""


@pytest.mark.parametrize("named", ["", "nobody", "MIKA", "mika,root", "mi ka", "mika\x00", "<b>", "m" * 151, "\xff"])
def test_a_name_that_is_no_accounts_signs_nobody_in(named: str) -> None:
    client = Client()
    assert come(client, named) in (200, 403)
    assert find_user(client) == ""


def test_a_name_beyond_ascii_comes_as_the_bytes_that_it_is() -> None:
    User.objects.create_user("renée", is_staff=True)
    client = Client()
    assert come(client, "renée".encode().decode("latin-1")) == 302
    assert find_user(client) == "renée"


@pytest.mark.parametrize("field", ["is_active", "is_staff"])
@pytest.mark.parametrize(("language", "told"), [("en", "named you “mika”"), ("ja", "「mika」")])
def test_who_was_disabled_is_told_so(language: str, told: str, field: str) -> None:
    User.objects.filter(username="mika").update(**{field: False})
    headers = {**PROXY, "Holdfastuser": "mika", "Accept-Language": language}
    response = Client().get(LOGIN, headers=headers, REMOTE_ADDR="192.0.2.9")
    assert response.status_code == 403
    assert told in unescape(response.content.decode())
    assert SignIn.objects.get().outcome == "refused"


@pytest.mark.parametrize("named", [None, "", "noor"])
def test_a_session_ends_when_the_proxy_names_them_no_more(named: str | None) -> None:
    User.objects.create_user("noor", is_staff=True)
    client = Client()
    come(client, "mika")
    assert come(client, named, page="/admin/") == 302
    assert find_user(client) == ""


def test_a_session_by_the_proxys_word_is_worth_nothing_past_the_proxy() -> None:
    client = Client()
    come(client, "mika")
    assert come(client, "mika", "203.0.113.7", "/admin/") == 302
    assert find_user(client) == ""


def test_a_session_by_password_needs_no_name() -> None:
    client = Client()
    client.force_login(User.objects.get(username="mika"))
    assert come(client, None, page="/admin/") == 200
    assert come(client, "noor", page="/admin/") == 200
    assert find_user(client) == "mika"


def test_nobody_is_led_elsewhere_afterwards() -> None:
    headers = {**PROXY, "Holdfastuser": "mika"}
    for page in ("//evil.example.com", "https://evil.example.com/", "/admin/links/sharelink/"):
        response = Client().get(LOGIN, {"next": page}, headers=headers, REMOTE_ADDR="192.0.2.9")
        assert response["Location"] == (page if page.startswith("/admin") else "/admin/")


def test_no_view_sees_the_header_itself(site_settings: SiteSettings) -> None:
    for site_settings.TRUSTED_USER_FROM in ([], ["192.0.2.9"]):
        client = Client()
        response = client.get(LOGIN, headers={**PROXY, "Holdfastuser": "zoe"}, REMOTE_ADDR="192.0.2.9")
        assert "HTTP_HOLDFASTUSER" not in response.wsgi_request.META
