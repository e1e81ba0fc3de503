"""Secrets at rest: encrypted by MultiFernet for one place, and opened only there.

Fernet tells whether a ciphertext is ours, not where it belongs: who may write to the database could move a secret into
a column that is shown, or have a key sign for another host. What is encrypted is therefore the digest of its place, and
then the text; whoever opens it says where it was found. The digest stands inside, rather than in a key derived for each
place, so that MultiFernet rotates without knowing the place, and what lies in the wrong place is told from what no key
opens.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NoReturn
from uuid import uuid4

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.query_utils import DeferredAttribute

from links.conf import site
from links.domain.errors import Unavailable
from links.domain.reasons import Reason

_DIGEST_BYTES = hashlib.sha256().digest_size


class EncryptedValue:
    """A secret as it is stored. It never shows itself: `open()` is the one way to the text.

    Rows therefore load, and pages list them, even when `ENCRYPTION_KEYS` is lost. `place` is the digest of where it
    stands; a secret that was just entered has none yet, and is encrypted when its row is written.
    """

    __slots__ = ("_ciphertext", "_place", "_text")

    def __init__(self, ciphertext: bytes, place: bytes = b"") -> None:
        self._ciphertext, self._place, self._text = ciphertext, place, ""

    @classmethod
    def encrypt(cls, text: str) -> EncryptedValue:
        """Raises `Unavailable("secrets-unreadable")` where there is no usable encryption key."""
        _open_box()
        new = cls(b"")
        new._text = text
        return new

    def at(self, place: bytes) -> EncryptedValue:
        """The same, found in this place."""
        moved = EncryptedValue(self._ciphertext, place)
        moved._text = self._text
        return moved

    def open(self) -> str:
        """Raises `Unavailable`: `secrets-unreadable` where none of `ENCRYPTION_KEYS` fits, `secrets-misplaced` where
        it was encrypted for another place."""
        if not self._ciphertext:
            return self._text
        try:
            opened = _open_box().decrypt(_require_canonical(self._ciphertext))
        except InvalidToken:
            raise Unavailable(Reason.SECRETS_UNREADABLE) from None
        if not self._place or not hmac.compare_digest(opened[:_DIGEST_BYTES], self._place):
            raise Unavailable(Reason.SECRETS_MISPLACED)
        return opened[_DIGEST_BYTES:].decode()

    @property
    def is_stored(self) -> bool:
        """Whether it was encrypted, for its row."""
        return bool(self._ciphertext)

    def reencrypt(self) -> EncryptedValue:
        """The same secret, for the same place, under the newest key. Raises as `open` does where no key fits."""
        try:
            return EncryptedValue(_open_box().rotate(_require_canonical(self._ciphertext)), self._place)
        except InvalidToken:
            raise Unavailable(Reason.SECRETS_UNREADABLE) from None

    @property
    def key_position(self) -> int | None:
        """Which of `ENCRYPTION_KEYS` encrypted it, 1 the newest; None where none did. Fernet does not tell: each is
        tried."""
        for position, key in enumerate(site.ENCRYPTION_KEYS, 1):
            try:
                _make_box((key,)).decrypt(_require_canonical(self._ciphertext))
            except InvalidToken:
                continue
            return position
        return None

    @property
    def ciphertext(self) -> bytes:
        """As it is stored. Raises ValueError for a secret that was never given to a row."""
        if not self._ciphertext:
            if not self._place:
                raise ValueError("A secret is encrypted for its row: set it on one, and save that")
            self._ciphertext, self._text = _open_box().encrypt(self._place + self._text.encode()), ""
        return self._ciphertext

    def __reduce__(self) -> NoReturn:
        """A pickle or a copy of it, in a cache or a session, would hold the text that was just entered."""
        raise TypeError("A secret is kept by its row alone")

    def __copy__(self) -> EncryptedValue:
        return self

    def __deepcopy__(self, _memo: object) -> EncryptedValue:
        return self

    def __repr__(self) -> str:
        return "<encrypted>"

    __str__ = __repr__

    def __bool__(self) -> bool:
        return bool(self._ciphertext or self._text)


def _require_canonical(ciphertext: bytes) -> bytes:
    """Raises `InvalidToken` for what Base64 reads and nobody writes: Fernet vouches for the bytes, not for the letters
    that stand for them, and a changed bit is told however little it changes."""
    try:
        is_canonical = urlsafe_b64encode(urlsafe_b64decode(ciphertext)) == ciphertext
    except ValueError:
        is_canonical = False
    if not is_canonical:
        raise InvalidToken
    return ciphertext


def _open_box() -> MultiFernet:
    return _make_box(tuple(site.ENCRYPTION_KEYS))


@lru_cache(maxsize=16)
def _make_box(keys: tuple[str, ...]) -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError:
        raise Unavailable(Reason.SECRETS_UNREADABLE) from None


class EncryptedModel(models.Model):
    """A row with secrets: `encryption_id` is what they are bound to, and stays what it is however the row is moved."""

    encryption_id = models.UUIDField(default=uuid4, editable=False)

    class Meta:
        abstract = True

    def read_stored(self, name: str) -> bytes:
        """What is stored of this secret, by which a version of it is told from another; empty where there is none. It
        takes no digest of its place, as reading it to open it does."""
        held = self.__dict__.get(name)
        if isinstance(held, EncryptedValue) and held.is_stored:
            return held.ciphertext
        entered = getattr(self, name)
        return entered.ciphertext if entered else b""


class _EncryptedAttribute(DeferredAttribute):
    """Hands out a secret with the place in which it stands."""

    field: EncryptedField

    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> object:
        held = super().__get__(instance, cls)
        if instance is None or not isinstance(held, EncryptedValue):
            return held
        return held.at(self.field.find_place(instance))

    def __set__(self, instance: models.Model, value: EncryptedValue | str | None) -> None:
        instance.__dict__[self.field.attname] = EncryptedValue.encrypt(value) if isinstance(value, str) else value


class EncryptedField(models.BinaryField[EncryptedValue | str | None, EncryptedValue | None]):
    """A column of encrypted text, of an `EncryptedModel`. Assign text; read an `EncryptedValue`.

    `kind` names what it is, for ever: columns and tables may be renamed, and what is encrypted has to open all the
    same. `bound_to` are fields of the row without whose values, as they were, the secret means something else.
    """

    description = "Encrypted text"
    descriptor_class = _EncryptedAttribute

    def __init__(self, *args: Any, kind: str = "", bound_to: Sequence[str] = (), **kwargs: Any) -> None:
        self.kind, self.bound_to = kind, tuple(bound_to)
        super().__init__(*args, **kwargs)

    def find_place(self, row: models.Model) -> bytes:
        """The digest of what this row's secret is bound to, as the row has it now."""
        values = [_write(getattr(row, name)) for name in ("encryption_id", *self.bound_to)]
        return hashlib.sha256(json.dumps([self.kind, *values]).encode()).digest()

    def pre_save(self, model_instance: models.Model, add: bool) -> object:  # noqa: ARG002  as Django calls it
        """What was entered is encrypted for its row, and from then on kept as it is written."""
        held = getattr(model_instance, self.attname)
        if isinstance(held, EncryptedValue) and held:
            model_instance.__dict__[self.attname] = EncryptedValue(held.ciphertext)
        return held

    def from_db_value(self, value: bytes | memoryview | None, *_args: object) -> EncryptedValue | None:
        return None if value is None else EncryptedValue(bytes(value))

    def get_db_prep_value(
        self, value: EncryptedValue | str | None, connection: BaseDatabaseWrapper, prepared: bool = False
    ) -> object:
        """Text alone has no place: `update(secret="...")` raises ValueError."""
        encrypted = EncryptedValue.encrypt(value) if isinstance(value, str) else value
        return super().get_db_prep_value(encrypted.ciphertext if encrypted else None, connection, prepared)

    def value_to_string(self, _obj: models.Model) -> str:
        """Fixtures and dumps carry no secret, not even encrypted."""
        return ""


def _write(value: object) -> str:
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)
