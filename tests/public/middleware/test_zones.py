from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from links.lib.zones import ZONE_COOKIE
from links.models import ShareLink
from links.public.downloads import QuestionForm
from links.public.middleware.zones import ReaderZone


def read_zone(request: HttpRequest) -> HttpResponse:
    return HttpResponse(timezone.get_current_timezone_name())


@pytest.mark.parametrize(
    ("cookie", "zone"),
    [
        ("Asia/Tokyo", "Asia/Tokyo"),
        ("", "UTC"),
        ("Mars/Olympus", "UTC"),
        ("../../etc/passwd", "UTC"),
        ("/etc/passwd", "UTC"),
        ("Europe", "UTC"),
        ("a\x00b", "UTC"),
        ("x" * 5000, "UTC"),
    ],
)
def test_a_cookie_names_the_readers_zone_and_nothing_else(cookie: str, zone: str, rf: RequestFactory) -> None:
    request = rf.get("/")
    request.COOKIES[ZONE_COOKIE] = cookie
    assert ReaderZone(read_zone)(request).content.decode() == zone


def test_one_readers_zone_is_not_the_next_ones(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.COOKIES[ZONE_COOKIE] = "Asia/Tokyo"
    ReaderZone(read_zone)(request)
    assert timezone.get_current_timezone_name() == "UTC"


def test_the_script_of_the_pages_writes_the_cookie_that_is_read() -> None:
    script = Path(settings.BASE_DIR, "static", "holdfast", "zone.js").read_text()
    assert f"document.cookie = `{ZONE_COOKIE}=${{zone}};" in script


@pytest.mark.parametrize("outcome", ["ended", "used-up"])
def test_a_page_with_a_question_tells_the_zone_to_where_it_is_asked(outcome: str) -> None:
    page = render_to_string(
        f"public/outcomes/{outcome}.html", {"form": QuestionForm(), "link": ShareLink(download_limit=1)}
    )
    assert f'holdfast/zone.js" data-path="{reverse("ask")}"' in page
