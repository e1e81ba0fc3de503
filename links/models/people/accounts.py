"""Accounts of whatever user model the project has: ours asks of it `PermissionsMixin`, `is_active`, `is_staff` and
`email`, and knows people by its `USERNAME_FIELD`."""

from hashlib import sha256
from typing import TypeGuard

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import IntegerField, QuerySet

_NUMBER_BITS = 63  # of a BIGINT


def list_accounts() -> QuerySet[User]:
    return get_user_model()._default_manager.all()  # noqa: SLF001  as Django documents it for any user model


def build_account(name: str, **more: object) -> User:
    """A new one that signs in by this name, unsaved."""
    return get_user_model()(**{name_field(): name, **more})


def is_account(person: object) -> TypeGuard[User]:
    """Whether this is a row of the project's user model: somebody, and neither a stranger nor the operator."""
    return isinstance(person, get_user_model())


def list_able(permission: str) -> QuerySet[User]:
    """Active staff who have it, by a role or of their own; superusers have all."""
    able: QuerySet[User] = ModelBackend().with_perm(permission)
    return able.filter(is_staff=True)


def where_named(name: str, lookup: str = "exact") -> dict[str, str]:
    """What to filter accounts by, for those that sign in by this name."""
    return {f"{name_field()}__{lookup}": name}


def are_djangos() -> bool:
    """Whether accounts are Django's own, for which there are pages here."""
    return get_user_model() is User


def name_field() -> str:
    return str(get_user_model().USERNAME_FIELD)


def searched_fields() -> list[str]:
    """By which people are looked for: what they sign in by, and their names where they have some."""
    there = {field.name for field in get_user_model()._meta.get_fields()}  # noqa: SLF001  Django's, and documented
    return [name_field(), *(name for name in ("first_name", "last_name") if name in there)]


def read_key(text: str) -> str | None:
    """The key of an account, as text; None for what cannot be one."""
    try:
        get_user_model()._meta.pk.to_python(text or "none")  # noqa: SLF001  Django's, and documented
    except ValidationError:
        return None
    return text


def number_of(key: object) -> int:
    """The number by which the audit trail knows an account: its own, where it has one. Of another key, as a UUID, it is
    made of a digest, the same each time."""
    if isinstance(key, int):
        return key
    return int.from_bytes(sha256(str(key).encode()).digest()[:8]) >> (64 - _NUMBER_BITS)


def have_numbers() -> bool:
    """Whether accounts have numbers of their own."""
    return isinstance(get_user_model()._meta.pk, IntegerField)  # noqa: SLF001  Django's, and documented
