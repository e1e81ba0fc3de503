"""Accounts, roles and sign-ins are Django's own rows, and many write them: the admin's pages, `createsuperuser`,
`changepassword`, single sign-on. What all of them have in common is Django's signals, so that none is missed."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission, User
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_save, pre_delete, pre_save
from django.dispatch import receiver

from links.domain.audit.acts import Act, Way
from links.domain.audit.values import keep_changed
from links.domain.people.second_factors import Factor
from links.models.people.accounts import list_accounts, where_named
from links.services.audit.recording import record
from links.services.audit.sources import find_source

_User = get_user_model()
_USUAL = ("username", "first_name", "last_name", "email", "is_active", "is_staff", "is_superuser")
# Those of them that the project's user model has, and what it knows people by.
_FIELDS = {field.name for field in _User._meta.get_fields()}  # noqa: SLF001  Django's, and documented
_COLUMNS = tuple(dict.fromkeys((_User.USERNAME_FIELD, *(name for name in _USUAL if name in _FIELDS))))
_BEFORE = "_as_it_was_recorded"

# Django says that a row was saved after the commit where nobody opened a transaction, as its own commands do not: a
# record that fails takes the change with it.
for _model in (_User, Group):
    _model.save = transaction.atomic(savepoint=False)(_model.save)  # type: ignore[method-assign]

# Accounts ---------------------------------------------------------------------------------------------------------


@receiver(pre_save, sender=_User)
def _remember(instance: User, update_fields: Iterable[str] | None = None, **_signal: object) -> None:
    names = set(update_fields) if update_fields is not None else {*_COLUMNS, "password"}
    known = list_accounts().filter(pk=instance.pk).first() if instance.pk and names & {*_COLUMNS, "password"} else None
    setattr(instance, _BEFORE, (names, known))


@receiver(post_save, sender=_User)
def _record_account(instance: User, created: bool, **_signal: object) -> None:
    names, known = instance.__dict__.pop(_BEFORE, (set(), None))
    if created:
        record(Act.ACCOUNT_ADDED, instance, after=_read_columns(instance, _COLUMNS))
        return
    if known is None:
        return
    kept = [name for name in _COLUMNS if name in names]
    before, after = keep_changed(_read_columns(known, kept), _read_columns(instance, kept))
    if after:
        record(Act.ACCOUNT_CHANGED, instance, before=before, after=after)
    # Saved alone, it is the same password, hashed anew at a sign-in since the way of hashing changed.
    if "password" in names and instance.password != known.password and len(names) > 1:
        record(Act.PASSWORD_CHANGED, instance)


def _read_columns(person: User, names: Iterable[str]) -> dict[str, object]:
    return {name: getattr(person, name) for name in names}


@receiver(pre_delete, sender=_User)
def _record_deleted_account(instance: User, **_signal: object) -> None:
    """With all that goes with it, which is still there."""
    factors = [Factor.APP.value] * instance.authenticator_apps.filter(confirmed_at__isnull=False).exists()
    factors += [Factor.PASSKEY.value] * instance.passkeys.count()
    went_along = {
        "roles": sorted(instance.groups.values_list("name", flat=True)),
        "permissions": sorted(instance.user_permissions.values_list("codename", flat=True)),
        "identities": [f"{one.issuer} {one.subject}" for one in instance.identities.order_by("pk")],
        "factors": factors,
    }
    told = {name: value for name, value in went_along.items() if value}
    record(Act.ACCOUNT_DELETED, instance, before={**_read_columns(instance, _COLUMNS), **told})


# Roles ------------------------------------------------------------------------------------------------------------


@receiver(pre_save, sender=Group)
def _remember_role(instance: Group, **_signal: object) -> None:
    setattr(instance, _BEFORE, Group.objects.filter(pk=instance.pk).values_list("name", flat=True).first())


@receiver(post_save, sender=Group)
def _record_role(instance: Group, created: bool, **_signal: object) -> None:
    name = instance.__dict__.pop(_BEFORE, None)
    if created:
        record(Act.ROLE_ADDED, instance)
    elif name != instance.name:
        record(Act.ROLE_CHANGED, instance, before={"name": name}, after={"name": instance.name})


@receiver(pre_delete, sender=Group)
def _record_deleted_role(instance: Group, **_signal: object) -> None:
    """With what it gave, and to whom: no signal tells of their rows."""
    gave = sorted(instance.permissions.values_list("codename", flat=True))
    people = sorted(instance.user_set.values_list("username", flat=True))
    record(Act.ROLE_DELETED, instance, before={"permissions": gave, "people": people})


# What is given, as its rows are read from either side.
_GIVEN: Mapping[type[Model], tuple[str, str, str]] = {
    Group.permissions.through: ("permissions", "group_set", "permissions"),
    _User.groups.through: ("groups", "user_set", "roles"),
    _User.user_permissions.through: ("user_permissions", "user_set", "permissions"),
}


@receiver(m2m_changed, sender=Group.permissions.through)
@receiver(m2m_changed, sender=_User.groups.through)
@receiver(m2m_changed, sender=_User.user_permissions.through)
def _record_given(
    sender: type[Model],
    instance: Any,  # noqa: ANN401  of either side
    action: str,
    reverse: bool,
    model: type[Model],
    pk_set: set[int],
    **_signal: object,
) -> None:
    """What an account or a role was given, or is given no longer."""
    if action not in ("post_add", "post_remove", "pre_clear"):
        return
    forward, backward, name = _GIVEN[sender]
    if action == "pre_clear":
        others = list(getattr(instance, backward if reverse else forward).all())
    else:
        others = list(model._default_manager.filter(pk__in=pk_set))  # noqa: SLF001  as documented
    holders, given = (others, [instance]) if reverse else ([instance], others)
    texts = sorted(one.codename if isinstance(one, Permission) else one.name for one in given)
    before, after = ({}, {name: texts}) if action == "post_add" else ({name: texts}, {})
    for holder in holders if texts else ():
        act = Act.ROLE_CHANGED if isinstance(holder, Group) else Act.ACCOUNT_ROLES_CHANGED
        record(act, holder, before=before, after=after)


# Signing in -------------------------------------------------------------------------------------------------------


@receiver(user_logged_in)
def _record_sign_in(user: User, **_signal: object) -> None:
    record(Act.SIGNED_IN, user, source=replace(find_source(), way=Way.SIGN_IN, actor=user))


@receiver(user_logged_out)
def _record_sign_out(user: User | None, **_signal: object) -> None:
    if user is not None:
        record(Act.SIGNED_OUT, user, source=replace(find_source(), way=Way.ADMIN, actor=user))


@receiver(user_login_failed)
def _record_refusal(credentials: dict[str, Any], **_signal: object) -> None:
    """Of a name that nobody here has, nothing is kept: people type passwords there."""
    person = list_accounts().filter(**where_named(str(credentials.get("username", "")))).first()
    record(Act.SIGN_IN_REFUSED, person, source=replace(find_source(), way=Way.SIGN_IN, actor=None))
