"""Signing in and changing a password, throttled by account and place; and the record of it."""

import secrets
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from links.admin.base.columns import NOTHING, show_moment
from links.admin.base.history_lists import HistoryListAdmin
from links.admin.people.signed_out import warn_of_lost_form
from links.domain.sign_in_limits import SignInKind, SignInOutcome
from links.forms.sign_in import PasswordChangeForm, SignInForm
from links.models import SignIn
from links.services.sign_in import Place
from links.words import states

KEEPS_BROWSER = timedelta(days=400)  # as long as browsers keep any cookie
TOO_MANY_REQUESTS = 429


def name_cookie() -> str:
    """`__Host-`: no other site of the same domain can set it. Browsers take it under https alone."""
    return "__Host-browser" if settings.SESSION_COOKIE_SECURE else "browser"


def read_place(request: HttpRequest) -> Place:
    """The address is the client's own: `ProxyHeaders` has put it there."""
    return Place(str(request.META.get("REMOTE_ADDR", "")), request.COOKIES.get(name_cookie(), "")[:64])


class ThrottledLoginView(LoginView):
    """A browser is given a random number when somebody signs in: by that their account knows it again. It lets nobody
    in without the password."""

    def get_form(self, form_class: Any = None) -> SignInForm:  # noqa: ANN401  as Django's
        form = super().get_form(form_class)
        assert isinstance(form, SignInForm)  # noqa: S101  as the site says
        known = read_place(self.request)
        form.place = Place(known.address, known.browser or secrets.token_urlsafe(32))
        return form

    def form_valid(self, form: Any) -> HttpResponse:  # noqa: ANN401  as Django's
        response = super().form_valid(form)
        warn_of_lost_form(self.request)
        response.set_cookie(
            name_cookie(),
            form.place.browser,
            max_age=KEEPS_BROWSER,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return response


def sign_in(request: HttpRequest, context: dict[str, Any], template: str) -> HttpResponse:
    view = ThrottledLoginView.as_view(extra_context=context, authentication_form=SignInForm, template_name=template)
    return _tell_wait(view(request))


def change_password(request: HttpRequest, context: dict[str, Any], template: str, done: str) -> HttpResponse:
    view = PasswordChangeView.as_view(
        form_class=partial(PasswordChangeForm, place=read_place(request)),
        success_url=done,
        extra_context=context,
        template_name=template,
    )
    return _tell_wait(view(request))


def _tell_wait(response: Any) -> HttpResponse:  # noqa: ANN401  of whatever class the view makes it
    form = (response.context_data or {}).get("form") if isinstance(response, TemplateResponse) else None
    if wait := getattr(form, "retry_after", 0):
        response.status_code = TOO_MANY_REQUESTS
        response["Retry-After"] = str(wait)
    return response  # type: ignore[no-any-return]


@admin.register(SignIn)
class SignInAdmin(HistoryListAdmin[SignIn]):
    list_display = ["shown_at", "shown_outcome", "shown_kind", "shown_user", "shown_address", "tries"]
    list_select_related = ["user"]
    explained = _("Who tried a staff password, and where. Names that belong to nobody here are not kept.")

    @admin.display(description=_("At"))
    def shown_at(self, row: SignIn) -> str:
        return show_moment(row.at)

    @admin.display(description=_("Outcome"))
    def shown_outcome(self, row: SignIn) -> str:
        return states.label(SignInOutcome(row.outcome))

    @admin.display(description=_("Kind"))
    def shown_kind(self, row: SignIn) -> str:
        return states.label(SignInKind(row.kind))

    @admin.display(description=_("Account"))
    def shown_user(self, row: SignIn) -> str:
        return row.user.get_username() if row.user else NOTHING

    @admin.display(description=_("Network"))
    def shown_address(self, row: SignIn) -> str:
        return row.address or NOTHING
