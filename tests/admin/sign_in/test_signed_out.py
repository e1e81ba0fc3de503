"""What happens to people whose session ended while they worked."""

from datetime import datetime, timedelta
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from links.models import Session

ADD = "/admin/links/customer/add/"


@pytest.fixture
def signed_out(admin_user: User) -> Client:
    """A browser whose cookie is of a session that is over."""
    client = Client()
    client.force_login(admin_user)
    client.get("/admin/")
    Session.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    return client


def test_a_browser_holds_the_key_and_the_row_its_digest(admin_user: User) -> None:
    client = Client()
    client.force_login(admin_user)
    assert client.get("/admin/").status_code == 200
    key, row = client.cookies["sessionid"].value, Session.objects.get()
    assert bytes(row.key_hash).hex() not in key
    client.post("/admin/logout/")
    assert not Session.objects.exists()
    client.cookies["sessionid"] = key
    assert client.get("/admin/").status_code == 302


def test_the_sign_in_page_says_why_and_leads_back(signed_out: Client, admin_user: User) -> None:
    page = signed_out.get(f"{ADD}?x=1", follow=True)
    told = unescape(page.content.decode())
    assert "You are signed out: you had not used this site for an hour" in told
    assert "your browser may still show it when you go back" in told
    entered = {"username": admin_user.username, "password": "password"}
    answer = signed_out.post(page.redirect_chain[-1][0], {**entered, "next": page.context["next"]})
    assert answer["Location"] == f"{ADD}?x=1"


def test_it_says_so_in_japanese(signed_out: Client) -> None:
    page = signed_out.get(ADD, follow=True, headers={"Accept-Language": "ja"}).content.decode()
    assert "サインアウト" in page or "ログアウト" in page
    assert "You were" not in page


def test_a_form_leads_back_to_the_page_that_it_stood_on(signed_out: Client) -> None:
    page = "http://testserver/admin/links/sharelink/7/change/?x=1"
    answer = signed_out.post("/admin/links/sharelink/7/validate/", headers={"Referer": page})
    assert "next=%2Fadmin%2Flinks%2Fsharelink%2F7%2Fchange%2F%3Fx%3D1&" in answer["Location"]


@pytest.mark.parametrize("page", ["https://evil.example/admin/", "//evil.example/", "", "javascript:alert(1)"])
def test_nobody_is_led_elsewhere(page: str, signed_out: Client) -> None:
    answer = signed_out.post("/admin/links/sharelink/7/validate/", headers={"Referer": page})
    assert "next=%2Fadmin%2Flinks%2Fsharelink%2F7%2Fvalidate%2F&" in answer["Location"]


def test_a_scripts_request_leaves_what_was_entered_on_its_page(signed_out: Client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/admin/links/doctor/"}
    answer = signed_out.post("/admin/links/doctor/", {"url": "https://x.example/?sig=secret"}, headers=headers)
    told = unescape(answer.content.decode())
    assert answer.status_code == 200
    assert "What you entered is still on this page" in told
    assert "/admin/login/?next=%2Fadmin%2Flinks%2Fdoctor%2F&ended=1" in told
    assert "<form" not in told
    assert "secret" not in told


def test_who_was_never_here_is_told_nothing_of_it(client: Client, db: None, now: datetime) -> None:
    page = client.get("/admin/", follow=True).content.decode()
    assert "You were signed out" not in page


def sign_in_again(client: Client, user: User, page: str) -> str:
    entered = {"username": user.username, "password": "password", "next": "/admin/"}
    return unescape(client.post(page, entered, follow=True).content.decode())


def test_who_sent_a_form_is_told_once_that_it_was_lost(signed_out: Client, admin_user: User) -> None:
    answer = signed_out.post(ADD, {"name": "Ogata"}, headers={"Referer": f"http://testserver{ADD}"})
    told = "Your session had expired. What you typed or pressed was not sent."
    assert told in sign_in_again(signed_out, admin_user, answer["Location"])
    assert told not in unescape(signed_out.get("/admin/").content.decode())


def test_it_says_so_too_where_the_browser_had_dropped_the_cookie(client: Client, admin_user: User) -> None:
    answer = client.post(ADD, {"name": "Ogata"}, headers={"Referer": f"http://testserver{ADD}"})
    assert "next=%2Fadmin%2Flinks%2Fcustomer%2Fadd%2F&" in answer["Location"]
    assert "What you typed or pressed was not sent" in sign_in_again(client, admin_user, answer["Location"])


def test_a_lost_form_is_told_of_in_japanese(signed_out: Client, admin_user: User) -> None:
    answer = signed_out.post(ADD, {"name": "Ogata"})
    signed_out.defaults["HTTP_ACCEPT_LANGUAGE"] = "ja"
    assert "送信されていません" in sign_in_again(signed_out, admin_user, answer["Location"])


def test_who_only_looked_has_lost_nothing(signed_out: Client, admin_user: User) -> None:
    answer = signed_out.get(ADD)
    assert "was not sent" not in sign_in_again(signed_out, admin_user, answer["Location"])
