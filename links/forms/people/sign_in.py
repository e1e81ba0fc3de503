"""Where staff type their passwords: signing in, and changing the password."""

from copy import deepcopy
from datetime import timedelta
from math import ceil
from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm, AdminPasswordChangeForm
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils import timezone
from django.utils.translation import gettext

from links.domain.visits.sign_in_limits import MAX_USERNAME_LENGTH, SignInKind
from links.models.people.accounts import is_account
from links.services.people import second_factors
from links.services.people.sign_in import (
    PasswordTry,
    SignInSource,
    TriedTooOften,
    accept_try,
    begin_try,
    may_use_password,
)
from links.texts.times import span

MAX_PASSWORD_LENGTH = 1_024  # characters; a longer one would only keep the server hashing


def _limit(form: type[forms.Form], name: str, max_length: int) -> forms.CharField:
    """Django's own field, with a limit that comes before any hash."""
    field = deepcopy(form.base_fields[name])
    assert isinstance(field, forms.CharField)  # noqa: S101  all of them are text
    field.max_length = max_length
    field.validators.append(MaxLengthValidator(max_length))
    return field


class ThrottledForm(forms.BaseForm):
    """`place` is where somebody sits; `retry_after` in seconds, where no password was looked at."""

    place = SignInSource("")
    retry_after = 0

    def begin(self, username: str, kind: SignInKind, *, is_code: bool = False) -> PasswordTry:
        try:
            return begin_try(username, self.place, kind, timezone.now(), is_code=is_code)
        except TriedTooOften as refused:
            self.retry_after = ceil(refused.wait.total_seconds())
            text = gettext(
                "There were too many attempts, so this one was not checked. You can try again in %(span)s. "
                "In a browser where you signed in before, attempts made elsewhere do not count."
            )
            raise ValidationError(
                text % {"span": span(timedelta(seconds=self.retry_after))}, code="throttled"
            ) from None


class SignInForm(ThrottledForm, AdminAuthenticationForm):
    username = _limit(AdminAuthenticationForm, "username", MAX_USERNAME_LENGTH)
    password = _limit(AdminAuthenticationForm, "password", MAX_PASSWORD_LENGTH)

    def clean(self) -> dict[str, Any]:
        username, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not (username and password):
            return self.cleaned_data
        tried = self.begin(username, SignInKind.SIGN_IN)
        cleaned = super().clean()
        user = self.get_user()
        assert is_account(user)  # noqa: S101  otherwise it was refused
        accept_try(tried, timezone.now(), completes=not second_factors.is_asked_for_factor(user))
        return cleaned

    def confirm_login_allowed(self, user: Any) -> None:  # noqa: ANN401  as Django's
        super().confirm_login_allowed(user)
        if not may_use_password(user):
            raise self.get_invalid_login_error()  # as for a wrong password: this is no way to try them


class PasswordChangeForm(ThrottledForm, AdminPasswordChangeForm):
    old_password = _limit(AdminPasswordChangeForm, "old_password", MAX_PASSWORD_LENGTH)
    new_password1 = _limit(AdminPasswordChangeForm, "new_password1", MAX_PASSWORD_LENGTH)
    new_password2 = _limit(AdminPasswordChangeForm, "new_password2", MAX_PASSWORD_LENGTH)

    def __init__(self, *args: Any, place: SignInSource, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place = place

    def clean_old_password(self) -> str:
        tried = self.begin(self.user.get_username(), SignInKind.PASSWORD_CHANGE)
        old = super().clean_old_password()
        accept_try(tried, timezone.now())
        return str(old)
