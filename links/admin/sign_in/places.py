"""Where somebody signs in: their address, and the number that their browser was given the last time."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from links.services.people.sign_in import SignInSource

KEEPS_BROWSER = timedelta(days=400)  # as long as browsers keep any cookie


def name_cookie() -> str:
    """`__Host-`: no other site of the same domain can set it. Browsers take it under https alone."""
    return "__Host-browser" if settings.SESSION_COOKIE_SECURE else "browser"


def read_place(request: HttpRequest) -> SignInSource:
    """The address is the client's own: `ProxyHeaders` has put it there."""
    return SignInSource(str(request.META.get("REMOTE_ADDR", "")), request.COOKIES.get(name_cookie(), "")[:64])


def read_new_place(request: HttpRequest) -> SignInSource:
    """The same, with a new number for a browser that has none."""
    known = read_place(request)
    return SignInSource(known.address, known.browser or secrets.token_urlsafe(32))


def know_browser(response: HttpResponse, place: SignInSource) -> None:
    """By this number its account knows the browser again. It lets nobody in."""
    response.set_cookie(
        name_cookie(),
        place.browser,
        max_age=KEEPS_BROWSER,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
