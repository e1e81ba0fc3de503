import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings

from config import urls
from tests.site_settings import SiteSettings

SECRET = "esohc-yeht-tahw-si-2retnuh"[::-1]  # written so that the page does not show it with this very line
handler404 = urls.handler404


def fail(request: HttpRequest, token: str = "") -> HttpResponse:
    form = {"password": request.POST.get("password"), "nested": [request.POST.dict()]}
    chosen, number = request.POST.get("password"), 4711
    raise ValueError(f"no {number} for {type(form)} and {type(chosen)}")


urlpatterns = [path("fail", fail), path("s/<secret:token>", fail), *urls.urlpatterns]


@pytest.mark.parametrize("accept", ["text/html", "text/plain"])
@pytest.mark.parametrize("address", ["/fail?again={}", "/s/{}?again={}"])
def test_a_page_for_errors_shows_where_and_why_and_no_secret(
    client: Client, settings: Settings, site_settings: SiteSettings, accept: str, address: str
) -> None:
    settings.DEBUG, settings.ROOT_URLCONF = True, __name__
    site_settings.ALERT_URLS = [f"json://hooks.example.com/{SECRET}"]
    site_settings.ENCRYPTION_KEYS = [SECRET]
    settings.DATABASE_NOTE = {"url": f"postgres://u:{SECRET}@h/d"}
    client.raise_request_exception = False
    client.cookies["grant"] = SECRET
    body = {"password": SECRET, "which": SECRET}
    given = {"DATABASE_URL": SECRET, "HTTP_REFERER": f"http://a/s/{SECRET}", "HTTP_ACCEPT": accept}
    response = client.post(address.replace("{}", SECRET), body, **given)  # type: ignore[arg-type]
    page = response.content.decode()
    assert response.status_code == 500
    assert "ValueError" in page
    assert "no 4711 for" in page
    assert "test_debug_pages.py" in page
    for start in range(len(SECRET) - 7):
        assert SECRET[start : start + 8] not in page
    assert str(settings.SECRET_KEY)[:12] not in page


def test_numbers_are_shown_to_whoever_looks_for_a_bug(client: Client, settings: Settings) -> None:
    settings.DEBUG, settings.ROOT_URLCONF = True, __name__
    client.raise_request_exception = False
    page = client.post("/fail", {"password": SECRET}).content.decode()
    assert "4711" in page
    assert "(str, not shown)" in page
