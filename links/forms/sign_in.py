"""Where staff type their passwords: signing in, and changing the password."""

from datetime import timedelta
from math import ceil
from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm, AdminPasswordChangeForm
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils import timezone
from django.utils.translation import gettext

from links.domain.sign_in_limits import SignInKind
from links.services.sign_in import PasswordTry, Place, TriedTooOften, accept_try, begin_try
from links.words.times import span

MAX_PASSWORD = 1_024  # characters; a longer one would only keep the server hashing


class _ThrottledForm(forms.BaseForm):
    """`place` is where somebody sits; `retry_after` in seconds, where no password was looked at."""

    place = Place("")
    retry_after = 0

    def begin(self, username: str, kind: SignInKind) -> PasswordTry:
        try:
            return begin_try(username, self.place, kind, timezone.now())
        except TriedTooOften as refused:
            self.retry_after = ceil(refused.wait.total_seconds())
            told = gettext(
                "There were too many tries, so this one was not looked at. The next is possible in %(span)s. In a "
                "browser in which you signed in before, tries elsewhere do not count."
            )
            raise ValidationError(
                told % {"span": span(timedelta(seconds=self.retry_after))}, code="throttled"
            ) from None


class SignInForm(_ThrottledForm, AdminAuthenticationForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _bound(self.fields["password"])

    def clean(self) -> dict[str, Any]:
        username, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not (username and password):
            return self.cleaned_data
        tried = self.begin(username, SignInKind.SIGN_IN)
        cleaned = super().clean()
        accept_try(tried, timezone.now())
        return cleaned


class PasswordChangeForm(_ThrottledForm, AdminPasswordChangeForm):
    def __init__(self, *args: Any, place: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place = place
        for field in self.fields.values():
            _bound(field)

    def clean_old_password(self) -> str:
        tried = self.begin(self.user.get_username(), SignInKind.PASSWORD_CHANGE)
        old = super().clean_old_password()
        accept_try(tried, timezone.now())
        return str(old)


def _bound(field: forms.Field) -> None:
    """Django sets no limit. The check comes before any hash."""
    assert isinstance(field, forms.CharField)  # noqa: S101  a password is text
    field.max_length = MAX_PASSWORD
    field.validators.append(MaxLengthValidator(MAX_PASSWORD))
