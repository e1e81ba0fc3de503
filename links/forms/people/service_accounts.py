"""Making a service account."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from links.domain.visits.sign_in_limits import MAX_USERNAME_LENGTH
from links.forms.base import ServiceForm, VerbatimInput
from links.models import ServiceAccount
from links.models.people.service_accounts import MAX_PURPOSE_LENGTH
from links.services.people import service_accounts
from links.texts.pages.rights import roles as role_names


class ServiceAccountForm(ServiceForm):
    """Offers the roles that whoever makes the account may give, and no other."""

    username = forms.CharField(
        label=_("User name"),
        max_length=MAX_USERNAME_LENGTH,
        widget=VerbatimInput(),
        help_text=_("For example shop-orders."),
    )
    purpose = forms.CharField(label=_("What it is for"), max_length=MAX_PURPOSE_LENGTH)
    roles = forms.MultipleChoiceField(label=_("Roles"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, data: Mapping[str, Any] | None = None, *, by: User) -> None:
        super().__init__(data)
        self.by = by
        self._roles = {str(role.pk): role for role in service_accounts.list_open_roles(by)}
        self.fields["roles"].choices = [  # type: ignore[attr-defined]  # its class is chosen above
            (number, role_names.in_full(role.name)) for number, role in self._roles.items()
        ]

    def save(self, now: datetime) -> ServiceAccount | None:
        entered = self.cleaned_data
        roles = [self._roles[number] for number in entered["roles"]]
        return self.attempt(
            lambda: service_accounts.create(entered["username"], entered["purpose"], roles, self.by, now)
        )
