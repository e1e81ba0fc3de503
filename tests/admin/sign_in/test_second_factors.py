"""Signing in with a second factor, setting one up, and losing it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.contrib.auth.models import Group, User
from django.test import Client

from links.models import AuditRecord, AuthenticatorApp, RecoveryCode, Session, SignIn
from links.services.people import second_factors
from tests.services.people.authenticator import set_up_app, show_code
from tests.site_settings import SiteSettings

LOGIN, STEP, ACCOUNT = "/admin/login/", "/admin/second-step/", "/admin/account/"
APP, CONFIRM = "/admin/account/app/", "/admin/confirm/"
PASSWORD = "harbour at dusk"
NOW = datetime(2026, 11, 28, 12, 0, 10, tzinfo=UTC)


@pytest.fixture
def mika(db: None) -> User:
    person = User.objects.create_user("mika", password=PASSWORD, is_staff=True)
    person.groups.add(Group.objects.get(name="Manager"))
    return person


@pytest.fixture
def seed(mika: User) -> bytes:
    """Of the app that Mika set up an hour ago."""
    before = NOW - timedelta(hours=1)
    return set_up_app(mika, before)


@pytest.fixture
def clock(db: None) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def give_password(client: Client, next_page: str = "") -> str:
    """Where it leads."""
    answer = client.post(
        f"{LOGIN}?next={next_page}" if next_page else LOGIN,
        {"username": "mika", "password": PASSWORD, **({"next": next_page} if next_page else {})},
    )
    assert answer.status_code == 302
    return str(answer["Location"])


def is_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def read_seed(page: str) -> bytes:
    from base64 import b32decode

    found = re.search(r'id="seed">([A-Z2-7 ]+)<', page)
    assert found
    return b32decode(found[1].replace(" ", ""))


def test_the_password_alone_opens_nothing_to_whoever_has_a_second_factor(clock: object, seed: bytes) -> None:
    client = Client()
    assert urlsplit(give_password(client, "/admin/links/sharelink/")).path == STEP
    for page in ("/admin/", "/admin/links/sharelink/", ACCOUNT, APP, CONFIRM, "/admin/password_change/"):
        answer = client.get(page)
        assert (answer.status_code, urlsplit(answer["Location"]).path) == (302, LOGIN), page
    assert client.post(APP, {"code": "000000"}).status_code == 302
    assert not User.objects.get(username="mika").last_login


def test_a_code_of_the_app_is_the_second_step_and_leads_on(clock: object, seed: bytes) -> None:
    client = Client()
    step = give_password(client, "/admin/links/sharelink/")
    page = unescape(client.get(step).content.decode())
    assert "authenticator app" in page
    assert "optional" not in page
    assert "<script>" not in page
    next_page = parse_qs(urlsplit(step).query)["next"][0]
    answer = client.post(STEP, {"code": show_code(seed, NOW), "next": next_page})
    assert (answer.status_code, answer["Location"]) == (302, "/admin/links/sharelink/")
    assert "browser" in answer.cookies
    assert is_in(client)
    kinds = list(SignIn.objects.order_by("pk").values_list("kind", "outcome"))
    assert kinds == [("sign-in", "password-only"), ("second-factor", "accepted")]


def test_the_same_code_lets_no_second_browser_in(clock: object, seed: bytes) -> None:
    first, second = Client(), Client()
    for client in (first, second):
        give_password(client)
    assert first.post(STEP, {"code": show_code(seed, NOW)}).status_code == 302
    answer = second.post(STEP, {"code": show_code(seed, NOW)})
    assert answer.status_code == 200
    assert "it was used before" in unescape(answer.content.decode())
    assert not is_in(second)


def test_wrong_codes_are_counted_and_the_right_password_forgets_none(clock: object, seed: bytes) -> None:
    """Who knows the password would else try codes for ever."""
    answers = []
    for _ in range(7):
        client = Client()
        give_password(client)
        answers.append(client.post(STEP, {"code": "000000"}))
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    assert int(answers[-1]["Retry-After"]) > 0
    client = Client()
    give_password(client)
    assert client.post(STEP, {"code": show_code(seed, NOW)}).status_code == 429


def test_codes_from_many_networks_are_bounded_and_known_browsers_go_on(
    clock: time_machine.Traveller, seed: bytes
) -> None:
    known = Client()
    give_password(known)
    assert known.post(STEP, {"code": show_code(seed, NOW)}).status_code == 302
    looked_at = 0
    for number in range(20):
        stranger = Client(REMOTE_ADDR=f"10.0.{number}.1")
        if stranger.post(LOGIN, {"username": "mika", "password": PASSWORD}).status_code == 302:
            looked_at += stranger.post(STEP, {"code": "000000"}).status_code == 200
    assert 0 < looked_at <= 10
    again = Client(REMOTE_ADDR="192.0.2.77")
    again.cookies["browser"] = known.cookies["browser"].value
    give_password(again)
    clock.shift(60)
    assert again.post(STEP, {"code": show_code(seed, NOW + timedelta(seconds=60))}).status_code == 302


def test_whoever_knows_the_password_alone_makes_no_place_known(clock: object, seed: bytes) -> None:
    give_password(Client(REMOTE_ADDR="198.51.100.9"))
    assert not SignIn.objects.filter(outcome="accepted").exists()


def test_the_second_step_is_open_for_ten_minutes(clock: time_machine.Traveller, seed: bytes) -> None:
    client = Client()
    give_password(client)
    clock.shift(601)
    code = show_code(seed, NOW + timedelta(seconds=601))
    assert urlsplit(client.post(STEP, {"code": code})["Location"]).path == LOGIN
    assert not is_in(client)


@pytest.mark.parametrize("change", ["password", "closed", "demoted", "reset"])
def test_what_is_changed_between_the_steps_counts(clock: object, mika: User, seed: bytes, change: str) -> None:
    client = Client()
    give_password(client)
    if change == "password":
        mika.set_password("another harbour")
    mika.is_active, mika.is_staff = change != "closed", change != "demoted"
    mika.save()
    if change == "reset":
        second_factors.reset(mika, NOW)
    client.post(STEP, {"code": show_code(seed, NOW)})
    assert not is_in(client)


def test_a_recovery_code_opens_once_and_tells_how_many_are_left(clock: object, mika: User, seed: bytes) -> None:
    codes = second_factors.make_recovery_codes(mika, NOW)
    client = Client()
    give_password(client)
    assert client.post(STEP, {"code": codes[0].lower()}, follow=True).status_code == 200
    assert is_in(client)
    again = Client()
    give_password(again)
    assert again.post(STEP, {"code": codes[0]}).status_code == 200
    assert second_factors.list_factors(mika).codes_left == 9


def test_no_address_of_another_site_is_led_to(clock: object, seed: bytes) -> None:
    client = Client()
    give_password(client)
    answer = client.post(STEP, {"code": show_code(seed, NOW), "next": "https://evil.example/"})
    assert answer["Location"] == "/admin/"


def test_who_must_have_one_and_has_none_is_led_to_it_and_can_do_nothing_else(
    clock: object, mika: User, site_settings: SiteSettings
) -> None:
    site_settings.SECOND_FACTOR_ROLES = ["Manager"]
    client = Client()
    lead = give_password(client, "/admin/links/sharelink/")
    assert urlsplit(lead).path == ACCOUNT
    page = unescape(client.get(lead).content.decode())
    assert "nothing else is open to you" in page
    for other in ("/admin/", "/admin/links/sharelink/", CONFIRM, STEP, "/admin/jsi18n/"):
        assert urlsplit(client.get(other)["Location"]).path == LOGIN, other
    setup = client.get(f"{APP}?next=/admin/links/sharelink/").content.decode()
    made = read_seed(setup)
    wrong = client.post(APP, {"code": "000000"})
    assert "not the code that your app shows" in unescape(wrong.content.decode())
    assert not is_in(client)
    done = client.post(APP, {"code": show_code(made, NOW), "next": "/admin/links/sharelink/"})
    told = done.content.decode()
    assert len(re.findall(r"<code>[A-Z2-7-]{29}</code>", told)) == 10
    assert 'href="/admin/links/sharelink/"' in told
    assert is_in(client)
    assert made.hex() not in str(list(Session.objects.values_list("data", flat=True)))


def test_a_role_that_requires_one_asks_for_it_by_the_next_request(
    clock: object, mika: User, site_settings: SiteSettings
) -> None:
    client = Client()
    give_password(client)
    assert is_in(client)
    site_settings.SECOND_FACTOR_ROLES = ["manager"]
    answer = client.get("/admin/links/sharelink/?q=report")
    target = urlsplit(answer["Location"])
    assert (answer.status_code, target.path) == (302, LOGIN)
    assert parse_qs(target.query)["next"] == ["/admin/links/sharelink/?q=report"]
    assert not is_in(client)
    # An open browser alone sets up no factor: the password comes first.
    assert urlsplit(client.get(APP)["Location"]).path == LOGIN
    assert not AuthenticatorApp.objects.exists()
    assert urlsplit(give_password(client)).path == ACCOUNT


def test_a_seed_is_shown_to_the_browser_alone_that_began_it(clock: object, mika: User) -> None:
    """Whoever has only the password would else see what its owner confirms later."""
    stranger, owner = Client(), Client()
    for client in (stranger, owner):
        give_password(client)
    seen = read_seed(stranger.get(APP).content.decode())
    made = read_seed(owner.get(APP).content.decode())
    assert made != seen
    assert read_seed(owner.get(APP).content.decode()) == made
    assert owner.post(APP, {"code": show_code(seen, NOW)}).status_code == 200
    assert not second_factors.has_factor(mika)
    assert owner.post(APP, {"code": show_code(made, NOW)}).status_code == 200
    assert second_factors.has_factor(mika)


def test_signing_in_again_gives_the_session_another_key(clock: object, mika: User) -> None:
    client = Client()
    give_password(client)
    key = client.cookies["sessionid"].value
    give_password(client)
    assert client.cookies["sessionid"].value != key
    assert not Session.objects.with_key(key).exists()
    assert is_in(client)


def test_setting_one_up_ends_all_other_sessions_and_stands_in_the_audit_trail(clock: object, mika: User) -> None:
    here, there = Client(), Client()
    for client in (here, there):
        give_password(client)
    made = read_seed(here.get(APP).content.decode())
    assert here.post(APP, {"code": show_code(made, NOW)}).status_code == 200
    assert is_in(here)
    assert not is_in(there)
    acts = set(AuditRecord.objects.filter(object_number=mika.pk).values_list("act", flat=True))
    assert {"second-factor-added", "recovery-codes-made", "session-ended"} <= acts


def test_the_last_factor_of_whoever_must_have_one_stays(
    clock: object, mika: User, seed: bytes, site_settings: SiteSettings
) -> None:
    site_settings.SECOND_FACTOR_ROLES = ["everyone"]
    client = Client()
    give_password(client)
    client.post(STEP, {"code": show_code(seed, NOW)})
    page = client.post("/admin/account/remove/", {"app": "1"}, follow=True)
    assert "requires a second factor" in unescape(page.content.decode())
    site_settings.SECOND_FACTOR_ROLES = []
    client.post("/admin/account/remove/", {"app": "1"})
    assert not AuthenticatorApp.objects.exists()
    assert is_in(client)


def test_new_recovery_codes_are_shown_once(clock: object, mika: User, seed: bytes) -> None:
    client = Client()
    give_password(client)
    client.post(STEP, {"code": show_code(seed, NOW)})
    page = client.post("/admin/account/recovery-codes/")
    assert len(re.findall(r"<code>[A-Z2-7-]{29}</code>", page.content.decode())) == 10
    assert RecoveryCode.objects.filter(user=mika).count() == 10
    assert client.get("/admin/account/recovery-codes/").status_code == 302


def test_lost_encryption_keys_close_the_app_with_a_word_and_open_the_recovery_codes(
    clock: object, mika: User, seed: bytes, site_settings: SiteSettings
) -> None:
    from cryptography.fernet import Fernet

    codes = second_factors.make_recovery_codes(mika, NOW)
    client = Client()
    give_password(client)
    site_settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    answer = client.post(STEP, {"code": show_code(seed, NOW)})
    assert "cannot be checked at present" in unescape(answer.content.decode())
    assert client.post(STEP, {"code": codes[0]}).status_code == 302


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_page_speaks_the_readers_language(clock: object, mika: User, seed: bytes, language: str) -> None:
    client = Client(headers={"Accept-Language": language})
    step = client.get(give_password(client))
    client.post(STEP, {"code": show_code(seed, NOW)})
    pages = [step, *(client.get(page) for page in (ACCOUNT, APP, CONFIRM))]
    for page in pages:
        assert page.status_code == 200
        text = page.content.decode()
        assert ("認証" in text) is (language == "ja")


def test_ones_sessions_are_listed_and_ended(clock: object, mika: User) -> None:
    here = Client(
        REMOTE_ADDR="203.0.113.7",
        HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    )
    there, third, stranger = Client(REMOTE_ADDR="198.51.100.9"), Client(), Client()
    for client in (here, there, third):
        give_password(client)
    stranger.force_login(User.objects.create_user("jo", is_staff=True))
    page = here.get(ACCOUNT).content.decode()
    assert "Firefox, Linux" in page
    assert "203.0.113.0/24" in page
    assert "198.51.100.0/24" in page
    assert page.count("Log out there") == 2
    number = Session.objects.get(user=mika, address="198.51.100.0/24").pk
    stranger.post("/admin/account/sessions/", {"session": number})
    assert is_in(there)
    here.post("/admin/account/sessions/", {"session": number})
    assert not is_in(there)
    assert is_in(third)
    here.post("/admin/account/sessions/")
    assert not is_in(third)
    assert is_in(here)
    assert is_in(stranger)


def test_a_new_password_ends_every_other_session(clock: object, mika: User) -> None:
    here, there = Client(), Client()
    for client in (here, there):
        give_password(client)
    new = "a new harbour at dawn"
    entered = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert here.post("/admin/password_change/", entered).status_code == 302
    assert is_in(here)
    assert not is_in(there)
    assert Session.objects.filter(user=mika).count() == 1


@pytest.mark.parametrize(
    "password",
    ["password1234", "qwertyuiop12", "short1234", "1234567890123", "passwordpassword", "sunshine2026!",
     "holdfast2026!", "Kaiyo-files-1", "tokyo1tokyo1"],
)  # fmt: skip
def test_a_common_or_short_password_is_refused(
    clock: object, mika: User, password: str, site_settings: SiteSettings
) -> None:
    site_settings.BRAND_NAME, site_settings.BASE_URL = "Kaiyo", "https://files.example.com"
    client = Client()
    give_password(client)
    entered = {"old_password": PASSWORD, "new_password1": password, "new_password2": password}
    assert client.post("/admin/password_change/", entered).status_code == 200
    mika.refresh_from_db()
    assert mika.check_password(PASSWORD)


@pytest.mark.parametrize("lose", ["is_superuser", "is_staff"])
def test_whoever_takes_a_right_from_themselves_is_led_on_and_signed_out(clock: object, lose: str) -> None:
    boss = User.objects.create_superuser("boss", password=PASSWORD)
    client = Client()
    client.force_login(boss)
    entered = {"username": "boss", "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    del entered[lose]
    assert client.post(f"/admin/auth/user/{boss.pk}/change/", entered).status_code == 302
    boss.refresh_from_db()
    assert not getattr(boss, lose)
    assert not is_in(client)
