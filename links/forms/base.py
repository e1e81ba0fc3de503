"""Forms whose request is one service call."""

from collections.abc import Callable, Mapping
from typing import ClassVar, TypeVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from links.domain.errors import HoldfastError
from links.domain.reasons import Reason
from links.models import Bucket
from links.queries.staff import explain_to_staff

Done = TypeVar("Done")

# Characters. Every field of text has a limit (tests/growth/test_forms.py).
MAX_PASTED_LENGTH = 100_000  # a whole mail with a URL in it
MAX_SECRET_LENGTH = 1_000
MAX_FINGERPRINT_LENGTH = 200
MAX_ENDPOINT_LENGTH = 200
MAX_REGION_LENGTH = 40


class VerbatimInput(forms.TextInput):
    """A line for what is no prose: nobody corrects it, remembers it, or begins it with a capital."""

    def __init__(self, attrs: Mapping[str, object] | None = None) -> None:
        plain = {"spellcheck": "false", "autocomplete": "off", "autocapitalize": "none"}
        super().__init__({**plain, **(attrs or {})})


class VerbatimArea(forms.Textarea):
    """Room for what is no prose: nobody corrects it or remembers it."""

    def __init__(self, attrs: Mapping[str, object] | None = None) -> None:
        plain = {"spellcheck": "false", "autocomplete": "off", "autocapitalize": "off"}
        super().__init__({**plain, **(attrs or {})})


class SecretArea(VerbatimArea):
    """Room for URLs, which are secrets: a page never repeats what was entered here."""

    def format_value(self, value: object) -> None:  # noqa: ARG002  whatever it is
        return None


class RegionField(forms.CharField):
    """A region of a store, as in ap-northeast-1; may be left empty, and `help_text` says what that means."""

    def __init__(self, *, help_text: StrOrPromise = "") -> None:
        super().__init__(
            label=_("Region"),
            max_length=MAX_REGION_LENGTH,
            required=False,
            widget=VerbatimInput(),
            help_text=help_text,
        )


class EndpointField(forms.CharField):
    """The address of a store; may be left empty, and `help_text` says what that means."""

    def __init__(self, *, help_text: StrOrPromise) -> None:
        widget = VerbatimInput({"inputmode": "url"})
        super().__init__(
            label=_("Endpoint"), max_length=MAX_ENDPOINT_LENGTH, required=False, widget=widget, help_text=help_text
        )


class ServiceForm(forms.Form):
    """A refusal is said at the first of the fields that its reason blames which the form has, or for the form as a
    whole. `blamed` names another field for a reason; `refused_bucket` is the bucket that was chosen."""

    blamed: ClassVar[Mapping[Reason, str]] = {}
    refused: HoldfastError | None = None
    refused_bucket: Bucket | None = None

    def attempt(self, act: Callable[[], Done]) -> Done | None:
        """Do it; None where it was refused, which the form then says in words."""
        try:
            return act()
        except HoldfastError as error:
            self.refused, self.refused_bucket = error, self.cleaned_data.get("bucket")
            blamed = self._find_field(error.reason)
            # Whoever may choose a key may also put it right.
            is_own = blamed is not None and blamed in (next(iter(error.reason.fields), None), "key")
            self.add_error(blamed, explain_to_staff(error, is_own=is_own))
            return None

    def replace(self, **entered: str) -> None:
        """Show this as entered, and all else as it was."""
        self.data = {name: self.data[name] for name in self.data} | entered

    def _find_field(self, reason: Reason) -> str | None:
        names = [self.blamed[reason]] if reason in self.blamed else reason.fields
        return next((name for name in names if name in self.fields), None)
