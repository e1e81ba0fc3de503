"""Granting more time."""

from datetime import datetime

from django import forms
from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from links.domain.promise import lifetimes
from links.domain.promise.lifetimes import Lifetime
from links.domain.promise.promises import Promise
from links.forms.base import ServiceForm
from links.models import TimeRequest
from links.services.links import time_requests
from links.texts.lifetimes import duration

WEEK = Lifetime(seconds=7 * 86_400)


class GrantForm(ServiceForm):
    """A new end for the link, counted from now."""

    lifetime = forms.CharField(
        label=_("Extend by"),
        max_length=lifetimes.MAX_TEXT_LENGTH,
        initial=lambda: duration(WEEK),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Counted from now: “7 days”, “1 month”, or a date: “2030-12-24” or “2030-12-24 18:00”."),
    )

    def grant(self, asked: TimeRequest, by: User, now: datetime) -> Promise | None:
        zone, lifetime = timezone.get_current_timezone(), self.cleaned_data["lifetime"]
        return self.attempt(lambda: time_requests.grant(asked, lifetime, by, zone=zone, now=now))
