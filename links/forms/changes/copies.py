"""Copies of links."""

from collections.abc import Sequence
from datetime import datetime

from django import forms
from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from links.domain.promise import lifetimes
from links.forms.base import ServiceForm
from links.models import ShareLink
from links.services.links import remake
from links.services.links.remake import Remade
from links.services.links.sharing import find_scope


class DuplicateForm(ServiceForm):
    lifetime = forms.CharField(
        label=_("Lifetime"),
        max_length=lifetimes.MAX_TEXT_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_(
            "The same for all copies, for example “30 days” or “2030-12-24”. If empty, each copy gets the "
            "lifetime of its original."
        ),
    )

    def duplicate_all(self, links: Sequence[ShareLink], owner: User, now: datetime) -> list[Remade] | None:
        zone, lifetime, scope = timezone.get_current_timezone(), self.cleaned_data["lifetime"], find_scope(owner)
        return self.attempt(
            lambda: remake.duplicate_links(links, lifetime, owner=owner, scope=scope, zone=zone, now=now)
        )
