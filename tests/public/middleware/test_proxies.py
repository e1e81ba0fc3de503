import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from links.public.middleware.proxies import ProxyHeaders
from links.public.visitors import find_address
from tests.site_settings import SiteSettings

PROXY = "192.0.2.9"
FORGED = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "https", "X-Real-IP": "6.6.6.6", "X-Forwarded-Host": "a.b"}


def _pass(rf: RequestFactory, headers: dict[str, str]) -> HttpRequest:
    request = rf.get("/", headers=headers, REMOTE_ADDR=PROXY)
    ProxyHeaders(lambda _request: HttpResponse())(request)
    return request


@pytest.mark.parametrize("proxies", [0, 1])
def test_what_anybody_can_send_is_believed_nowhere(
    rf: RequestFactory, site_settings: SiteSettings, proxies: int
) -> None:
    """Under WSGI this is also what `X_Forwarded_For` looks like."""
    site_settings.TRUSTED_PROXIES = proxies
    request = _pass(rf, FORGED)
    assert (find_address(request), request.is_secure()) == (PROXY, False)
    assert not any("FORWARDED" in name or "REAL_IP" in name for name in request.META)
    assert not request.headers.keys() & FORGED.keys()


def test_without_a_proxy_forwarded_is_a_strangers_word_too(rf: RequestFactory, site_settings: SiteSettings) -> None:
    site_settings.TRUSTED_PROXIES = 0
    request = _pass(rf, {"Forwarded": "for=6.6.6.6;proto=https"})
    assert (find_address(request), request.is_secure()) == (PROXY, False)


def test_a_trusted_proxy_tells_address_and_scheme(rf: RequestFactory, site_settings: SiteSettings) -> None:
    site_settings.TRUSTED_PROXIES = 1
    request = _pass(rf, {**FORGED, "Forwarded": 'for="[2001:db8::1]:4711";proto=https'})
    assert (find_address(request), request.is_secure()) == ("2001:db8::1", True)


def test_the_older_headers_are_read_where_they_were_asked_for(rf: RequestFactory, site_settings: SiteSettings) -> None:
    site_settings.TRUSTED_PROXIES, site_settings.PROXY_HEADERS = 1, "x-forwarded"
    request = _pass(rf, {"X-Forwarded-For": "6.6.6.6, 198.51.100.1:80", "X-Forwarded-Proto": "https"})
    assert (find_address(request), request.is_secure()) == ("198.51.100.1", True)


def test_a_page_behind_https_does_not_redirect_to_itself(
    client: Client, settings: Settings, site_settings: SiteSettings
) -> None:
    site_settings.TRUSTED_PROXIES, settings.SECURE_SSL_REDIRECT = 1, True
    assert client.get("/favicon.ico", headers={"Forwarded": "for=192.0.2.1;proto=https"})["Location"][:1] == "/"
    assert client.get("/favicon.ico", headers=FORGED)["Location"].startswith("https://")


@pytest.mark.django_db
def test_a_load_balancer_asks_for_health_over_http(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/health").status_code in (200, 503)
    assert client.get("/healthy").status_code == 301
