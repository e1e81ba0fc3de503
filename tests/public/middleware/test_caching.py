"""Who may keep an answer: nobody, unless it says so itself."""

import pytest
from django.test import Client
from pytest_django import Settings

from tests.site_settings import SiteSettings


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        *(("post", address, 403) for address in ("/s/x", "/f/x", "/g/x/", "/ask", "/health")),
        ("get", "/", 302),
        ("get", "/s/x", 404),
        ("get", "/nowhere", 404),
    ],
)
def test_no_answer_to_a_customer_is_stored(db: None, method: str, address: str, status: int) -> None:
    answer = getattr(Client(enforce_csrf_checks=True), method)(address)
    assert (answer.status_code, answer["Cache-Control"]) == (status, "no-store")


def test_neither_is_one_to_another_host(client: Client) -> None:
    answer = client.get("/s/x", headers={"Host": "evil.example"})
    assert (answer.status_code, answer["Cache-Control"]) == (400, "no-store")


def test_neither_is_a_redirect_to_https(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answer = client.get("/s/x")
    assert (answer.status_code, answer["Cache-Control"]) == (301, "no-store")


def test_a_style_says_for_itself_how_long_it_may_be_kept(client: Client, site_settings: SiteSettings) -> None:
    site_settings.BRAND_ACCENT = "#0e5f69"
    assert "max-age" in client.get("/brand/style.css")["Cache-Control"]
