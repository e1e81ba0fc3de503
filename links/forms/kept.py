"""Forms that get secrets and have to ask again: what was entered is not printed back.

The page shows it with its secrets replaced by marks, "[kept 1]", and carries them encrypted: readable by this server,
for the same member of staff, for an hour. So nothing has to be pasted twice, what stands around a mark can be
corrected, and whoever finds the page's source, in a cache, a crash report or a proxy's log, finds no URL that works.
"""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from links.forms.base import ServiceForm
from links.services.keys.kept_secrets import decrypt_kept, encrypt_kept

# What follows a URL's "?", what is called a secret, and what is long enough to be one.
_SECRET = re.compile(r"(?<=\?)[^\s?]+|(?i:(?:signature|token|credential|secret|sig)=)[^\s&]+|[A-Za-z0-9+=_%~-]{40,}")
_MARK = re.compile(r"\[kept ([0-9]{1,6})\]")


class KeptSecretsForm(ServiceForm):
    """`keeps` names the field that may hold secrets; `reader` is whom the page is for."""

    keeps: ClassVar[str]

    kept = forms.CharField(required=False, max_length=4_000_000, widget=forms.HiddenInput)

    def __init__(self, reader: User, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        self.reader, self.is_kept_lost = reader, False
        super().__init__(self._put_back(data) if data else data, **kwargs)

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.is_kept_lost:
            told = gettext("What stood at the marks was kept for an hour. Paste it again.")
            self.add_error(self.keeps, ValidationError(told))
        return self.cleaned_data

    def hide_secrets(self) -> None:
        """Call it before the form is shown again."""
        if self.is_bound:
            secrets: list[str] = []

            def mark(found: re.Match[str]) -> str:
                secrets.append(found[0])
                return f"[kept {len(secrets)}]"

            masked = _SECRET.sub(mark, self.data.get(self.keeps, ""))
            self.replace(**{self.keeps: masked, "kept": encrypt_kept(secrets, self.reader.pk) if secrets else ""})

    def _put_back(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        entered, encrypted = str(data.get(self.keeps, "")), str(data.get("kept", ""))
        if not _MARK.search(entered):
            return data
        secrets = decrypt_kept(encrypted, self.reader.pk) or []

        def put_back(found: re.Match[str]) -> str:
            number = int(found[1])
            if 0 < number <= len(secrets):
                return secrets[number - 1]
            self.is_kept_lost = True
            return "[lost]"

        return {name: data[name] for name in data} | {self.keeps: _MARK.sub(put_back, entered)}
