"""Forms that get secrets and have to ask again: what was entered is not printed back.

The page shows it with its secrets replaced by marks, "[kept 1]", and carries them encrypted: readable by this server,
for the same member of staff, for an hour. So nothing has to be entered twice, what stands around a mark can be
corrected, and whoever finds the page's source, in a cache, a crash report or a proxy's log, finds no URL that works,
no key and no password.
"""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from links.forms.base import MAX_SECRET_LENGTH, ServiceForm
from links.services.keys.kept_secrets import decrypt_kept, encrypt_kept

# What follows a URL's "?", what is called a secret, and what is long enough to be one.
_SECRET = re.compile(r"(?<=\?)[^\s?]+|(?i:(?:signature|token|credential|secret|sig)=)[^\s&]+|[A-Za-z0-9+=_%~-]{40,}")
_WHOLE = re.compile(r"(?s:.+)")
_MARK = re.compile(r"\[kept ([0-9]{1,6})\]")


class KeptSecretInput(forms.TextInput):
    """For a secret that is entered whole: it shows a mark, and never what was entered. It can be read while it is
    typed; `is_covered` where nobody has to read it."""

    def __init__(self, attrs: Mapping[str, object] | None = None, *, is_covered: bool = False) -> None:
        plain = {"autocomplete": "new-password" if is_covered else "off", "spellcheck": "false"}
        super().__init__({**plain, "autocapitalize": "none", **(attrs or {})})
        self.input_type = "password" if is_covered else "text"

    def format_value(self, value: object) -> str | None:
        return value if isinstance(value, str) and _MARK.fullmatch(value) else None


class SecretKeyField(forms.CharField):
    """The secret of an access key."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=KeptSecretInput(is_covered=True), **{"max_length": MAX_SECRET_LENGTH, **kwargs})


class _Carried(forms.CharField):
    """What the page carries; no change of its own."""

    def has_changed(self, initial: object, data: object) -> bool:  # noqa: ARG002  whatever they are
        return False


class KeptSecretsForm(ServiceForm):
    """`keeps` names the field in whose text there may be secrets, `keeps_whole` those that are secrets; `reader` is
    whom the page is for, and without one nothing is kept."""

    keeps: ClassVar[str] = ""
    keeps_whole: ClassVar[tuple[str, ...]] = ()

    reader: User | None
    kept = _Carried(required=False, max_length=4_000_000, widget=forms.HiddenInput)

    def __init__(self, reader: User | None, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        self.reader = reader
        self.lost: list[str] = []
        super().__init__(self._put_back(data) if data else data, **kwargs)

    def clean(self) -> dict[str, Any]:
        super().clean()
        for name in self.lost:
            text = (
                gettext("The marked content was kept for one hour only. Paste it again.")
                if name == self.keeps
                else gettext("It was kept for an hour. Enter it again.")
            )
            self.add_error(name, ValidationError(text))
        return self.cleaned_data

    def hide_secrets(self) -> None:
        """Call it before the form is shown again. What was refused itself has to be entered again."""
        if not self.is_bound or self.reader is None:
            return
        secrets: list[str] = []

        def mark(found: re.Match[str]) -> str:
            secrets.append(found[0])
            return f"[kept {len(secrets)}]"

        patterns = {self.keeps: _SECRET} if self.keeps and self.may_hold_secrets() else {}
        patterns |= {name: _WHOLE for name in self.keeps_whole if name in self.fields and name not in self.errors}
        masked = {name: pattern.sub(mark, str(self.data.get(name, ""))) for name, pattern in patterns.items()}
        self.replace(**masked, kept=encrypt_kept(secrets, self.reader.pk) if secrets else "")
        if secrets and self.keeps and _MARK.search(masked.get(self.keeps, "")):
            self[self.keeps].help_text = gettext(
                "“[kept 1]” is a part of what you entered: it is kept, and not shown again. Leave it as it is, and "
                "correct what is around it."
            )
        for name in self.keeps_whole:
            if masked.get(name):
                text = gettext("What you entered is kept, and not shown again. Leave it as it is, or enter another.")
                self[name].help_text = text

    def may_hold_secrets(self) -> bool:
        """Whether what was entered in the field `keeps` is of the kind that has secrets in it."""
        return True

    def _put_back(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        entered = {name: str(data.get(name, "")) for name in (self.keeps, *self.keeps_whole) if name}
        if self.reader is None or not any(map(_MARK.search, entered.values())):
            return data
        secrets = decrypt_kept(str(data.get("kept", "")), self.reader.pk) or []
        whole = {name: self._put_back_into(name, text, secrets) for name, text in entered.items()}
        return {name: data[name] for name in data} | whole

    def _put_back_into(self, name: str, text: str, secrets: list[str]) -> str:
        def put_back(found: re.Match[str]) -> str:
            number = int(found[1])
            if 0 < number <= len(secrets):
                return secrets[number - 1]
            self.lost.append(name)
            return "[lost]"

        return _MARK.sub(put_back, text)


class SecretKeyForm(KeptSecretsForm):
    """Asks for the secret of an access key."""

    keeps_whole: ClassVar[tuple[str, ...]] = ("secret",)

    def __init__(self, data: Mapping[str, Any] | None = None, *, reader: User | None = None, **kwargs: Any) -> None:
        super().__init__(reader, data, **kwargs)
