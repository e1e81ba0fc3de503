"""Signing in by the name that a proxy says: whom we believe stands in `links.public.middleware.proxies`."""

from typing import Any

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext

from links.admin.sign_in.places import know_browser, read_new_place
from links.admin.sign_in.session_marks import SIGNED_IN_BY, Voucher
from links.admin.sign_in.sign_in_steps import sign_in
from links.admin.sign_in.single_sign_on import read_next
from links.conf import site
from links.domain.errors import Refused
from links.domain.visits.sign_in_limits import SignInKind
from links.lib.forwarded_headers import PROXY_USER
from links.services.people.proxy_users import admit
from links.texts import refusals


def is_named(request: HttpRequest) -> bool:
    return bool(request.META.get(PROXY_USER))


def sign_in_by_proxy(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    place = read_new_place(request)
    try:
        user = admit(str(request.META[PROXY_USER]), place, timezone.now())
    except Refused as error:
        shown = {
            **context,
            "title": gettext("You are not signed in"),
            "sentence": refusals.explain(error),
            "language_next": request.get_full_path(),
        }
        return TemplateResponse(request, "admin/single_sign_on.html", shown, status=403)
    # As for single sign-on: the proxy's rules hold. When it asked them, no proxy says.
    sign_in(request, user, has_factor=True, voucher=Voucher(SignInKind.PROXY))
    response = HttpResponseRedirect(read_next(request.GET.get("next", "")))
    know_browser(response, place)
    return response


def end_if_named_otherwise(request: HttpRequest) -> None:
    """Whoever came by the proxy's word stays as long as it says so: it may have signed them out, or somebody else
    in."""
    if request.session.get(SIGNED_IN_BY) != SignInKind.PROXY.value or not request.user.is_authenticated:
        return
    if not site.TRUSTED_USER_HEADER or request.META.get(PROXY_USER) != request.user.get_username():
        logout(request)
