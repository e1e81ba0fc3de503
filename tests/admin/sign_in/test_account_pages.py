"""At which site passkeys are made: what a request says of its host decides nothing but in a demo."""

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from links.admin.sign_in.account_pages import make_site
from tests.site_settings import SiteSettings


@pytest.mark.parametrize(
    ("base_url", "host", "origin", "takes_passkeys"),
    [
        ("https://share.example.com", "other.example.com", "https://share.example.com", True),
        ("http://share.example.com", "other.example.com", "http://share.example.com", False),
        ("http://share.example.com", "localhost", "http://share.example.com", False),
        ("http://203.0.113.7:8000", "localhost:8000", "http://203.0.113.7:8000", False),
        ("http://127.0.0.1:8000", "localhost:8000", "http://localhost:8000", True),
        ("http://127.0.0.1:8000", "other.example.com", "http://127.0.0.1:8000", False),
    ],
)
def test_the_site_is_that_of_base_url(
    base_url: str, host: str, origin: str, takes_passkeys: bool, settings: Settings, site_settings: SiteSettings
) -> None:
    settings.ALLOWED_HOSTS, site_settings.BASE_URL = ["*"], base_url
    made = make_site(RequestFactory().get("/", headers={"Host": host}))
    assert (made.origin, made.takes_passkeys) == (origin, takes_passkeys)
