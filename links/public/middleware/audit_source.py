"""Which way and from where whoever asks by a request acts, for the audit trail."""

from collections.abc import Callable

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from links.domain.audit.acts import Way
from links.services.audit.sources import Source, acting_as


class AuditSource:
    """Finds out nothing before something is recorded: a customer's click loads no session for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with acting_as(lambda: _read_source(request)):
            return self.get_response(request)


def _read_source(request: HttpRequest) -> Source:
    address = str(request.META.get("REMOTE_ADDR", ""))  # the client's own: `ProxyHeaders` has put it there
    if not request.path.startswith(reverse("admin:index")):
        return Source(Way.CUSTOMER, address=address)
    user = request.user
    # Signed in by this very request, or not at all, is the sign-in page's.
    way = Way.ADMIN if isinstance(user, User) else Way.SIGN_IN
    return Source(way, actor=user if isinstance(user, User) else None, address=address)
