"""Times in the reader's own zone, where the browser told it."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

COOKIE = "tz"


class ReaderZone:
    """Activate the zone that a static script of the staff's pages wrote into a cookie; else the site's own stays."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(_read_zone(request.COOKIES.get(COOKIE, ""))):
            return self.get_response(request)


def _read_zone(name: str) -> ZoneInfo | None:
    """Anybody may write anything into a cookie. `ZoneInfo` takes no path that leads out of its data."""
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError, KeyError):
        return None
