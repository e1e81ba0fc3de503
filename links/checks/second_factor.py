"""Checks of how staff sign in."""

from collections.abc import Collection

from django.contrib.auth.models import Group
from django.core import checks
from django.core.checks import CheckMessage

from links.domain.people.second_factors import EVERYONE, SUPERUSERS

_EXAMPLE = "SECOND_FACTOR_ROLES=superusers,Manager,Key keeper"


def check_second_factor(required: Collection[str]) -> list[CheckMessage]:
    """In production: who holds keys and rights should not be let in by a password alone."""
    if required:
        return []
    hint = f"Say whose role requires one, as in {_EXAMPLE}, or everyone. See docs/sign-in.md."
    said = "SECOND_FACTOR_ROLES is empty: a password alone lets everybody in."
    return [checks.Warning(said, hint=hint, id="holdfast.W060")]


def check_role_names(required: Collection[str]) -> list[CheckMessage]:
    """A role that is misspelt requires nothing of anybody. Asks the database."""
    known = {EVERYONE, SUPERUSERS, *(name.casefold() for name in Group.objects.values_list("name", flat=True))}
    unknown = [name for name in required if name.casefold() not in known]
    if not unknown:
        return []
    said = f"SECOND_FACTOR_ROLES names roles that are not here: {', '.join(unknown)}."
    hint = "Write them as the admin's list of roles does, or everyone, or superusers."
    return [checks.Error(said, hint=hint, id="holdfast.E061")]
