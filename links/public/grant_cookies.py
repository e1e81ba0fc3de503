"""What a browser keeps of a press: one cookie for each grant, so that two presses at once do not lose each other's."""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from links.domain.visits.access import GRANT_LIFETIME

MAX_COOKIES = 16  # cookies; browsers and servers bound how much of them a request may carry


def read_secrets(request: HttpRequest) -> list[str]:
    """The secrets of a browser's latest presses, the newest first."""
    return [request.COOKIES[name] for name in _list_names(request)[:MAX_COOKIES]]


def keep_secret(request: HttpRequest, response: HttpResponse, secret: str) -> None:
    """Where the site is reached by https no other host, and no plain http, can set or see it: `__Host-` promises so,
    and asks for the path of the whole site."""
    for name in _list_names(request)[MAX_COOKIES - 1 :]:
        response.delete_cookie(name, samesite="Lax")
    response.set_cookie(
        f"{_get_prefix()}{int(timezone.now().timestamp()):x}-{secrets.token_hex(4)}",
        secret,
        max_age=GRANT_LIFETIME,
        path="/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _list_names(request: HttpRequest) -> list[str]:
    """The newest first: a name begins with its second. One without a value was deleted, and takes nobody's place."""
    prefix = _get_prefix()
    return sorted((name for name, value in request.COOKIES.items() if value and name.startswith(prefix)), reverse=True)


def _get_prefix() -> str:
    return "__Host-grant-" if settings.SESSION_COOKIE_SECURE else "grant-"
