"""Making a link. The promise is known before anything is saved."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from links.domain.buckets.bucket_states import BucketState
from links.domain.judging.facts import Delivery
from links.domain.pasted.object_addresses import is_address
from links.domain.promise import lifetimes
from links.domain.promise.lifetimes import Lifetime
from links.domain.promise.promises import Promise
from links.domain.signed_urls.url_parts import MAX_URL_LENGTH
from links.forms.base import VerbatimInput
from links.forms.kept import KeptSecretsForm
from links.forms.terms import TermFields
from links.models import Bucket, Customer
from links.queries.bucket_states import find_states, find_usual
from links.services.links import browse, creation, sharing
from links.texts import labels
from links.texts.lifetimes import duration
from links.texts.pages.bucket_tests import describe_state

MONTH = Lifetime(seconds=30 * 86_400)


class BucketField(forms.ModelChoiceField[Bucket]):
    """Each bucket with how it stands."""

    def offer(self, buckets: QuerySet[Bucket], states: Mapping[int, BucketState]) -> None:
        self.queryset, self.states = buckets, states

    def label_from_instance(self, obj: Bucket) -> str:
        return gettext("%(bucket)s – %(state)s") % {
            "bucket": obj.name,
            "state": describe_state(self.states[obj.pk], obj.last_test),
        }


def _list_deliveries() -> list[tuple[str, str]]:
    return [(delivery.value, labels.in_full(delivery)) for delivery in (Delivery.STABLE, Delivery.PRESIGNED)]


class LinkForm(KeptSecretsForm, TermFields):
    """What is wished for. An address that was pasted as the object says which bucket is meant, too."""

    reader: User
    keeps = "object_key"
    keeps_whole = ("password",)
    usual: ClassVar = ("customer", "object_key", "bucket", "lifetime", "password")

    object_key = forms.CharField(
        label=_("File"),
        max_length=MAX_URL_LENGTH,
        strip=False,
        widget=VerbatimInput(),
        help_text=_(
            "Its full name in the bucket, for example reports/2026/annual.pdf. You can also paste s3://…, an "
            "ARN, or a URL."
        ),
    )
    bucket = BucketField(label=_("Bucket"), queryset=Bucket.objects.none(), required=False, empty_label=None)
    lifetime = forms.CharField(
        label=_("Lifetime"),
        max_length=lifetimes.MAX_TEXT_LENGTH,
        initial=lambda: duration(MONTH),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("“30 days”, “1 year”, “6 hours”, or a date: “2030-12-24” or “2030-12-24 18:00”."),
    )
    delivery = forms.ChoiceField(
        label=_("Delivery"),
        choices=_list_deliveries,
        initial=Delivery.STABLE.value,
        required=False,
        widget=forms.RadioSelect,
    )
    field_order = [*usual]

    was_pasted = False

    def __init__(
        self, reader: User, data: Mapping[str, Any] | None = None, *, initial: Mapping[str, Any] | None = None
    ) -> None:
        """Offers the buckets from which the reader may share, and proposes the last that they used and that works."""
        super().__init__(reader, data, initial=dict(initial or {}))
        self.scope = sharing.find_scope(reader)
        offered = sharing.list_buckets(self.scope)
        states = find_states(offered)
        self.fields["bucket"].offer(offered, states)  # type: ignore[attr-defined]
        if not self.is_bound and not self.initial.get("bucket"):
            self.initial["bucket"] = find_usual(reader, states)
        first = "object_key" if self["customer"].value() else "customer"
        self.fields[first].widget.attrs["autofocus"] = True

    def clean_delivery(self) -> str:
        """A form that says nothing of it wants the usual one."""
        return self.cleaned_data["delivery"] or Delivery.STABLE.value

    def clean(self) -> dict[str, Any]:
        super().clean()
        text = self.cleaned_data.get("object_key", "")
        if is_address(text):
            self.attempt(lambda: self._take_pasted(text))
        elif text and not self.cleaned_data.get("bucket"):
            self.add_error("bucket", gettext("Choose the bucket that the file is in."))
        return self.cleaned_data

    def may_hold_secrets(self) -> bool:
        """An object's name is none, however long."""
        return is_address(self.data.get(self.keeps, ""))

    def preview(self, now: datetime) -> Promise | None:
        return self.attempt(lambda: creation.preview(self._read_request(None, None), now))

    def create(self, owner: User, now: datetime) -> creation.NewLink | None:
        return self.attempt(
            lambda: creation.create_link(self._read_request(owner, self.find_customer(now, owner)), now)
        )

    @property
    def offer(self) -> str:
        """The delivery that can do what was refused, or nothing."""
        return str(self.refused.params.get("offer", "")) if self.refused else ""

    def list_more(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.name not in self.usual]

    @property
    def has_more(self) -> bool:
        """Whether something was entered, or is wrong, among the options that few people need."""
        return any(
            field.errors or (field.value() not in (None, "", False, field.field.initial)) for field in self.list_more()
        )

    def _take_pasted(self, text: str) -> None:
        """The page shows it the way it is kept from then on."""
        bucket, key = browse.find_pasted(text, self.reader)
        self.cleaned_data |= {"bucket": bucket, "object_key": key}
        self.replace(bucket=str(bucket.pk), object_key=key)
        self.was_pasted = True

    def _read_request(self, owner: User | None, customer: Customer | None) -> creation.NewLinkRequest:
        entered = self.cleaned_data
        return creation.NewLinkRequest(
            entered["bucket"],
            entered["object_key"],
            entered["lifetime"],
            timezone.get_current_timezone(),
            self.scope,
            delivery=Delivery(entered["delivery"]),
            owner=owner,
            terms=self.read_terms(customer),
        )
