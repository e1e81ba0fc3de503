"""Which way and from where whoever asks by a request acts, for the audit trail; and what they were refused."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from links.domain.audit.acts import Way
from links.models import ApiToken
from links.models.people.accounts import is_account
from links.services.audit.acts.refused_pages import record_refused_page
from links.services.audit.sources import Source, acting_as

FORBIDDEN = 403


class AuditSource:
    """Finds out nothing before something is recorded: a customer's click loads no session for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with acting_as(lambda: _read_source(request)):
            response = self.get_response(request)
            if response.status_code == FORBIDDEN:
                _record_refused(request)
            return response


def _record_refused(request: HttpRequest) -> None:
    """A page of the admin's, or an operation of the API. Of whoever is not signed in, a page refuses nothing but a
    sign-in, which has records of its own."""
    user, found, doors = request.user, request.resolver_match, (reverse("admin:index"), reverse("api:api-root"))
    if is_account(user) and found is not None and request.path.startswith(doors):
        record_refused_page(user, found.view_name, request.path, str(request.method), timezone.now())


def _read_source(request: HttpRequest) -> Source:
    address = str(request.META.get("REMOTE_ADDR", ""))  # the client's own: `ProxyHeaders` has put it there
    if request.path.startswith(reverse("api:api-root")):
        # Both are there from the moment that the token was accepted.
        actor, token = request.user if is_account(request.user) else None, getattr(request, "auth", None)
        shown = token.public_name if isinstance(token, ApiToken) else ""
        return Source(Way.API, actor=actor, token=shown, address=address)
    if not request.path.startswith(reverse("admin:index")):
        return Source(Way.CUSTOMER, address=address)
    user = request.user
    # Signed in by this very request, or not at all, is the sign-in page's.
    way = Way.ADMIN if is_account(user) else Way.SIGN_IN
    return Source(way, actor=user if is_account(user) else None, address=address)
