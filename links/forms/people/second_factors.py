"""Where staff prove their second factor, set it up, and say again who they are."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from links.domain.errors import Unavailable
from links.domain.people.second_factors import MAX_CODE_LENGTH, MAX_NAME_LENGTH, Factor
from links.domain.visits.sign_in_limits import SignInKind
from links.forms.people.sign_in import MAX_PASSWORD_LENGTH, ThrottledForm
from links.services.people import confirmations, passkeys, second_factors
from links.services.people.passkeys import MAX_ANSWER_LENGTH, Challenge, Site
from links.services.people.sign_in import SignInSource, accept_try

_CODE = {"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}


class CodeField(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={**_CODE, "autofocus": True})
        super().__init__(label=_("Code"), max_length=MAX_CODE_LENGTH, widget=widget, **kwargs)


class SecondStepForm(ThrottledForm, forms.Form):
    """A code, or what the browser answered with a passkey. `factor` is the one that was proved."""

    factor: Factor | None = None
    kind = SignInKind.SECOND_FACTOR
    one_proves = True  # one of the fields has to be filled in, so that none of them is called optional

    code = CodeField(required=False)
    answer = forms.CharField(required=False, max_length=MAX_ANSWER_LENGTH, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, person: User, place: SignInSource, site: Site, challenge: Challenge | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.place, self.site, self.challenge = person, place, site, challenge

    def clean(self) -> dict[str, Any]:
        if not self.errors:
            self.try_factor()
        return self.cleaned_data

    def try_factor(self) -> None:
        code, answer, now = self.cleaned_data.get("code", ""), self.cleaned_data.get("answer", ""), timezone.now()
        if not (code or answer):
            raise ValidationError({"code": gettext("Enter a code.")})
        tried = self.begin(self.person.get_username(), self.kind, is_code=True)
        if answer:
            is_proved = passkeys.is_proved(self.person, self.site, self.challenge, answer, now)
            self.factor = Factor.PASSKEY if is_proved else None
        else:
            self.factor = self._use_code(code)
        if answer and self.factor is None:
            raise ValidationError(gettext("This passkey was not accepted. Try again, or enter a code."))
        if self.factor is None:
            raise ValidationError(
                {"code": gettext("This code is wrong, or it was used before. Wait for the next one in your app.")}
            )
        accept_try(tried, now)

    def _use_code(self, code: str) -> Factor | None:
        try:
            return second_factors.use_code(self.person, code, timezone.now())
        except Unavailable:
            raise ValidationError(
                {
                    "code": gettext(
                        "Codes of your app cannot be checked at present: what they are made of cannot be read. Use a "
                        "recovery code or a passkey, and tell whoever runs this site."
                    )
                }
            ) from None


class ConfirmationForm(SecondStepForm):
    """One of what somebody has; all of it where `fully`."""

    kind = SignInKind.CONFIRMATION

    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        max_length=MAX_PASSWORD_LENGTH,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    field_order = ["password", "code", "answer"]

    def __init__(self, *args: Any, fully: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        has_factor, has_password = second_factors.has_factor(self.person), self.person.has_usable_password()
        self.needs_both = has_factor and has_password
        self.fully = fully
        if not has_factor:
            del self.fields["code"], self.fields["answer"]
        elif has_password:
            self.fields["code"].widget.attrs.pop("autofocus")
        if not has_password:
            del self.fields["password"]

    def clean(self) -> dict[str, Any]:
        if self.errors:
            return self.cleaned_data
        if not self.fields:
            raise ValidationError(
                gettext("Your account has no password and no second factor here: log out, and sign in again.")
            )
        password, code = self.cleaned_data.get("password", ""), self.cleaned_data.get("code", "")
        proof = code or self.cleaned_data.get("answer", "")
        if password or ("password" in self.fields and (self.fully or not proof)):
            self._try_password(password)
        if proof or "password" not in self.fields or (self.fully and self.needs_both):
            self.try_factor()
        return self.cleaned_data

    def _try_password(self, password: str) -> None:
        if not password:
            raise ValidationError({"password": gettext("Enter your password.")})
        tried = self.begin(self.person.get_username(), self.kind)
        if not confirmations.is_password(self.person, password):
            raise ValidationError({"password": gettext("This is not your password.")})
        accept_try(tried, timezone.now())


class AppForm(ThrottledForm, forms.Form):
    """The first code of an app that is being set up."""

    code = CodeField()

    def __init__(self, *args: Any, person: User, place: SignInSource, number: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.place, self.number = person, place, number
        self.fields["code"].widget.attrs.pop("autofocus")  # it would scroll the picture out of sight

    def clean_code(self) -> str:
        tried = self.begin(self.person.get_username(), SignInKind.SECOND_FACTOR, is_code=True)
        code: str = self.cleaned_data["code"]
        if not second_factors.confirm_app(self.person, self.number, code, timezone.now()):
            raise ValidationError(
                gettext(
                    "This is not the code that your app shows now. Check the clock of your phone, and try the next."
                )
            )
        accept_try(tried, timezone.now())
        return code


class PasskeyForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=MAX_NAME_LENGTH)
    answer = forms.CharField(required=False, max_length=MAX_ANSWER_LENGTH, widget=forms.HiddenInput)

    def __init__(self, *args: Any, person: User, site: Site, challenge: Challenge | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.site, self.challenge = person, site, challenge

    def clean(self) -> dict[str, Any]:
        if self.errors:
            return self.cleaned_data
        name, answer = self.cleaned_data["name"], self.cleaned_data["answer"]
        if not answer:
            raise ValidationError(gettext("Your browser made no passkey. Press the button, and follow its questions."))
        if passkeys.add(self.person, self.site, self.challenge, answer, name, timezone.now()) is None:
            raise ValidationError(
                gettext(
                    "This passkey was not accepted: it is here already, or the page was open for too long. Try again."
                )
            )
        return self.cleaned_data
