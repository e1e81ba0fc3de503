"""Signing in and changing a password, throttled by account and place."""

import secrets
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from links.admin.sign_in.signed_out import warn_of_lost_form
from links.forms.sign_in import PasswordChangeForm, SignInForm
from links.services.people.sign_in import SignInSource

KEEPS_BROWSER = timedelta(days=400)  # as long as browsers keep any cookie
TOO_MANY_REQUESTS = 429


def name_cookie() -> str:
    """`__Host-`: no other site of the same domain can set it. Browsers take it under https alone."""
    return "__Host-browser" if settings.SESSION_COOKIE_SECURE else "browser"


def read_place(request: HttpRequest) -> SignInSource:
    """The address is the client's own: `ProxyHeaders` has put it there."""
    return SignInSource(str(request.META.get("REMOTE_ADDR", "")), request.COOKIES.get(name_cookie(), "")[:64])


def read_new_place(request: HttpRequest) -> SignInSource:
    """As `read_place`; a browser without a number is given one."""
    known = read_place(request)
    return SignInSource(known.address, known.browser or secrets.token_urlsafe(32))


class ThrottledLoginView(LoginView):
    """A browser is given a random number when somebody signs in: by that their account knows it again. It lets nobody
    in without the password."""

    def get_form(self, form_class: Any = None) -> SignInForm:  # noqa: ANN401  as Django's
        form = super().get_form(form_class)
        assert isinstance(form, SignInForm)  # noqa: S101  as the site says
        form.place = read_new_place(self.request)
        return form

    def form_valid(self, form: Any) -> HttpResponse:  # noqa: ANN401  as Django's
        response = super().form_valid(form)
        warn_of_lost_form(self.request)
        know_browser(response, form.place)
        return response


def sign_in(request: HttpRequest, context: dict[str, Any], template: str) -> HttpResponse:
    view = ThrottledLoginView.as_view(extra_context=context, authentication_form=SignInForm, template_name=template)
    return _set_retry_after(view(request))


def change_password(request: HttpRequest, context: dict[str, Any], template: str, done: str) -> HttpResponse:
    view = PasswordChangeView.as_view(
        form_class=partial(PasswordChangeForm, place=read_place(request)),
        success_url=done,
        extra_context=context,
        template_name=template,
    )
    return _set_retry_after(view(request))


def know_browser(response: HttpResponse, place: SignInSource) -> None:
    """The account of whoever signed in knows this browser again."""
    response.set_cookie(
        name_cookie(),
        place.browser,
        max_age=KEEPS_BROWSER,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _set_retry_after(response: Any) -> HttpResponse:  # noqa: ANN401  of whatever class the view makes it
    form = (response.context_data or {}).get("form") if isinstance(response, TemplateResponse) else None
    if wait := getattr(form, "retry_after", 0):
        response.status_code = TOO_MANY_REQUESTS
        response["Retry-After"] = str(wait)
    return response  # type: ignore[no-any-return]
