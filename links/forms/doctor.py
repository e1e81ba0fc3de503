"""Asking the link doctor."""

from collections.abc import Sequence
from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from links.domain.pasted.urls import PastedUrl, read_all
from links.forms.base import MAX_PASTED_LENGTH, SecretArea, ServiceForm
from links.models.links.share_links import Viewer
from links.services.pasted import doctor


class DoctorForm(ServiceForm):
    url = forms.CharField(
        label=_("URL"),
        max_length=MAX_PASTED_LENGTH,
        strip=False,
        widget=SecretArea(attrs={"rows": 5}),
        help_text=_("Paste it as you received it, even if mail or chat damaged it. It is read and not saved."),
    )
    promised_until = forms.DateTimeField(
        label=_("Promised until"),
        required=False,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        help_text=_("The date that the customer was given, if any."),
    )
    ask = forms.BooleanField(
        label=_("Also ask the store"),
        required=False,
        help_text=_("One request for one byte, as from the customer's browser. Without it, no request is sent."),
    )

    found: Sequence[PastedUrl] = ()

    def examine(self, viewer: Viewer, now: datetime) -> doctor.Diagnosis | None:
        """Of a text with several signed URLs the first is judged; `found` are all of them."""
        return self.attempt(lambda: self._examine(viewer, now))

    def _examine(self, viewer: Viewer, now: datetime) -> doctor.Diagnosis:
        entered = self.cleaned_data
        self.found = read_all(entered["url"])
        return doctor.check_url(
            self.found[0], viewer, promised_until=entered["promised_until"], ask=entered["ask"], now=now
        )
