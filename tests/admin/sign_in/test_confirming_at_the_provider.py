"""Whoever came by single sign-on says once more who they are, at their provider."""

from time import time
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from links.admin.sign_in.session_marks import CONFIRMED_AT, FULLY_CONFIRMED_AT
from links.services.people.single_sign_on import link_identity
from tests.admin.sign_in.single_sign_on import (
    ANSWER,
    BEGIN,
    _canaille,
    answer_by,
    canaille,
    configured,
    is_signed_in,
    liar,
    read,
)
from tests.providers.identity_provider import IdentityProvider, ProviderBrowser
from tests.providers.lying_provider import LyingProvider
from tests.site_settings import SiteSettings

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

__all__ = ["_canaille", "canaille", "configured", "liar"]


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
    assert "Confirm with Company login" in page
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
