"""What being let in again proves, and what anybody can make of a sign-in that is begun."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from time import time
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from links.domain.visits.sign_in_limits import SignInKind
from links.models import AuditRecord, AuthenticatorApp, SignIn
from links.net import openid
from links.services.people.roles import make_roles
from links.services.people.sign_in import SignInSource, TriedTooOften, accept_try, begin_try
from links.services.people.single_sign_on import link_identity
from tests.providers.identity_provider import CLIENT_ID, CLIENT_SECRET
from tests.providers.lying_provider import LyingProvider
from tests.services.people.authenticator import show_code
from tests.site_settings import SiteSettings

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

LOGIN, BEGIN, ANSWER = "/admin/login/", "/admin/single-sign-on/", "/admin/single-sign-on/answer/"
APP, KEYS, STEP = "/admin/account/app/", "/admin/links/signingkey/add/", "/admin/second-step/"
PASSWORD, SEED = "harbour at dusk", bytes(range(20))
HOUR = 3_600


@pytest.fixture(autouse=True)
def configured(db: None, site_settings: SiteSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    make_roles()
    site_settings.OIDC_CLIENT_ID, site_settings.OIDC_CLIENT_SECRET, site_settings.OIDC_NAME = (
        CLIENT_ID,
        CLIENT_SECRET,
        "Company login",
    )
    site_settings.OIDC_ROLES = {"sales": ["Key keeper"]}
    monkeypatch.setattr(openid, "_known", {})


@pytest.fixture
def provider(site_settings: SiteSettings) -> Iterator[LyingProvider]:
    with LyingProvider(CLIENT_ID, claims={"groups": ["sales"], "email": "anna@example.com"}) as provider:
        site_settings.OIDC_ISSUER = provider.url
        yield provider


@pytest.fixture
def anna(provider: LyingProvider) -> User:
    """She has a password here, too."""
    anna = User.objects.create_user("anna", password=PASSWORD, is_staff=True)
    link_identity(anna, provider.url, "1", timezone.now())
    return anna


def give_app(user: User) -> None:
    yesterday = timezone.now() - timedelta(days=1)
    AuthenticatorApp.objects.create(user=user, seed=SEED.hex(), made_at=yesterday, confirmed_at=yesterday)


def begin(client: Client, **more: str) -> dict[str, str]:
    asked = parse_qs(urlsplit(client.get(BEGIN, **more)["Location"]).query)  # type: ignore[arg-type]
    return {name: values[0] for name, values in asked.items()}


def come_back(provider: LyingProvider, client: Client, asked_at: float | None = None, **more: str) -> "Answer":
    """As a browser would that has been at the provider, whose session there was begun at `asked_at`."""
    asked = begin(client, **more)
    provider.nonce = asked["nonce"]
    provider.claims["auth_time"] = asked_at
    return client.get(ANSWER, {"code": "a-code", "state": asked["state"]}, **more)  # type: ignore[arg-type]


def is_asked(client: Client, page: str) -> bool:
    answer = client.get(page)
    return answer.status_code == 302 and answer["Location"].startswith("/admin/confirm/")


# Being let in again ---------------------------------------------------------------------------------------------


def test_every_sign_in_asks_the_provider_when_it_last_had_them_prove_who_they_are(
    provider: LyingProvider, settings: Settings
) -> None:
    asked = begin(Client())
    assert (asked["max_age"], "prompt" in asked) == (str(settings.SESSION_COOKIE_AGE), False)


IMPOSSIBLE_TIMES = {
    "no number": float("nan"),
    "never": float("inf"),
    "before all": -1,
    "endless": 10**400,
    "one day": 4_000_000_000,
}


@pytest.mark.parametrize(
    "asked_at", [None, HOUR, *IMPOSSIBLE_TIMES.values()], ids=["untold", "an hour ago", *IMPOSSIBLE_TIMES]
)
def test_an_open_session_at_the_provider_confirms_nobody_who_has_a_password_here(
    asked_at: float | None, provider: LyingProvider, anna: User
) -> None:
    told = time() - HOUR if asked_at == HOUR else asked_at
    client = Client()
    assert come_back(provider, client, told).status_code == 302
    assert is_asked(client, APP)
    assert is_asked(client, KEYS)


def test_signing_out_and_being_let_in_again_gives_no_new_quarter_of_an_hour(
    provider: LyingProvider, anna: User
) -> None:
    client = Client()
    came = time() - HOUR
    for _ in range(2):
        come_back(provider, client, came)
        assert is_asked(client, KEYS)
        client.post("/admin/logout/")


def test_whoever_the_provider_asked_just_now_is_not_asked_again(provider: LyingProvider, anna: User) -> None:
    client = Client()
    come_back(provider, client, time() - 60)
    assert not is_asked(client, KEYS)
    assert not is_asked(client, APP)
    come_back(provider, client, time() + 30)  # its clock is ahead
    assert client.session["confirmed-at"] <= time()


@pytest.mark.parametrize(("ago", "asks"), [(None, False), (60, False), (HOUR, True)])
def test_who_has_nothing_to_confirm_by_here_counts_as_asked_unless_the_provider_says_otherwise(
    ago: int | None, asks: bool, provider: LyingProvider
) -> None:
    client = Client()
    come_back(provider, client, time() - ago if ago else None)
    assert is_asked(client, KEYS) is asks
    assert is_asked(client, APP) is (ago != 60)  # a first factor is worth more than a quarter of an hour


def test_a_session_that_goes_on_is_confirmed_no_longer_by_the_providers_word(
    provider: LyingProvider, anna: User
) -> None:
    client = Client()
    client.post(LOGIN, {"username": "anna", "password": PASSWORD})
    assert not is_asked(client, KEYS)
    come_back(provider, client, time() - HOUR)
    assert is_asked(client, KEYS)


def test_a_code_after_the_providers_word_confirms_but_not_fully(
    provider: LyingProvider, anna: User, site_settings: SiteSettings
) -> None:
    site_settings.OIDC_SECOND_FACTOR = True
    give_app(anna)
    client = Client()
    assert come_back(provider, client, time() - HOUR)["Location"].startswith(STEP)
    assert client.post(STEP, {"code": show_code(SEED, datetime.now(UTC))}).status_code == 302
    assert not is_asked(client, KEYS)
    assert is_asked(client, APP)
    assert client.session["signed-in-by"] == "single-sign-on"


@pytest.mark.parametrize("has", ["password", "app", "nothing"])
def test_a_proxys_word_confirms_nobody_who_can_confirm_here(has: str, site_settings: SiteSettings) -> None:
    site_settings.TRUSTED_PROXIES, site_settings.TRUSTED_USER_HEADER = 1, "Holdfastuser"
    site_settings.TRUSTED_USER_FROM, site_settings.OIDC_ISSUER = ["192.0.2.9"], ""
    mika = User.objects.create_superuser("mika", password=PASSWORD if has == "password" else None)
    if has == "app":
        give_app(mika)
    named = {"Forwarded": "for=203.0.113.7;proto=http", "Holdfastuser": "mika"}
    client = Client(headers=named, REMOTE_ADDR="192.0.2.9")
    for _ in range(2):
        assert client.get(LOGIN).status_code == 302
        assert [is_asked(client, page) for page in (KEYS, APP)] == [has != "nothing", True]
        client.post("/admin/logout/")


# Places ---------------------------------------------------------------------------------------------------------


def is_known(place: SignInSource, now: datetime) -> bool:
    """An account's own tries from many networks are counted where its place is not known alone."""
    for number in range(12):
        try:
            begin_try("anna", SignInSource(f"10.0.{number}.1"), SignInKind.SIGN_IN, now)
        except TriedTooOften:
            break
    try:
        begin_try("anna", place, SignInKind.SIGN_IN, now)
    except TriedTooOften:
        return False
    return True


@pytest.mark.parametrize("takes_step", [False, True])
def test_a_place_is_known_by_the_second_step_and_not_by_the_providers_word(
    takes_step: bool, provider: LyingProvider, anna: User, site_settings: SiteSettings
) -> None:
    site_settings.OIDC_SECOND_FACTOR = True
    give_app(anna)
    client = Client(REMOTE_ADDR="203.0.113.7")
    come_back(provider, client)
    if takes_step:
        assert client.post(STEP, {"code": show_code(SEED, datetime.now(UTC))}).status_code == 302
    row = SignIn.objects.earliest("pk")
    assert (row.kind, row.outcome) == ("single-sign-on", "password-only")
    assert is_known(SignInSource("203.0.113.7"), timezone.now()) is takes_step


@pytest.mark.parametrize(
    ("kind", "known"),
    [
        (SignInKind.SIGN_IN, True),
        (SignInKind.SECOND_FACTOR, True),
        (SignInKind.CONFIRMATION, False),
        (SignInKind.PASSWORD_CHANGE, False),
    ],
)
def test_a_password_within_a_session_makes_no_place_known(kind: SignInKind, known: bool) -> None:
    place, now = SignInSource("203.0.113.7"), timezone.now()
    accept_try(begin_try("anna", place, kind, now), now)
    assert is_known(place, now) is known


def test_a_second_step_is_over_where_passwords_let_them_in_no_more(site_settings: SiteSettings) -> None:
    give_app(User.objects.create_user("anna", password=PASSWORD, is_staff=True))
    client = Client()
    assert client.post(LOGIN, {"username": "anna", "password": PASSWORD})["Location"].startswith(STEP)
    site_settings.PASSWORD_SIGN_IN = "superusers"
    answer = client.post(STEP, {"code": show_code(SEED, datetime.now(UTC))})
    assert urlsplit(answer["Location"]).path == LOGIN
    assert "_auth_user_id" not in client.session


def test_the_second_step_after_the_providers_word_needs_no_password_sign_in(
    provider: LyingProvider, anna: User, site_settings: SiteSettings
) -> None:
    site_settings.OIDC_SECOND_FACTOR, site_settings.PASSWORD_SIGN_IN = True, "superusers"
    give_app(anna)
    client = Client()
    come_back(provider, client)
    assert client.post(STEP, {"code": show_code(SEED, datetime.now(UTC))})["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


# What anybody can send ------------------------------------------------------------------------------------------


def test_answers_that_say_no_again_and_again_grow_neither_the_trail_nor_the_list(provider: LyingProvider) -> None:
    client = Client()
    state = begin(client)["state"]
    kept = client.cookies["single-sign-on"].value
    before, statuses = AuditRecord.objects.count(), []
    for _ in range(30):
        client.cookies["single-sign-on"] = kept
        statuses.append(client.get(ANSWER, {"error": "x", "state": state}).status_code)
    assert statuses == [502] * 20 + [429] * 10
    assert AuditRecord.objects.count() - before == 1
    row = SignIn.objects.get()
    assert (row.outcome, row.tries) == ("refused", 20)


def test_a_name_that_a_proxy_says_again_and_again_is_one_record(site_settings: SiteSettings) -> None:
    site_settings.TRUSTED_PROXIES, site_settings.TRUSTED_USER_HEADER = 1, "Holdfastuser"
    site_settings.TRUSTED_USER_FROM = ["192.0.2.9"]
    named = {"Forwarded": "for=203.0.113.7;proto=http", "Holdfastuser": "nobody"}
    before = AuditRecord.objects.count()
    for _ in range(5):
        assert Client().get(LOGIN, headers=named, REMOTE_ADDR="192.0.2.9").status_code == 403
    assert AuditRecord.objects.count() - before == 1


def test_a_page_elsewhere_that_begins_sign_ins_locks_no_network_out(provider: LyingProvider) -> None:
    for _ in range(250):
        assert Client().get(BEGIN, REMOTE_ADDR="203.0.113.7").status_code == 302
    assert Client().get(ANSWER, {"code": "x", "state": "y"}, REMOTE_ADDR="203.0.113.7").status_code == 400
    assert come_back(provider, Client(), REMOTE_ADDR="203.0.113.7").status_code == 302
    assert [path for path, _ in provider.asked].count("/.well-known/openid-configuration") == 1


def test_an_office_signs_in_twenty_times_a_minute(provider: LyingProvider) -> None:
    statuses = [come_back(provider, Client(), REMOTE_ADDR="203.0.113.7").status_code for _ in range(22)]
    assert statuses == [302] * 20 + [429] * 2
    assert come_back(provider, Client(), REMOTE_ADDR="198.51.100.9").status_code == 302


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_list_of_sign_ins_says_that_the_second_step_is_missing(
    language: str, provider: LyingProvider, anna: User, site_settings: SiteSettings
) -> None:
    site_settings.OIDC_SECOND_FACTOR = True
    give_app(anna)
    come_back(provider, Client())
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    page = unescape(client.get("/admin/links/signin/", headers={"Accept-Language": language}).content.decode())
    assert {"en": "First step right, second step missing", "ja": "第1段階は成功、第2段階は未完了"}[language] in page


@pytest.mark.parametrize("first", [None, HOUR], ids=["untold", "an hour ago"])
@pytest.mark.parametrize("then", [1, HOUR, None], ids=["just now", "still an hour ago", "still untold"])
def test_a_first_factor_is_set_up_by_whoever_the_provider_asked_just_now(
    first: int | None, then: int | None, provider: LyingProvider, site_settings: SiteSettings
) -> None:
    site_settings.OIDC_SECOND_FACTOR, site_settings.SECOND_FACTOR_ROLES = True, ["everyone"]
    client = Client()
    answer = come_back(provider, client, time() - first if first else None)
    assert client.get(APP).status_code == 302  # nobody in an open browser sets up an app of their own
    asked = parse_qs(urlsplit(client.get(answer["Location"])["Location"]).query)
    assert asked["prompt"] == ["login"]
    provider.nonce, provider.claims["auth_time"] = asked["nonce"][0], time() - then if then else None
    answer = client.get(ANSWER, {"code": "a-code", "state": asked["state"][0]})
    assert answer.status_code == (302 if then == 1 else 403)  # a provider that never asks is not asked for ever
    assert client.get(APP).status_code == (200 if then == 1 else 302)


def test_whoever_was_let_in_unasked_sets_up_a_factor_once_they_gave_a_password(
    provider: LyingProvider,
) -> None:
    client = Client()
    come_back(provider, client, None)
    answer = client.get(APP)
    assert "you need a password here" in unescape(client.get(answer["Location"]).content.decode())
    anna = User.objects.get(username="anna")
    anna.set_password(PASSWORD)
    anna.save()
    client.post(LOGIN, {"username": "anna", "password": PASSWORD})
    assert not is_asked(client, APP)


def test_a_proxy_that_vouches_for_somebody_sets_up_no_factor_for_them(site_settings: SiteSettings) -> None:
    site_settings.TRUSTED_PROXIES, site_settings.TRUSTED_USER_HEADER = 1, "Holdfastuser"
    site_settings.TRUSTED_USER_FROM, site_settings.OIDC_ISSUER = ["192.0.2.9"], ""
    User.objects.create_superuser("mika")
    named = {"Forwarded": "for=203.0.113.7;proto=http", "Holdfastuser": "mika"}
    client = Client(headers=named, REMOTE_ADDR="192.0.2.9")
    client.get(LOGIN)
    answer = client.get(APP)
    assert "you need a password here" in unescape(client.get(answer["Location"]).content.decode())
