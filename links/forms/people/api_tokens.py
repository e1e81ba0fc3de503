"""Making an API token."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from links.domain.people.scopes import LIFETIME, LONGEST_LIFETIME, MAX_NAME_LENGTH, Scope
from links.forms.base import ServiceForm
from links.services.people import api_tokens
from links.services.people.api_tokens import MadeToken, NewToken
from links.texts.pages.rights import api_scopes


class ApiTokenForm(ServiceForm):
    """Offers what the owner may do at this moment, and nothing else."""

    name = forms.CharField(
        label=_("Name"), max_length=MAX_NAME_LENGTH, help_text=_("Which program uses it, for example: order system.")
    )
    scopes = forms.MultipleChoiceField(label=_("What it may be used for"), widget=forms.CheckboxSelectMultiple)
    days = forms.IntegerField(
        label=_("Days until it expires"), min_value=1, max_value=LONGEST_LIFETIME.days, initial=LIFETIME.days
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, owner: User) -> None:
        super().__init__(data)
        self.owner = owner
        self.fields["scopes"].choices = [  # type: ignore[attr-defined]  # its class is chosen above
            (scope.value, api_scopes.in_full(scope)) for scope in api_tokens.list_open_scopes(owner)
        ]

    def save(self, made_by: User, now: datetime) -> MadeToken | None:
        entered = self.cleaned_data
        scopes = [Scope(text) for text in entered["scopes"]]
        asked = NewToken(self.owner, entered["name"], scopes, timedelta(days=entered["days"]))
        return self.attempt(lambda: api_tokens.create(asked, made_by, now))
