"""Making a link. The promise is known before anything is saved."""

from datetime import datetime
from typing import ClassVar

from django import forms
from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from links.domain.facts import Delivery
from links.domain.lifetimes import Lifetime
from links.domain.promises import Promise
from links.forms.base import ServiceForm
from links.models import Bucket
from links.services import issue
from links.words import states
from links.words.lifetimes import duration

MONTH = Lifetime(seconds=30 * 86_400)


def _list_deliveries() -> list[tuple[str, str]]:
    return [(delivery.value, states.in_full(delivery)) for delivery in (Delivery.STABLE, Delivery.PRESIGNED)]


def _make_lifetime_field() -> forms.CharField:
    return forms.CharField(
        label=_("Lifetime"),
        max_length=100,
        initial=lambda: duration(MONTH),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("“30 days”, “1 year”, “6 hours”, or its end: “2030-12-24” or “2030-12-24 18:00”."),
    )


class LinkForm(ServiceForm):
    blamed: ClassVar = {
        "lifetime": "lifetime",
        "object": "object_key",
        "promise-presigned": "delivery",
        "promise-key": "bucket",
        "promise": "lifetime",
        "key": "bucket",
        "store": "bucket",
    }

    bucket = forms.ModelChoiceField(label=_("Bucket"), queryset=Bucket.objects.select_related("key"))
    object_key = forms.CharField(
        label=_("Object key"),
        strip=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("The object's full name in the bucket, as in reports/2026/annual.pdf."),
    )
    lifetime = _make_lifetime_field()
    delivery = forms.ChoiceField(
        label=_("Delivery"), choices=_list_deliveries, initial=Delivery.STABLE.value, widget=forms.RadioSelect
    )
    filename = forms.CharField(
        label=_("Saved as"),
        max_length=255,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("The name under which the customer saves the file. Default: the last part of the object key."),
    )
    follows_latest = forms.BooleanField(
        label=_("Follow the latest file"),
        required=False,
        help_text=_(
            "Tick it when the file will be replaced under the same name and the link should lead to the new one. "
            "Otherwise the link leads to this very file, or stops."
        ),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For you and your colleagues: whom it is for, and why. Customers never see it."),
    )

    def preview(self, now: datetime) -> Promise | None:
        return self.attempt(lambda: issue.preview(self._wish(None), now))

    def create(self, owner: User, now: datetime) -> issue.Issued | None:
        return self.attempt(lambda: issue.create_link(self._wish(owner), now))

    @property
    def offer(self) -> str:
        """The delivery that can do what was refused, or nothing."""
        return str(self.refused.params.get("offer", "")) if self.refused else ""

    def _wish(self, owner: User | None) -> issue.Wish:
        entered = self.cleaned_data
        return issue.Wish(
            entered["bucket"],
            entered["object_key"],
            entered["lifetime"],
            timezone.get_current_timezone(),
            delivery=Delivery(entered["delivery"]),
            note=entered["note"],
            filename=entered["filename"],
            owner=owner,
            follows_latest=entered["follows_latest"],
        )
