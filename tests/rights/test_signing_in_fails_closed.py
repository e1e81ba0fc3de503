"""Whatever fails on the way of a sign-in, nobody is signed in without a record of it, and nobody at all whose proof is
wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from links.domain.audit.acts import Act
from links.models import AuditRecord
from links.services.people import passkeys, second_factors
from links.services.people.passkeys import Site
from links.services.people.roles import make_roles
from tests.providers.identity_provider import CLIENT_ID, CLIENT_SECRET
from tests.providers.lying_provider import OTHER_KEY, LyingProvider
from tests.rights.failing import Way, find_wrong, separate_transactions
from tests.services.people.authenticator import set_up_app, show_code
from tests.services.people.security_key import SecurityKey
from tests.site_settings import SiteSettings

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

LOGIN, STEP = "/admin/login/", "/admin/second-step/"
BEGIN, ANSWER = "/admin/single-sign-on/", "/admin/single-sign-on/answer/"
__all__ = ["separate_transactions"]

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("separate_transactions")]

PASSWORD = "a good password of 2026"
SITE = Site("https://share.example.com", "Holdfast")


@pytest.fixture
def mika(db: None) -> User:
    return User.objects.create_superuser("mika", password=PASSWORD)


def is_signed_in(client: Client, _answer: Answer) -> bool:
    return "_auth_user_id" in client.session


def count_sign_ins() -> int:
    return AuditRecord.objects.filter(act=Act.SIGNED_IN.value).count()


def build_way(
    page: str, entered: Mapping[str, str], at_least: int, *, before: Client | None = None, is_refused: bool = False
) -> Way:
    """A form that is sent, in the browser of `before`."""
    cookies = {name: morsel.value for name, morsel in before.cookies.items()} if before else {}

    def go(client: Client) -> Answer:
        client.cookies.load(cookies)
        answer: Answer = client.post(page, entered)
        return answer

    return Way(go, count_sign_ins, is_signed_in, at_least, is_refused=is_refused)


def take_first_step() -> Client:
    client = Client()
    assert urlsplit(client.post(LOGIN, {"username": "mika", "password": PASSWORD})["Location"]).path == STEP
    return client


@pytest.mark.parametrize("password", [PASSWORD, "another password of 2026"])
def test_by_a_password(password: str, mika: User) -> None:
    entered = {"username": "mika", "password": password, "next": "/admin/"}
    assert not find_wrong(build_way(LOGIN, entered, 25, is_refused=password != PASSWORD))


@pytest.mark.parametrize("is_right", [True, False])
def test_by_a_code_of_an_app(is_right: bool, mika: User) -> None:
    now = timezone.now()
    seed = set_up_app(mika, now - timedelta(hours=1))
    entered = {"code": show_code(seed if is_right else bytes(20), now)}
    assert not find_wrong(build_way(STEP, entered, 40, before=take_first_step(), is_refused=not is_right))


@pytest.mark.parametrize("was_used", [False, True])
def test_by_a_recovery_code(was_used: bool, mika: User) -> None:
    set_up_app(mika, timezone.now() - timedelta(hours=1))
    code = second_factors.make_recovery_codes(mika, timezone.now())[0]
    if was_used:
        assert second_factors.use_code(mika, code, timezone.now())
    assert not find_wrong(build_way(STEP, {"code": code}, 40, before=take_first_step(), is_refused=was_used))


@pytest.mark.parametrize("is_theirs", [True, False])
def test_by_a_passkey(is_theirs: bool, mika: User, site_settings: SiteSettings) -> None:
    site_settings.BASE_URL, site_settings.BRAND_NAME = SITE.origin, SITE.name
    key = SecurityKey()
    options, challenge = passkeys.offer(mika, SITE)
    assert passkeys.add(mika, SITE, challenge, key.make(options), "Security key", timezone.now())
    client = take_first_step()
    asked = client.get(STEP).context["options"]
    entered = {"answer": (key if is_theirs else SecurityKey()).prove(asked)}
    assert not find_wrong(build_way(STEP, entered, 40, before=client, is_refused=not is_theirs))


@pytest.fixture
def provider(db: None, site_settings: SiteSettings) -> Iterator[LyingProvider]:
    make_roles()
    site_settings.OIDC_CLIENT_ID, site_settings.OIDC_CLIENT_SECRET, site_settings.OIDC_NAME = (
        CLIENT_ID,
        CLIENT_SECRET,
        "Company login",
    )
    site_settings.OIDC_ROLES = {"sales": ["Link maker"]}
    with LyingProvider(CLIENT_ID, claims={"groups": ["sales"]}) as provider:
        site_settings.OIDC_ISSUER = provider.url
        yield provider


@pytest.mark.parametrize("lie", ["", "signed by others", "in no group"])
def test_by_single_sign_on(lie: str, provider: LyingProvider) -> None:
    if lie == "signed by others":
        provider.key = OTHER_KEY
    if lie == "in no group":
        provider.claims["groups"] = ["visitors"]
    began = Client()
    asked = parse_qs(urlsplit(began.get(BEGIN)["Location"]).query)
    provider.nonce = asked["nonce"][0]
    cookies = {name: morsel.value for name, morsel in began.cookies.items()}

    def go(client: Client) -> Answer:
        client.cookies.load(cookies)
        answer: Answer = client.get(ANSWER, {"code": "a-code", "state": asked["state"][0]})
        return answer

    assert not find_wrong(Way(go, count_sign_ins, is_signed_in, 50, is_refused=bool(lie)))


@pytest.mark.parametrize("source", ["192.0.2.9", "192.0.2.10"])
def test_by_the_name_that_a_proxy_says(source: str, mika: User, site_settings: SiteSettings) -> None:
    site_settings.TRUSTED_PROXIES, site_settings.TRUSTED_USER_HEADER = 1, "Holdfastuser"
    site_settings.TRUSTED_USER_FROM = ["192.0.2.9"]
    headers = {"Forwarded": "for=203.0.113.7;proto=http", "Holdfastuser": "mika"}

    def go(client: Client) -> Answer:
        answer: Answer = client.get(LOGIN, headers=headers, REMOTE_ADDR=source)
        return answer

    assert not find_wrong(Way(go, count_sign_ins, is_signed_in, 30, is_refused=source != "192.0.2.9"))
