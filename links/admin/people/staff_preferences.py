"""Mail follows its reader: what staff's browsers tell is remembered."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language

from links.admin.base.pages import staff_user
from links.lib.zones import ZONE_COOKIE
from links.services.people import preferences

KEPT = "reads"

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def remember_preferences(view: View) -> View:
    """Before the view, write down how this member of staff reads, where that changed. The session knows what was
    written, so that pages cost no query."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        reads = _read(request)
        if request.session.get(KEPT) != reads:
            preferences.remember(staff_user(request), *reads)
            request.session[KEPT] = reads
        return view(request, *args, **kwargs)

    return wrapped  # type: ignore[return-value]


def _read(request: HttpRequest) -> list[str]:
    """A list, as a session keeps it. The zone is the active one: a cookie may hold anything."""
    zone = timezone.get_current_timezone_name() if request.COOKIES.get(ZONE_COOKIE) else ""
    return [get_language() or "", zone]
