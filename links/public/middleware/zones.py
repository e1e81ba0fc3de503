"""Times in the reader's own zone, where the browser told it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from links.lib.zones import ZONE_COOKIE, find_zone


class ReaderZone:
    """Activate the zone that a static script of the staff's pages wrote into a cookie; else the site's own stays."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(find_zone(read_zone(request))):
            return self.get_response(request)


def read_zone(request: HttpRequest) -> str:
    """The name of the zone that the browser told; "" where it told none."""
    name = request.COOKIES.get(ZONE_COOKIE, "")
    return name if find_zone(name) else ""
