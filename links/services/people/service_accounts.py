"""Service accounts: made for programs, given roles and tokens, and ended."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.contrib.auth.models import Group, Permission, User
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import transaction

from links.domain.audit.acts import Act
from links.domain.errors import Refused
from links.domain.reasons import Reason
from links.domain.visits.sign_in_limits import MAX_USERNAME_LENGTH
from links.models import ServiceAccount
from links.models.people.accounts import build_account, list_accounts, name_field, where_named
from links.models.people.service_accounts import MAX_PURPOSE_LENGTH
from links.services.audit.recording import record


def create(username: str, purpose: str, roles: Collection[Group], by: User, now: datetime) -> ServiceAccount:
    """Without a password and without the admin: it uses the API with tokens, and nothing else.

    Raises `Refused`: service-account-name-malformed, -name-taken, -role-not-open (`by` may not give it).
    """
    name = username.strip()
    try:
        UnicodeUsernameValidator()(name)
    except ValidationError:
        raise Refused(Reason.SERVICE_ACCOUNT_NAME_MALFORMED) from None
    beyond = set(roles) - set(list_open_roles(by))
    if beyond:
        raise Refused(Reason.SERVICE_ACCOUNT_ROLE_NOT_OPEN, roles=", ".join(sorted(role.name for role in beyond)))
    with transaction.atomic():
        if len(name) > MAX_USERNAME_LENGTH or list_accounts().filter(**where_named(name, "iexact")).exists():
            raise Refused(Reason.SERVICE_ACCOUNT_NAME_TAKEN, name=name[:MAX_USERNAME_LENGTH])
        user = build_account(name)
        user.set_unusable_password()
        user.save()
        account = ServiceAccount.objects.create(
            user=user, purpose=" ".join(purpose.split())[:MAX_PURPOSE_LENGTH], made_by=by, made_at=now
        )
        user.groups.set(roles)
        record(Act.SERVICE_ACCOUNT_MADE, user, after={"purpose": account.purpose})
    return account


def disable(account: ServiceAccount) -> None:
    """Its tokens end with it, for good (`links.services.people.demotions`)."""
    account.user.is_active = False
    account.user.save(update_fields=["is_active"])


def list_all() -> Sequence[ServiceAccount]:
    return list(ServiceAccount.objects.select_related("user", "made_by").order_by(f"user__{name_field()}"))


def list_open_roles(by: User) -> list[Group]:
    """The roles that somebody may give to a service account: those that allow nothing which they may not do themselves.
    What a role may share is theirs to give where they have the role, or may share everything."""
    roles = Group.objects.order_by("name").prefetch_related("permissions__content_type")
    held = set(by.groups.values_list("pk", flat=True))
    shares_everything, mine = by.has_perm("links.share_everything"), by.get_all_permissions()
    return [
        role
        for role in roles
        if (shares_everything or role.pk in held) and {_name(each) for each in role.permissions.all()} <= mine
    ]


def may_give_token(by: User, account: ServiceAccount) -> bool:
    """Whether the account may do nothing that `by` may not: whoever makes a token for it sees the token."""
    theirs = account.user
    return theirs.get_all_permissions() <= by.get_all_permissions() and (
        by.has_perm("links.share_everything") or set(theirs.groups.all()) <= set(by.groups.all())
    )


def _name(permission: Permission) -> str:
    return f"{permission.content_type.app_label}.{permission.codename}"
