"""Whose link it is that a command makes: the operator's, who may share everything, unless `--owner` says otherwise."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.core.management.base import CommandParser

from links.domain.errors import Refused
from links.domain.link_mails import LinkReader
from links.domain.reasons import Reason
from links.domain.sharing import EVERYTHING, ShareScope
from links.domain.viewers import OPERATOR, Operator, find_person
from links.management.base import unusable
from links.models.people.accounts import list_accounts, where_named
from links.services.links import owners, sharing
from links.services.mail.link_mails import find_reader


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose link it is, and what they may share."""

    user: User | Operator
    scope: ShareScope


def add_owner(parser: CommandParser) -> None:
    parser.add_argument(
        "--owner",
        metavar="USER",
        help="Whose link it is, and who is written to about it: only what this member of staff may share. Without it, "
        "the operator's: anything, and the alert addresses are written to.",
    )


def is_read(owner: User | Operator) -> bool:
    """Whether anybody would read what is written to this owner."""
    return find_reader(find_person(owner)) is not LinkReader.NOBODY


def find_owner(username: str | None) -> Owner:
    """Raises Failure for a name that does not exist, `Refused("owner-unfit")` for who may not make links."""
    if username is None:
        return Owner(OPERATOR, EVERYTHING)
    user = list_accounts().filter(**where_named(username)).first()
    if user is None:
        raise unusable(f"There is no user {username!r} here.")
    if not owners.may_own(user):
        raise Refused(Reason.OWNER_UNFIT, owner=user.get_username(), kind="" if user.is_active else "inactive")
    return Owner(user, sharing.find_scope_of(user))
