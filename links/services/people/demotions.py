"""Whoever loses a right, their account or their password is signed in nowhere from then on. API tokens end with the
account; a lost right they lose by themselves, since they may do no more than their owner. Those of service accounts may
do what these may: they end when whoever made them, and so has seen them, loses a right."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, User
from django.db.models.signals import m2m_changed, pre_delete, pre_save
from django.dispatch import receiver
from django.utils import timezone

from links.domain.audit.acts import Way
from links.models.people.accounts import list_accounts
from links.services.audit.sources import find_source
from links.services.people import api_tokens, second_factors, sessions

_LOST = {"is_active": True, "is_staff": True, "is_superuser": True}
_KEPT = ("password",)
_ENDS_TOKENS = ("is_active", "is_staff")


@receiver(pre_save, sender=get_user_model(), dispatch_uid="links.demotions")
def end_of_demoted(instance: User, update_fields: frozenset[str] | None = None, **_signal: object) -> None:
    """A password that is hashed anew ends them, too: Django's sessions are signed by the hash."""
    names = {*_LOST, *_KEPT} & (update_fields if update_fields is not None else {*_LOST, *_KEPT})
    before = list_accounts().filter(pk=instance.pk).values(*names).first() if names and instance.pk else None
    if before is None:
        return
    lost = {name for name in names if name in _LOST and before[name] and not getattr(instance, name)}
    is_changed = any(before[name] != getattr(instance, name) for name in names if name in _KEPT)
    if lost or is_changed:
        sessions.end_all(instance)
    if lost.intersection(_ENDS_TOKENS) or (is_changed and _is_done_by_another(instance)):
        api_tokens.revoke_all_of(instance, timezone.now())
    if lost:
        api_tokens.revoke_made_for_others(instance, timezone.now())
    if is_changed:
        second_factors.forget_begun(instance)


def _is_done_by_another(person: User) -> bool:
    """Who sets somebody else's password may do so because it became known: whoever knew it may have made tokens."""
    source = find_source()
    return source.way is Way.COMMAND or (source.actor is not None and source.actor.pk != person.pk)


@receiver(m2m_changed, sender=get_user_model().groups.through, dispatch_uid="links.demotions.roles")
def end_of_roleless(instance: User | Group, action: str, pk_set: set[int] | None = None, **_: object) -> None:
    """Roles that are taken away; a role that is added ends nothing."""
    if action not in ("pre_remove", "pre_clear"):
        return
    if isinstance(instance, Group):
        people = list_accounts().filter(groups=instance)
        for person in people if pk_set is None else people.filter(pk__in=pk_set):
            _end_all(person)
    elif pk_set or instance.groups.exists():
        _end_all(instance)


@receiver(pre_delete, sender=Group, dispatch_uid="links.demotions.deleted_roles")
def end_of_deleted(instance: Group, **_signal: object) -> None:
    """With a role go its rows of who has it, of which no signal tells."""
    for person in list_accounts().filter(groups=instance):
        _end_all(person)


def _end_all(person: User) -> None:
    sessions.end_all(person)
    api_tokens.revoke_made_for_others(person, timezone.now())


@receiver(pre_delete, sender=get_user_model(), dispatch_uid="links.demotions.deleted_accounts")
def end_of_deleted_account(instance: User, **_signal: object) -> None:
    """Their own tokens go with the account; from the others' rows it is gone who made them."""
    api_tokens.revoke_made_for_others(instance, timezone.now())
