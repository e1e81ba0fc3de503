"""Adding a signing key."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from links.domain.credentials import MAX_KEY_ID_LENGTH
from links.domain.errors import KeyRefused
from links.domain.reasons import Reason
from links.domain.rotations import MAX_LABEL_LENGTH
from links.forms.base import EndpointField, RegionField, VerbatimInput
from links.forms.kept import SecretKeyField, SecretKeyForm
from links.models import SigningKey
from links.services.keys import corrections, proofs
from links.services.keys.corrections import Corrected
from links.texts import refusals

_explain: Callable[[Reason], str] = lazy(lambda reason: refusals.explain(KeyRefused(reason)), str)


def _say_if_empty(reason: Reason) -> dict[str, str]:
    """The service's own sentence, which says what to do, in the language of whoever reads it."""
    return {"required": _explain(reason)}


def _secret_field() -> SecretKeyField:
    return SecretKeyField(
        label=_("Secret access key"),
        error_messages=_say_if_empty(Reason.KEY_SECRET_EMPTY),
        help_text=_("It is saved encrypted and never shown again."),
    )


_MAX_TOKEN_LENGTH = 10_000  # it is refused however long it is
_MOMENT = "%Y-%m-%dT%H:%M"


class KeyForm(SecretKeyForm):
    keeps_whole = ("secret", "session_token")

    label = forms.CharField(
        label=_("Label"),
        max_length=MAX_LABEL_LENGTH,
        required=False,
        widget=VerbatimInput(),
        help_text=_("Your name for it. Default: its id."),
    )
    access_key_id = forms.CharField(
        label=_("Access key id"),
        max_length=MAX_KEY_ID_LENGTH,
        error_messages=_say_if_empty(Reason.KEY_ID_EMPTY),
        widget=VerbatimInput(),
        help_text=_("At AWS it begins with AKIA. One that begins with ASIA is temporary and cannot sign links."),
    )
    secret = _secret_field()
    session_token = SecretKeyField(
        label=_("Session token"),
        max_length=_MAX_TOKEN_LENGTH,
        required=False,
        help_text=_("Leave this empty. If your credentials came with a session token, they are temporary."),
    )
    region = RegionField(help_text=_("The region of its buckets, for example ap-northeast-1."))
    endpoint = EndpointField(help_text=_("Leave empty for AWS. Otherwise the address of the S3-compatible store."))

    def save(self, now: datetime) -> SigningKey | None:
        entered = self.cleaned_data
        return self.attempt(
            lambda: proofs.add_key(
                entered["label"],
                entered["access_key_id"],
                entered["secret"],
                token=entered["session_token"],
                endpoint=entered["endpoint"],
                region=entered["region"],
                now=now,
            )
        )


class SecretForm(SecretKeyForm):
    """The present secret of a key, and the address of its store where that was wrong."""

    secret = _secret_field()
    endpoint = EndpointField(help_text=_("Leave empty for AWS. The key's buckets at the old endpoint change too."))
    region = RegionField()

    def correct(self, key: SigningKey, now: datetime) -> Corrected | None:
        entered = self.cleaned_data
        return self.attempt(
            lambda: corrections.set_secret(
                key, entered["secret"], endpoint=entered["endpoint"], region=entered["region"], now=now
            )
        )


class KeyDetailsForm(forms.ModelForm[SigningKey]):
    """What may change of a key that was added: neither its id nor its secret."""

    class Meta:
        model = SigningKey
        fields = ["label", "rotates_at", "rotation_days"]
        widgets = {
            "label": VerbatimInput(),
            "rotates_at": forms.DateTimeInput(format=_MOMENT, attrs={"type": "datetime-local"}),
        }
        help_texts = {"rotates_at": _("When you plan to replace it. Presigned URLs are not promised beyond that date.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.replaced_at is not None:
            del self.fields["rotates_at"], self.fields["rotation_days"]
