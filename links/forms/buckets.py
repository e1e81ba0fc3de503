"""Binding a bucket to its signing key, and changing that."""

from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from links.domain.buckets.endpoints import Addressing
from links.forms.base import EndpointField, RegionField, ServiceForm, VerbatimInput
from links.models import Bucket, SigningKey
from links.services.buckets import binding
from links.texts import labels


def _list_addressing() -> list[tuple[str, str]]:
    return [(way.value, labels.label(way)) for way in Addressing]


class BindingForm(ServiceForm):
    """How a bucket is reached and signed for: what stays open to change."""

    key = forms.ModelChoiceField(
        label=_("Signing key"),
        queryset=SigningKey.objects.present(),
        help_text=_("The only key that signs links for this bucket."),
    )
    region = RegionField(help_text=_("For example ap-northeast-1. If empty, the key's region is used."))
    endpoint = EndpointField(help_text=_("If empty, the key's endpoint is used. For AWS leave both empty."))
    addressing = forms.ChoiceField(
        label=_("Addressing"), choices=_list_addressing, initial=Addressing.AUTO.value,
        help_text=_("Automatic is right for AWS and nearly every other store."),
    )  # fmt: skip

    def change(self, bucket: Bucket, now: datetime) -> Bucket | None:
        """What was shown and left as it was is taken from the row; of one that was edited by hand nothing is shown."""
        entered = self.cleaned_data
        said = "endpoint" in self.changed_data or "key" not in self.initial
        return self.attempt(
            lambda: binding.change_bucket(
                bucket,
                entered["key"],
                region=entered["region"],
                addressing=entered["addressing"],
                endpoint=entered["endpoint"] if said else None,
                now=now,
            )
        )


class BucketForm(BindingForm):
    name = forms.CharField(label=_("Name"), max_length=255, widget=VerbatimInput())
    internal = forms.BooleanField(
        label=_("Only for our own network"),
        required=False,
        help_text=_("Tick it where the store is reached from within a network only, and its links' customers are too."),
    )
    field_order = ["name", "key", "region", "endpoint", "addressing", "internal"]

    def save(self, now: datetime) -> Bucket | None:
        entered = self.cleaned_data
        return self.attempt(
            lambda: binding.add_bucket(
                entered["name"],
                entered["key"],
                region=entered["region"],
                endpoint=entered["endpoint"],
                addressing=entered["addressing"],
                now=now,
            )
        )
