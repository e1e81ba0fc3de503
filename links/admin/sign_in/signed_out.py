"""Whoever comes with a session that is over: they are told so, and led back to where they were; and a button's address
without its press."""

from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext

from links.admin.base.htmx import read_htmx

ENDED = "ended"
LOST = "lost"
"""In the sign-in page's address: a form was sent that nobody took."""


def is_session_over(request: HttpRequest) -> bool:
    """Browsers drop the cookie of a session that is over; but a form is only sent by who had been let see it."""
    had_one = settings.SESSION_COOKIE_NAME in request.COOKIES or request.method == "POST"
    return had_one and request.user.is_anonymous


def answer_signed_out(request: HttpRequest) -> HttpResponse:
    """To the sign-in page. A script's request gets a message for the place that it fills: the page that sent it stays
    as it is, with all that was entered there."""
    address = f"{reverse('admin:login')}?{urlencode({'next': find_way_back(request), ENDED: 1})}"
    if read_htmx(request):
        return render(request, "admin/links/signed_out.html", {"sign_in": address})
    return HttpResponseRedirect(f"{address}&{LOST}=1" if request.method == "POST" else address)


def warn_of_lost_form(request: HttpRequest) -> None:
    """For the page that opens after signing in: whoever is back there may think that their form was taken."""
    if LOST in request.GET:
        messages.warning(request, gettext("Your session had expired. What you typed or pressed was not sent."))


def lead_to_button(request: HttpRequest) -> HttpResponse:
    """From the address of a page that only takes a press, as signing in leads to, to the page with its button: the
    row's, or the list, or the front page."""
    messages.warning(request, gettext("Nothing was changed. Press the button again."))
    match = request.resolver_match
    model = "_".join((match.url_name or "").split("_")[:2]) if match else ""
    row = match.kwargs.get("object_id") if match else None
    try:
        page = reverse(f"admin:{model}_changelist") if row is None else reverse(f"admin:{model}_change", args=[row])
    except NoReverseMatch:
        page = reverse("admin:index")
    return HttpResponseRedirect(page)


def find_way_back(request: HttpRequest) -> str:
    """The page whose form was sent: what it was sent to may have no page of its own."""
    htmx = read_htmx(request)
    page = htmx.current_url or request.headers.get("Referer", "")
    is_form = request.method == "POST" or bool(htmx)
    if not is_form or not url_has_allowed_host_and_scheme(page, {request.get_host()}):
        return request.get_full_path()
    return urlsplit(page)._replace(scheme="", netloc="", fragment="").geturl()
