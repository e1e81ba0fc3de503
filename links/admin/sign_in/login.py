"""Signing in and changing a password, throttled by account and place."""

from functools import partial
from typing import Any

from django.contrib.auth.views import LoginView, PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from links.admin.sign_in.places import read_new_place, read_place
from links.admin.sign_in.sign_in_steps import enter
from links.forms.people.sign_in import PasswordChangeForm, SignInForm
from links.models.people.accounts import is_account
from links.services.people import sessions

TOO_MANY_REQUESTS = 429


class ThrottledLoginView(LoginView):
    """A browser is given a random number when somebody signs in: by that their account knows it again. It lets nobody
    in without the password."""

    def get_form(self, form_class: Any = None) -> SignInForm:  # noqa: ANN401  as Django's
        form = super().get_form(form_class)
        assert isinstance(form, SignInForm)  # noqa: S101  as the site says
        form.place = read_new_place(self.request)
        return form

    def form_valid(self, form: Any) -> HttpResponse:  # noqa: ANN401  as Django's
        user = form.get_user()
        assert is_account(user)  # noqa: S101  the form has found one
        return enter(self.request, user, self.get_success_url(), form.place)


class PasswordChange(PasswordChangeView):
    def form_valid(self, form: Any) -> HttpResponse:  # noqa: ANN401  as Django's
        """Whoever else is signed in by the old one is so no longer."""
        response = super().form_valid(form)
        user = self.request.user
        assert is_account(user)  # noqa: S101  the view asks for one
        sessions.end_others(user, self.request.session.session_key)
        return response


def sign_in(request: HttpRequest, context: dict[str, Any], template: str) -> HttpResponse:
    view = ThrottledLoginView.as_view(extra_context=context, authentication_form=SignInForm, template_name=template)
    return set_retry_after(view(request))


def change_password(request: HttpRequest, context: dict[str, Any], template: str, done: str) -> HttpResponse:
    view = PasswordChange.as_view(
        form_class=partial(PasswordChangeForm, place=read_place(request)),
        success_url=done,
        extra_context=context,
        template_name=template,
    )
    return set_retry_after(view(request))


def set_retry_after(response: Any) -> HttpResponse:  # noqa: ANN401  of whatever class the view makes it
    form = (response.context_data or {}).get("form") if isinstance(response, TemplateResponse) else None
    if wait := getattr(form, "retry_after", 0):
        response.status_code = TOO_MANY_REQUESTS
        response["Retry-After"] = str(wait)
    return response  # type: ignore[no-any-return]
