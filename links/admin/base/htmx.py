"""What a script of ours asks for: a part of a page, to be put into the one that is shown."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


def read_htmx(request: HttpRequest) -> HtmxDetails:
    """What `HtmxMiddleware` has read off the request; false where a browser asks for a whole page."""
    details: HtmxDetails = request.htmx  # type: ignore[attr-defined]  # set by the middleware
    return details
