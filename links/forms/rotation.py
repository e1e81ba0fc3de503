"""The key that takes the place of another."""

from datetime import datetime
from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from links.domain.credentials import MAX_KEY_ID_LENGTH
from links.domain.reasons import Reason
from links.forms.base import VerbatimInput
from links.forms.kept import SecretKeyField, SecretKeyForm
from links.models import SigningKey
from links.services.keys import rotation
from links.services.keys.rotation import Rotated


class RotationForm(SecretKeyForm):
    blamed: ClassVar = {Reason.KEY_KNOWN: "access_key_id"}

    access_key_id = forms.CharField(
        label=_("Access key id of the new key"),
        max_length=MAX_KEY_ID_LENGTH,
        widget=VerbatimInput(),
        help_text=_(
            "A key of the same store, and if possible of the same user. AWS allows each user two keys at a time."
        ),
    )
    secret = SecretKeyField(
        label=_("Secret access key of the new key"),
        help_text=_("It is saved encrypted and never shown again."),
    )

    def rotate(self, key: SigningKey, now: datetime) -> Rotated | None:
        entered = self.cleaned_data
        return self.attempt(lambda: rotation.rotate_key(key, entered["access_key_id"], entered["secret"], now=now))
