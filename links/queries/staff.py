"""Who of the staff can do something, by name: whom to ask."""

from django.utils.translation import gettext

from links.domain.errors import HoldfastError
from links.models.people import accounts
from links.texts import refusals
from links.texts.people import name_person
from links.texts.refusals.responsible import Responsible, find_responsible

ASKABLE = 3


def list_able(permission: str) -> tuple[str, ...]:
    """Some of those who have it; who has it by their role before those who may do everything."""
    able = accounts.list_able(permission).order_by("is_superuser", accounts.name_field())
    return tuple(map(name_person, able[:ASKABLE]))


def explain_to_staff(error: HoldfastError, *, is_own: bool = False) -> str:
    """What was refused and what to do, on a page whose reader may have to ask somebody else to do it, who is named.
    `is_own`: the page has the very field that is to blame."""
    is_keepers = find_responsible(error, is_own=is_own) is Responsible.KEY_KEEPER
    keepers = gettext(", ").join(list_able("links.change_signingkey")) if is_keepers else ""
    return refusals.explain_to_staff(error, keepers, is_own=is_own)
