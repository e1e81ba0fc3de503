"""Binding a bucket to its signing key, and changing that."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from links.domain.buckets.endpoints import Addressing
from links.domain.buckets.object_keys import MAX_OBJECT_KEY_BYTES, check_object_key
from links.domain.buckets.s3_objects import StepResult
from links.domain.reasons import Reason
from links.domain.sharing import ShareScope
from links.forms.base import EndpointField, RegionField, ServiceForm, VerbatimInput
from links.models import Bucket, SigningKey
from links.services.buckets import binding, changing
from links.services.links.sharing import require_share
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

    internal = forms.BooleanField(
        label=_("Only for our own network"),
        required=False,
        help_text=_("Select this if the store, and the customers of its links, are in one private network."),
    )

    # Asked for where the store tells nothing, and not before.
    untried = forms.BooleanField(
        label=_("Save it untried"),
        required=False,
        help_text=_("Its links may stop working. They are validated at once, and you are told."),
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._untried = self.fields["untried"]
        if "untried" not in self.data:
            del self.fields["untried"]

    @property
    def is_confirmed(self) -> bool:
        return bool(self.cleaned_data.get("untried"))

    def change(self, bucket: Bucket, now: datetime) -> Bucket | None:
        """What was shown and left as it was is taken from the row; of one that was edited by hand nothing is shown."""
        changed = self._change(bucket, now)
        if self.refused and self.refused.reason is Reason.BUCKET_UNTRIED:
            self.fields["untried"] = self._untried
        return changed

    def _change(self, bucket: Bucket, now: datetime) -> Bucket | None:
        entered = self.cleaned_data
        said = "endpoint" in self.changed_data or "key" not in self.initial
        return self.attempt(
            lambda: changing.change_bucket(
                bucket,
                entered["key"],
                region=entered["region"],
                addressing=entered["addressing"],
                endpoint=entered["endpoint"] if said else None,
                is_confirmed=self.is_confirmed,
                now=now,
            )
        )


class KnownFileField(forms.CharField):
    """The full name of a file that a test of a bucket reads; may be left empty."""

    def __init__(self) -> None:
        super().__init__(
            label=_("A file that is there"),
            max_length=MAX_OBJECT_KEY_BYTES,
            required=False,
            strip=False,
            widget=VerbatimInput(),
            help_text=_(
                "Its full name in the bucket, for example reports/2026/annual.pdf. One byte of it is read to test the "
                "bucket, and it is not saved. Needed only where the key may not list the bucket."
            ),
        )


class BucketTestForm(ServiceForm):
    """A test of one bucket."""

    object_key = KnownFileField()

    def test(self, bucket: Bucket, scope: ShareScope, now: datetime) -> list[StepResult] | None:
        return self.attempt(lambda: self._test(bucket, scope, self.cleaned_data["object_key"], now))

    def _test(self, bucket: Bucket, scope: ShareScope, object_key: str, now: datetime) -> list[StepResult]:
        """What is read by its name tells whether it is there, so it has to be theirs to share."""
        if object_key:
            require_share(scope, bucket, object_key)
        return binding.test_bucket(bucket, scope, object_key, now=now)


class BucketForm(BindingForm):
    name = forms.CharField(label=_("Name"), max_length=255, widget=VerbatimInput())
    object_key = KnownFileField()
    field_order = ["name", "key", "region", "endpoint", "addressing", "object_key", "internal"]

    def __init__(self, *arguments: Any, scope: ShareScope, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if not scope.covers_everything:  # nobody was given anything of a bucket that is not there yet
            del self.fields["object_key"]

    @property
    def known_file(self) -> str:
        """ "" where none was named."""
        return str(self.cleaned_data.get("object_key", ""))

    def save(self, now: datetime) -> Bucket | None:
        return self.attempt(lambda: self._save(now))

    def _save(self, now: datetime) -> Bucket:
        entered = self.cleaned_data
        if self.known_file:
            check_object_key(self.known_file)
        return binding.add_bucket(
            entered["name"],
            entered["key"],
            region=entered["region"],
            endpoint=entered["endpoint"],
            addressing=entered["addressing"],
            now=now,
        )
