"""Secrets at rest: sealed by MultiFernet, opened only where they are used."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from links.domain.errors import Unavailable


class Sealed:
    """A secret as it is stored. It never shows itself: `open()` is the one way to the text.

    Rows therefore load, and pages list them, even when `ENCRYPTION_KEYS` is lost.
    """

    __slots__ = ("_ciphertext",)

    def __init__(self, ciphertext: bytes) -> None:
        self._ciphertext = ciphertext

    @classmethod
    def seal(cls, text: str) -> Sealed:
        """Raises `Unavailable("secrets-unreadable")` where there is no usable encryption key."""
        return cls(_open_box().encrypt(text.encode()))

    def open(self) -> str:
        """Raises `Unavailable("secrets-unreadable")` where none of `ENCRYPTION_KEYS` fits."""
        try:
            return _open_box().decrypt(self._ciphertext).decode()
        except InvalidToken:
            raise Unavailable("secrets-unreadable") from None

    def reseal(self) -> Sealed:
        """The same secret under the newest key, for a rotation of `ENCRYPTION_KEYS`."""
        return Sealed.seal(self.open())

    @property
    def ciphertext(self) -> bytes:
        return self._ciphertext

    def __repr__(self) -> str:
        return "<sealed>"

    __str__ = __repr__

    def __bool__(self) -> bool:
        return bool(self._ciphertext)


def _open_box() -> MultiFernet:
    return _make_box(tuple(settings.ENCRYPTION_KEYS))


@lru_cache(maxsize=4)
def _make_box(keys: tuple[str, ...]) -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError:
        raise Unavailable("secrets-unreadable") from None


if TYPE_CHECKING:
    _Column = models.BinaryField[Sealed | str | None, Sealed | None]
else:
    _Column = models.BinaryField


class SealedField(_Column):
    """A column of sealed text. Assign text or a `Sealed`; read a `Sealed`."""

    description = "Sealed text"

    def from_db_value(self, value: bytes | memoryview | None, *_args: object) -> Sealed | None:
        return None if value is None else Sealed(bytes(value))

    def to_python(self, value: Sealed | str | None) -> Sealed | None:
        return Sealed.seal(value) if isinstance(value, str) else value

    def get_db_prep_value(
        self, value: Sealed | str | None, connection: BaseDatabaseWrapper, prepared: bool = False
    ) -> object:
        sealed = self.to_python(value)
        return super().get_db_prep_value(sealed.ciphertext if sealed else None, connection, prepared)

    def value_to_string(self, _obj: models.Model) -> str:
        """Fixtures and dumps carry no secret, not even sealed."""
        return ""
