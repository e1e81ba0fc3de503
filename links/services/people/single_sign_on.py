"""Whom a provider of single sign-on proved: which account is theirs, and what they may do from now on."""

import unicodedata
from datetime import datetime

import structlog
from django.contrib.auth.models import Group, User
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q

from links.conf import site
from links.domain.audit.acts import Act
from links.domain.errors import HoldfastError, Refused
from links.domain.people.claims import MappedRights, ProvenPerson, map_groups
from links.domain.reasons import Reason
from links.domain.visits.sign_in_limits import MAX_USERNAME_LENGTH, SignInKind
from links.models import Identity
from links.models.people.accounts import list_accounts
from links.services.audit.recording import record
from links.services.people.sign_in import SignInSource, record_sign_in

log = structlog.get_logger(__name__)

BY_EMAIL = "email"
"""In `OIDC_LINK_BY`: whoever has an account here is known by the address that the provider verified."""


def is_on() -> bool:
    return bool(site.OIDC_ISSUER and site.OIDC_CLIENT_ID)


def admit(person: ProvenPerson, source: SignInSource, now: datetime) -> User:
    """Their account, with the roles that their groups give today; made where they have none yet.

    Raises `Refused`, and changes nothing but what somebody lost: single-sign-on-no-role, -groups-untold, -disabled,
    -account-exists.
    """
    try:
        user = _find_and_follow(person, now)
    except HoldfastError as refused:
        identity = _find_identity(person)
        name = identity.user.get_username() if identity else f"{person.issuer} {person.subject}"
        record_sign_in(name, source, SignInKind.SINGLE_SIGN_ON, now, refused=refused.code)
        log.info("single sign-on refused", reason=refused.code, user=identity.user_id if identity else None)
        raise
    record_sign_in(user.get_username(), source, SignInKind.SINGLE_SIGN_ON, now)
    return user


def find_account(person: ProvenPerson) -> User | None:
    identity = _find_identity(person)
    return identity.user if identity else None


def record_failure(error: HoldfastError, source: SignInSource, now: datetime) -> None:
    """Nobody was proved: who it was is not known."""
    record_sign_in("", source, SignInKind.SINGLE_SIGN_ON, now, refused=error.code)


def link_identity(user: User, issuer: str, subject: str, now: datetime) -> Identity:
    """Say by hand who somebody is at the provider; what was said before of either of them is over."""
    with transaction.atomic():
        for said in Identity.objects.filter(Q(user=user) | Q(subject=subject), issuer=issuer).select_related("user"):
            record(Act.IDENTITY_DISCONNECTED, said.user, before={"issuer": said.issuer, "subject": said.subject})
            said.delete()
        return _link(user, issuer, subject, now)


def _find_and_follow(person: ProvenPerson, now: datetime) -> User:
    rights = _find_rights(person)
    identity = _find_identity(person)
    if rights.are_none:
        if person.groups is None:  # nothing was said: that is how the provider is set, and takes nobody's roles
            raise Refused(Reason.SINGLE_SIGN_ON_GROUPS_UNTOLD, provider=site.OIDC_NAME)
        if identity:
            _follow_groups(identity.user, rights)
        raise Refused(Reason.SINGLE_SIGN_ON_NO_ROLE, provider=site.OIDC_NAME)
    if identity is None:
        try:
            with transaction.atomic():
                identity = _link_by_email(person, now) or _make_account(person, now)
        except (IntegrityError, Refused) as failed:  # somebody was quicker: themselves in another window, or a namesake
            identity = _find_identity(person)
            if identity is None:
                raise (failed if isinstance(failed, Refused) else _refuse_namesake(person)) from None
    user = identity.user
    if not (user.is_active and user.is_staff):
        raise Refused(Reason.SINGLE_SIGN_ON_DISABLED)
    _follow_groups(user, rights)
    return user


def _find_rights(person: ProvenPerson) -> MappedRights:
    """A role that is not there gives nothing: who has no other is let in as little as who has none."""
    rights = map_groups(person.groups or (), site.OIDC_ROLES)
    there = frozenset(Group.objects.filter(name__in=rights.roles).values_list("name", flat=True))
    if missing := sorted(rights.roles - there):
        log.warning("OIDC_ROLES names roles that do not exist", roles=missing)
    return MappedRights(there, rights.is_superuser)


def _find_identity(person: ProvenPerson) -> Identity | None:
    found = Identity.objects.filter(issuer=person.issuer, subject=person.subject)
    return found.select_related("user").first()


def _link_by_email(person: ProvenPerson, now: datetime) -> Identity | None:
    """The one account here with the address that the provider verified, where the setting lets it be found so.

    Never a superuser's: who may write addresses at the provider would be one. Nor one that is somebody's already.
    """
    if site.OIDC_LINK_BY != BY_EMAIL or not person.email:
        return None
    found = [
        user
        for user in list_accounts().select_for_update().filter(email__iexact=person.email)
        if _fold(user.email) == _fold(person.email)  # the database takes some different letters for the same
    ]
    if len(found) != 1 or found[0].is_superuser or found[0].identities.filter(issuer=person.issuer).exists():
        return None
    return _link(found[0], person.issuer, person.subject, now)


def _make_account(person: ProvenPerson, now: datetime) -> Identity:
    """One without a password. Never beside another one that may be theirs: nobody should have two without knowing, and
    nobody takes a colleague's name."""
    username = _choose_username(person)
    same = Q(username__iexact=username)
    if person.email:
        same |= Q(email__iexact=person.email)
    if list_accounts().filter(same).exists():
        raise _refuse_namesake(person)
    user = User(
        username=username,
        email=person.email,
        first_name=person.first_name,
        last_name=person.last_name,
        is_staff=True,
    )
    user.set_unusable_password()
    user.save()
    return _link(user, person.issuer, person.subject, now)


def _link(user: User, issuer: str, subject: str, now: datetime) -> Identity:
    record(Act.IDENTITY_CONNECTED, user, after={"issuer": issuer, "subject": subject})
    return Identity.objects.create(user=user, issuer=issuer, subject=subject, linked_at=now)


def _choose_username(person: ProvenPerson) -> str:
    for name in (person.username, person.email, person.subject):
        try:
            UnicodeUsernameValidator()(name)
        except ValidationError:
            continue
        if len(name) <= MAX_USERNAME_LENGTH:
            return User.normalize_username(name)
    raise Refused(Reason.SINGLE_SIGN_ON_UNTRUSTED, detail="no claim can be the name of an account")


def _refuse_namesake(person: ProvenPerson) -> Refused:
    return Refused(Reason.SINGLE_SIGN_ON_ACCOUNT_EXISTS, subject=person.subject)


def _follow_groups(user: User, rights: MappedRights) -> None:
    """Exactly these roles. Whoever loses some is signed out wherever else they are."""
    with transaction.atomic():
        held = list_accounts().select_for_update().get(pk=user.pk)
        had = frozenset(held.groups.values_list("name", flat=True))
        was_superuser = held.is_superuser
        if had != rights.roles:
            held.groups.set(Group.objects.filter(name__in=rights.roles))
        if rights.is_superuser is not None and was_superuser != rights.is_superuser:
            held.is_superuser = user.is_superuser = rights.is_superuser
            held.save(update_fields=["is_superuser"])
    log.info("roles follow groups", user=str(user.pk), roles=sorted(rights.roles), is_superuser=held.is_superuser)


def _fold(address: str) -> str:
    return unicodedata.normalize("NFKC", address).casefold()
