"""The terms of a link, as they are entered when it is made and when it is changed."""

from datetime import datetime

from django import forms
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from links.domain.promise.terms import (
    MAX_CUSTOMER_LENGTH,
    MAX_DOWNLOADS,
    MAX_FILENAME_LENGTH,
    MAX_NOTE_LENGTH,
    MAX_PASSWORD_LENGTH,
    MAX_REFERENCE_LENGTH,
    MAX_REMIND_DAYS,
    MAX_SLUG_LENGTH,
    MAX_TITLE_LENGTH,
    TERMS,
)
from links.forms.base import ServiceForm, VerbatimInput
from links.forms.kept import KeptSecretInput
from links.models import Customer
from links.services.link_terms import Terms
from links.services.people import customers
from links.texts.terms import HELP, LABELS


class Lines(forms.CharField):
    """Text of several lines, however a browser breaks them."""

    def to_python(self, value: object) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


class TermFields(ServiceForm):
    """One field for each of `links.domain.promise.terms.TERMS`, in their order."""

    customer = forms.CharField(
        label=LABELS["customer"],
        max_length=MAX_CUSTOMER_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "customers"}),
        help_text=HELP["customer"],
    )
    reference = forms.CharField(
        label=LABELS["reference"],
        max_length=MAX_REFERENCE_LENGTH,
        required=False,
        widget=VerbatimInput(),
        help_text=HELP["reference"],
    )
    title = forms.CharField(
        label=LABELS["title"],
        max_length=MAX_TITLE_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=HELP["title"],
    )
    note = Lines(
        label=LABELS["note"],
        max_length=MAX_NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=HELP["note"],
    )
    filename = forms.CharField(
        label=LABELS["filename"],
        max_length=MAX_FILENAME_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=HELP["filename"],
    )
    password = forms.CharField(
        label=LABELS["password"],
        max_length=MAX_PASSWORD_LENGTH,
        required=False,
        strip=False,
        widget=KeptSecretInput(),
        help_text=_("At least 8 characters, and hard to guess. Send it to the customer separately from the URL."),
    )
    download_limit = forms.IntegerField(
        label=_("Downloads allowed"),
        min_value=1,
        max_value=MAX_DOWNLOADS,
        required=False,
        help_text=_("Only pressing the button counts, not mail scanners. If empty, there is no limit."),
    )
    starts_at = forms.DateTimeField(
        label=LABELS["starts_at"],
        required=False,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )
    slug = forms.CharField(
        label=_("Custom address"),
        max_length=MAX_SLUG_LENGTH,
        required=False,
        widget=VerbatimInput(),
        help_text=HELP["slug"],
    )
    is_public = forms.BooleanField(label=_("Public: anyone who knows the address can download"), required=False)
    remind_days = forms.IntegerField(
        label=_("Remind me this many days before it expires"), min_value=1, max_value=MAX_REMIND_DAYS, required=False
    )
    notify_downloads = forms.BooleanField(label=_("Notify me when it is downloaded"), required=False)
    follows_latest = forms.BooleanField(
        label=LABELS["follows_latest"], required=False, help_text=HELP["follows_latest"]
    )

    def clean_slug(self) -> str:
        return str(self.cleaned_data["slug"]).lower()

    def find_customer(self, now: datetime, by: User) -> Customer | None:
        """The customer who was named; unsaved where the name is new."""
        name = self.cleaned_data["customer"].strip()
        return customers.find_or_build(name, now, by) if name else None

    def read_terms(self, customer: Customer | None) -> Terms:
        """What was entered, as terms; a field that is not there has nothing to say about the link."""
        entered = {term.name: self.cleaned_data[term.name] for term in TERMS if term.name in self.fields}
        return Terms(**{**entered, "customer": customer})
