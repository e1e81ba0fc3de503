"""Asking again who somebody is, before secrets, rights and URLs."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from links.admin.sign_in.confirmation import ASKED_BEFORE, FULLY_ASKED_BEFORE
from links.models import AuditRecord, Session, SignIn
from links.services.people import second_factors
from tests.services.people.authenticator import set_up_app, show_code

CONFIRM, KEY, ROLE = "/admin/confirm/", "/admin/links/signingkey/add/", "/admin/auth/group/add/"
PASSWORD = "harbour at dusk"
NOW = datetime(2026, 11, 28, 12, 0, 10, tzinfo=UTC)


@pytest.fixture
def clock(db: None) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def boss(clock: time_machine.Traveller) -> User:
    return User.objects.create_superuser("boss", password=PASSWORD)


@pytest.fixture
def client(boss: User) -> Client:
    client = Client()
    assert client.post("/admin/login/", {"username": "boss", "password": PASSWORD}).status_code == 302
    return client


def confirm(client: Client, **entered: str) -> int:
    return client.post(CONFIRM, entered).status_code


def list_names(resolver: URLResolver) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield pattern.name or ""
        else:
            yield from list_names(pattern)


def test_every_page_that_is_asked_before_is_there() -> None:
    assert {*ASKED_BEFORE, *FULLY_ASKED_BEFORE} <= set(list_names(get_resolver()))


@pytest.mark.parametrize("page", [KEY, ROLE, "/admin/auth/user/add/"])
def test_within_a_quarter_of_an_hour_nobody_is_asked_and_afterwards_before_the_form(
    client: Client, clock: time_machine.Traveller, page: str
) -> None:
    clock.shift(14 * 60)
    assert client.get(page).status_code == 200
    clock.shift(2 * 60)
    asked = client.get(f"{page}?x=1")
    target = urlsplit(asked["Location"])
    assert (asked.status_code, target.path, parse_qs(target.query)["next"]) == (302, CONFIRM, [f"{page}?x=1"])
    assert client.get(asked["Location"]).status_code == 200
    answer = client.post(asked["Location"], {"password": PASSWORD, "next": f"{page}?x=1"})
    assert (answer.status_code, answer["Location"]) == (302, f"{page}?x=1")
    assert client.get(page).status_code == 200


def test_other_pages_ask_nothing(client: Client, clock: time_machine.Traveller) -> None:
    clock.shift(50 * 60)
    for page in ("/admin/", "/admin/links/sharelink/", "/admin/links/signingkey/", "/admin/account/"):
        assert client.get(page).status_code == 200, page


def test_a_form_that_was_opened_in_time_is_taken_and_a_late_one_is_said_to_be_lost(
    client: Client, clock: time_machine.Traveller
) -> None:
    clock.shift(14 * 60)
    assert client.get(ROLE).status_code == 200
    clock.shift(15 * 60)
    assert client.post(ROLE, {"name": "In time"}).status_code == 302
    assert Group.objects.filter(name="In time").exists()
    clock.shift(2 * 60)
    late = client.post(ROLE, {"name": "Too late"}, headers={"Referer": f"http://testserver{ROLE}"})
    assert urlsplit(late["Location"]).path == CONFIRM
    assert not Group.objects.filter(name="Too late").exists()
    page = client.get(late["Location"])
    assert "Nothing was changed" in unescape(page.content.decode())


def test_a_wrong_password_confirms_nothing_and_is_counted(client: Client, clock: time_machine.Traveller) -> None:
    clock.shift(20 * 60)
    assert [confirm(client, password="wrong") for _ in range(6)] == [200] * 5 + [429]
    assert client.get(KEY).status_code == 302
    assert confirm(client, password=PASSWORD) == 429
    assert AuditRecord.objects.filter(act="reauthentication-refused").count() == 5


def test_nothing_confirms_nothing(client: Client, clock: time_machine.Traveller) -> None:
    clock.shift(20 * 60)
    assert confirm(client) == 200
    assert client.get(KEY).status_code == 302


@pytest.fixture
def seed(boss: User, client: Client) -> bytes:
    before = NOW - timedelta(hours=1)
    return set_up_app(boss, before)


@pytest.mark.parametrize("page", ["/admin/account/app/", "/admin/account/tokens/new/", "/admin/service-accounts/add/"])
@pytest.mark.parametrize("way", ["password", "code"])
def test_either_is_enough_before_secrets_and_both_before_the_factor_itself_or_a_token(
    client: Client, seed: bytes, clock: time_machine.Traveller, way: str, page: str
) -> None:
    clock.shift(20 * 60)
    proofs = {"password": PASSWORD, "code": show_code(seed, NOW + timedelta(minutes=20))}
    assert confirm(client, **{way: proofs[way]}) == 302
    assert client.get(KEY).status_code == 200
    asked = client.get(page)
    assert (asked.status_code, "fully=1" in asked["Location"]) == (302, True)
    assert client.post(asked["Location"], {"password": PASSWORD}).status_code == 200
    clock.shift(60)
    both = {"password": PASSWORD, "code": show_code(seed, NOW + timedelta(minutes=21))}
    assert client.post(asked["Location"], both).status_code == 302
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("way", ["password", "code"])
def test_one_of_both_changes_nobody_who_may_sign_in(
    client: Client, boss: User, seed: bytes, clock: time_machine.Traveller, way: str
) -> None:
    """Whoever has one of both would else reset the other, or make themselves an account that has both."""
    clock.shift(40 * 60)
    proofs = {"password": PASSWORD, "code": show_code(seed, NOW + timedelta(minutes=40))}
    assert confirm(client, **{way: proofs[way]}) == 302
    account, role = f"/admin/auth/user/{boss.pk}", f"/admin/auth/group/{Group.objects.first().pk}"  # type: ignore[union-attr]
    pages = ["/admin/auth/user/add/", ROLE, *(f"{account}/{name}/" for name in ("change", "password", "delete"))]
    for page in (*pages, f"{role}/change/", f"{role}/delete/"):
        for answer in (client.get(page), client.post(page)):
            assert "fully=1" in answer["Location"], page
    reset = {"action": "reset_second_factor", "_selected_action": str(boss.pk)}
    assert "fully=1" in client.post("/admin/auth/user/", reset)["Location"]
    assert second_factors.has_factor(boss)


def test_confirming_gives_the_session_another_key_and_no_longer_life(
    client: Client, clock: time_machine.Traveller
) -> None:
    key, began_at = client.cookies["sessionid"].value, Session.objects.get().began_at
    clock.shift(20 * 60)
    assert confirm(client, password=PASSWORD) == 302
    assert client.cookies["sessionid"].value != key
    assert not Session.objects.with_key(key).exists()
    assert Session.objects.get().began_at == began_at
    assert client.get(KEY).status_code == 200


def test_a_code_that_confirms_makes_no_place_known(client: Client, seed: bytes, clock: time_machine.Traveller) -> None:
    """Neither does the password: whoever took over the open session may sit there."""
    before = SignIn.objects.filter(kind="second-factor").count()
    clock.shift(20 * 60)
    assert confirm(client, code=show_code(seed, NOW + timedelta(minutes=20))) == 302
    assert SignIn.objects.filter(kind="second-factor").count() == before
    assert SignIn.objects.latest("pk").kind == "confirmation"


def test_nobody_is_led_to_another_site(client: Client, clock: time_machine.Traveller) -> None:
    answer = client.post(CONFIRM, {"password": PASSWORD, "next": "//evil.example/"})
    assert answer["Location"] == "/admin/"


def test_a_button_that_shows_a_url_asks_and_leads_back_to_the_link(
    client: Client, clock: time_machine.Traveller
) -> None:
    clock.shift(40 * 60)
    link = "/admin/links/sharelink/1/change/"
    asked = client.post("/admin/links/sharelink/1/url/", headers={"Referer": f"http://testserver{link}"})
    assert parse_qs(urlsplit(asked["Location"]).query)["next"] == [link]
    assert urlsplit(asked["Location"]).path == CONFIRM


@pytest.mark.parametrize(
    "press",
    ["/admin/account/remove/", "/admin/account/recovery-codes/", "/admin/account/sessions/", "/admin/auth/user/",
     "/admin/auth/group/", "/admin/links/sharelink/1/url/", "/admin/links/bucket/1/sharing/1/withdraw/"],
)  # fmt: skip
def test_a_press_without_a_form_is_asked_before_as_soon_as_a_page_is(
    client: Client, clock: time_machine.Traveller, press: str
) -> None:
    clock.shift(14 * 60)
    assert CONFIRM not in client.post(press).get("Location", "")
    clock.shift(2 * 60)
    answer = client.post(press)
    assert urlsplit(answer.get("Location", "")).path == CONFIRM, answer.status_code


@pytest.mark.parametrize("page", ["bucket/add", "bucket/1/change", "signingkey/1/change", "sharepermission/1/delete"])
def test_what_binds_a_key_is_asked_before_to_whoever_may_change_it(
    client: Client, clock: time_machine.Traveller, page: str
) -> None:
    reader = User.objects.create_user("rin", is_staff=True)
    reader.groups.add(Group.objects.get(name="Auditor"))
    auditor = Client()
    auditor.force_login(reader)
    clock.shift(40 * 60)
    for answer in (client.get(f"/admin/links/{page}/"), client.post(f"/admin/links/{page}/")):
        assert urlsplit(answer.get("Location", "")).path == CONFIRM, answer.status_code
    if page.endswith("/change"):  # who only reads it is not asked
        assert CONFIRM not in auditor.get(f"/admin/links/{page}/").get("Location", "")


def test_a_bulk_action_on_staff_asks(client: Client, clock: time_machine.Traveller, boss: User) -> None:
    clock.shift(40 * 60)
    entered = {"action": "reset_second_factor", "_selected_action": str(boss.pk)}
    assert urlsplit(client.post("/admin/auth/user/", entered)["Location"]).path == CONFIRM
    assert client.get("/admin/auth/user/").status_code == 200


def test_a_superuser_resets_a_factor_and_nobody_else_is_offered_it(
    client: Client, boss: User, clock: time_machine.Traveller
) -> None:
    lost = User.objects.create_user("mika", is_staff=True)
    set_up_app(lost, NOW)
    entered = {"action": "reset_second_factor", "_selected_action": str(lost.pk)}
    told = client.post("/admin/auth/user/", entered, follow=True)
    assert "was reset" in unescape(told.content.decode())
    assert not second_factors.has_factor(lost)
    history = client.get(f"/admin/auth/user/{lost.pk}/history/").content.decode()
    assert "Reset the second factor" in history
    other = User.objects.create_user("jo", is_staff=True)
    other.user_permissions.set(Permission.objects.filter(codename__in=("view_user", "change_user")))
    clerk = Client()
    clerk.force_login(other)
    assert "reset_second_factor" not in clerk.get("/admin/auth/user/").content.decode()


@pytest.mark.parametrize("entered", [{}, {"password": "x"}, {"code": "123456"}, {"answer": "{}"}], ids=str)
def test_who_has_neither_password_nor_factor_is_told_what_to_do(
    clock: time_machine.Traveller, entered: dict[str, str]
) -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("from-elsewhere"))
    clock.shift(20 * 60)
    answer = client.post(CONFIRM, entered)
    assert answer.status_code == 200
    assert "log out, and sign in again" in answer.content.decode()
    assert client.get(KEY).status_code == 302
