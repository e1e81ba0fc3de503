"""Letting a role or a person share from a bucket."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.models import Group, User
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from links.domain.buckets.object_keys import MAX_OBJECT_KEY_BYTES
from links.domain.sharing import Receiver, ReceiverKind
from links.forms.base import ServiceForm, VerbatimInput
from links.models import Bucket, SharePermission
from links.models.buckets.share_permissions import MAX_DAYS
from links.services.links import owners, sharing
from links.texts.pages.rights import roles as role_names
from links.texts.people import name_account


class SharePermissionForm(ServiceForm):
    receiver = forms.TypedChoiceField(
        coerce=Receiver.parse,
        label=_("Who"),
        help_text=_("A role (everyone who has it) or one person. The list shows people who may make links."),
    )
    starts_with = forms.CharField(
        label=_("Names that start with"),
        max_length=MAX_OBJECT_KEY_BYTES,
        required=False,
        strip=False,
        widget=VerbatimInput(),
        help_text=_(
            "For example reports/2026/. It must match exactly. Without the slash at the end, it also covers "
            "names next to the folder that start the same way. If empty, the whole bucket."
        ),
    )
    max_days = forms.IntegerField(
        label=_("Longest lifetime in days"),
        min_value=1,
        max_value=MAX_DAYS,
        required=False,
        help_text=_("Counted from when a link is made or extended. If empty, any lifetime."),
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        roles = {Receiver(ReceiverKind.ROLE, role.pk): role for role in owners.list_making_roles()}
        people = {Receiver(ReceiverKind.PERSON, person.pk): person for person in owners.list_colleagues()}
        self._receivers: dict[Receiver, Group | User] = {**roles, **people}
        self.fields["receiver"].choices = [  # type: ignore[attr-defined]
            (gettext("Roles"), [(str(receiver), _name(role)) for receiver, role in roles.items()]),
            (gettext("People"), [(str(receiver), _name(person)) for receiver, person in people.items()]),
        ]

    def give(self, bucket: Bucket, by: User, now: datetime) -> SharePermission | None:
        entered = self.cleaned_data
        receiver, max_days = self._receivers[entered["receiver"]], entered["max_days"]
        return self.attempt(
            lambda: sharing.give(bucket, entered["starts_with"], receiver, max_days=max_days, by=by, now=now)
        )


def _name(receiver: Group | User) -> str:
    if isinstance(receiver, Group):
        return role_names.in_full(receiver.name)
    return name_account(receiver)
