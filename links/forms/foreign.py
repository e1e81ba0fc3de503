"""Watching URLs that were signed elsewhere."""

from collections.abc import Container
from datetime import datetime

from django import forms
from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from links.domain.pasted.urls import PastedUrl, read_pasted
from links.domain.promise.terms import MAX_NOTE_LENGTH
from links.forms.base import MAX_PASTED_LENGTH, VerbatimArea
from links.forms.kept import KeptSecretsForm
from links.services.links.creation import NewLink
from links.services.links.sharing import find_scope
from links.services.pasted import doctor, watch, watch_many

_MAX_LINES_LENGTH = 4_000_000  # a thousand URLs of temporary credentials have some 2,500 characters each


class WatchForm(KeptSecretsForm):
    reader: User
    keeps = "url"
    url = forms.CharField(
        label=_("URL"),
        max_length=MAX_PASTED_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off", "inputmode": "url"}),
        help_text=_("The complete presigned URL, exactly as it was sent. It is saved encrypted."),
    )
    promised_until = forms.DateTimeField(
        label=_("Promised until"),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        help_text=_("The date that the customer was given."),
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=MAX_NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For you and your colleagues: who it belongs to and where it was sent."),
    )

    def examine(self, now: datetime) -> doctor.Diagnosis | None:
        """What can be read off the URL; nobody is asked."""
        return self.attempt(lambda: self._examine(read_pasted(self.cleaned_data["url"]), now))

    def _examine(self, pasted: PastedUrl, now: datetime) -> doctor.Diagnosis:
        promised_until = self.cleaned_data["promised_until"]
        watch.check_watchable(pasted, promised_until, self.reader, now)
        return doctor.check_url(pasted, self.reader, promised_until=promised_until, now=now)

    def register(self, owner: User, now: datetime) -> NewLink | None:
        entered = self.cleaned_data
        return self.attempt(
            lambda: watch.watch_url(
                read_pasted(entered["url"]),
                entered["promised_until"],
                note=entered["note"],
                owner=owner,
                scope=find_scope(owner),
                now=now,
            )
        )


class WatchManyForm(KeptSecretsForm):
    """Refuses as a whole only what is no list of URLs; each line gets an answer of its own. What was not taken stays
    in its field, for the eyes of whoever pasted it: it may be all that they have of it."""

    keeps = "lines"
    lines = forms.CharField(
        label=_("URLs"),
        max_length=_MAX_LINES_LENGTH,
        strip=False,
        widget=VerbatimArea(attrs={"rows": 14, "wrap": "off"}),
        help_text=_(
            "One per line, at most 1,000 lines. After the URL you can add a tab, comma or space and a "
            "promised date such as 2026-12-24 or 2026-12-24T18:00, and after that a note."
        ),
    )
    promised_until = forms.DateTimeField(
        label=_("Promised until"),
        required=False,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        help_text=_("For lines without a date. If empty, those lines are not accepted."),
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=MAX_NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For lines without a note."),
    )

    def register(self, owner: User, now: datetime) -> list[watch_many.WatchResult] | None:
        entered = self.cleaned_data
        return self.attempt(
            lambda: watch_many.watch_many(
                self._list_lines(),
                entered["promised_until"],
                owner=owner,
                scope=find_scope(owner),
                note=entered["note"],
                zone=timezone.get_current_timezone(),
                now=now,
            )
        )

    def keep_lines(self, numbers: Container[int]) -> None:
        """Leave only these lines in the field, as they were entered."""
        lines = enumerate(self._list_lines(), 1)
        self.replace(lines="\n".join(line for number, line in lines if number in numbers))

    def _list_lines(self) -> list[str]:
        return [line.removesuffix("\r") for line in self.cleaned_data["lines"].split("\n")]
