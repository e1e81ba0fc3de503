"""Half-configured sign-in is said before somebody stands before a closed door, or an open one."""

import pytest
from django.contrib.auth.models import User
from django.core.checks import CheckMessage

from links.checks.sign_in import check_proxy_user, check_roles, check_single_sign_on, check_way_in
from links.services.people.roles import make_roles
from tests.site_settings import SiteSettings


def ids(messages: list[CheckMessage]) -> list[str]:
    return [str(message.id).removeprefix("holdfast.") for message in messages]


@pytest.fixture
def whole(site_settings: SiteSettings) -> SiteSettings:
    site_settings.OIDC_ISSUER, site_settings.OIDC_CLIENT_ID = "https://id.example.com", "holdfast"
    site_settings.OIDC_CLIENT_SECRET, site_settings.OIDC_ROLES = "a secret", {"sales": ["Link maker"]}
    return site_settings


def test_single_sign_on_is_off_or_whole(whole: SiteSettings) -> None:
    assert ids(check_single_sign_on()) == []
    for name in ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_ROLES"):
        setattr(whole, name, type(getattr(whole, name))())
    assert ids(check_single_sign_on()) == []


@pytest.mark.parametrize("name", ["OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_ROLES"])
def test_whatever_single_sign_on_lacks_is_named(name: str, whole: SiteSettings) -> None:
    setattr(whole, name, type(getattr(whole, name))())
    [error] = check_single_sign_on()
    assert (error.id, error.is_serious()) == ("holdfast.E071", True)
    assert name in str(error.msg)


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("BASE_URL", "", ["E072"]),
        ("OIDC_SCOPES", "profile email", ["E073"]),
        ("OIDC_ISSUER", "http://id.example.com", ["E074"]),
        ("OIDC_ISSUER", "http://8.8.8.8", ["E074"]),
        ("OIDC_ISSUER", "http://127.0.0.1:5000", []),
        ("OIDC_ISSUER", "http://localhost:5000", []),
        ("OIDC_ISSUER", "http://10.1.2.3", []),
        ("OIDC_ROLES", {"roots": ["superuser"]}, ["I051"]),
    ],
)
def test_what_is_unsafe_or_cannot_work_is_said(name: str, value: object, found: list[str], whole: SiteSettings) -> None:
    setattr(whole, name, value)
    assert ids(check_single_sign_on()) == found


def test_no_way_in_but_the_superusers_is_said(site_settings: SiteSettings) -> None:
    site_settings.PASSWORD_SIGN_IN = "superusers"
    assert ids(check_single_sign_on()) == ["W054"]
    site_settings.TRUSTED_USER_HEADER = "Holdfastuser"
    assert ids(check_single_sign_on()) == []


@pytest.mark.parametrize(
    ("header", "sources", "proxies", "found"),
    [
        ("", [], 0, []),
        ("Holdfastuser", ["127.0.0.1", "10.0.3.0/24", "2001:db8::/64"], 1, []),
        ("Holdfastuser", ["127.0.0.1"], 0, ["E076"]),
        ("Holdfastuser", [], 1, ["E077"]),
        ("Holdfastuser", ["0.0.0.0/0"], 1, ["E077"]),
        ("Holdfastuser", ["::/0"], 1, ["E077"]),
        ("Holdfastuser", ["10.0.3.1/24"], 1, ["E077"]),
        ("Holdfastuser", ["proxy.internal"], 1, ["E077"]),
        ("X-Remote-User", ["127.0.0.1"], 1, ["E075"]),
        ("X_Remote_User", ["127.0.0.1"], 1, ["E075"]),
        ("Remote User", ["127.0.0.1"], 1, ["E075"]),
        ("Authorization", ["127.0.0.1"], 1, ["E075"]),
        ("forwarded", ["127.0.0.1"], 1, ["E075"]),
    ],
)
def test_a_header_that_others_could_write_is_an_error(
    header: str, sources: list[str], proxies: int, found: list[str]
) -> None:
    assert ids(check_proxy_user(header, sources, proxies)) == found


@pytest.mark.django_db
def test_roles_that_do_not_exist_are_named() -> None:
    make_roles()
    mapping = {"sales": ["Link maker", "Link makers"], "roots": ["superuser"]}
    [warning] = check_roles(mapping)
    assert "Link makers." in str(warning.msg)
    assert check_roles({"sales": ["Link maker"]}) == []


@pytest.mark.django_db
def test_a_superuser_with_a_password_is_left_for_the_day_on_which_the_provider_is_down() -> None:
    User.objects.create_superuser("sso")
    assert ids(check_way_in("superusers")) == ["W053"]
    assert check_way_in("everybody") == []
    User.objects.create_superuser("root", password="harbour at dusk")
    assert check_way_in("superusers") == []
