"""A real provider and one that lies, and a browser that signs in at them."""

from collections.abc import Iterator
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from links.net import openid
from links.services.people.roles import make_roles
from tests.providers.identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider, ProviderBrowser
from tests.providers.lying_provider import LyingProvider
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
        "Company login",
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
