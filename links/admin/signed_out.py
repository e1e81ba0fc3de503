"""Whoever comes with a session that is over: they are told so, and led back to where they were."""

from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

ENDED = "ended"


def is_session_over(request: HttpRequest) -> bool:
    return settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_anonymous


def tell_signed_out(request: HttpRequest) -> HttpResponse:
    """To the sign-in page. A script's request gets a message for the place that it fills: the page that sent it stays
    as it is, with all that was entered there."""
    address = f"{reverse('admin:login')}?{urlencode({'next': _find_way_back(request), ENDED: 1})}"
    if request.headers.get("HX-Request"):
        return render(request, "admin/links/signed_out.html", {"sign_in": address})
    return HttpResponseRedirect(address)


def _find_way_back(request: HttpRequest) -> str:
    """The page whose form was sent: what it was sent to may have no page of its own."""
    page = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    is_form = request.method == "POST" or "HX-Request" in request.headers
    if not is_form or not url_has_allowed_host_and_scheme(page, {request.get_host()}):
        return request.get_full_path()
    return urlsplit(page)._replace(scheme="", netloc="", fragment="").geturl()
