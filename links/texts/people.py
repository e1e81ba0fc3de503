"""What people of the staff are called, the same in every place."""

from typing import TYPE_CHECKING

from links.lib.person_names import write_full_name

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def full_name(person: "User") -> str:
    """As it is written in their language; "" for an account without a name, as a project's own accounts may be."""
    return write_full_name(getattr(person, "first_name", ""), getattr(person, "last_name", ""))


def name_person(person: "User") -> str:
    """By the name of the account where there is no other."""
    return full_name(person) or person.get_username()


def name_account(person: "User") -> str:
    """By both, where accounts are chosen or accounted for."""
    full, username = full_name(person), person.get_username()
    return f"{full} ({username})" if full else username
