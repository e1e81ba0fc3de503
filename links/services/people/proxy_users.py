"""Whom a proxy in front of this site named. It names accounts, and makes none."""

from datetime import datetime

from django.contrib.auth.models import User

from links.domain.errors import Refused
from links.domain.reasons import Reason
from links.domain.visits.sign_in_limits import SignInKind
from links.models.people.accounts import list_accounts, where_named
from links.services.people.sign_in import SignInSource, record_sign_in


def admit(username: str, place: SignInSource, now: datetime) -> User:
    """Their account. Raises `Refused`: proxy-user-unfit, for a name that no active account of the staff has."""
    user = list_accounts().filter(**where_named(username), is_active=True, is_staff=True).first()
    if user is None:
        record_sign_in(username, place, SignInKind.PROXY, now, refused=Reason.PROXY_USER_UNFIT.code)
        raise Refused(Reason.PROXY_USER_UNFIT, username=username)
    record_sign_in(username, place, SignInKind.PROXY, now)
    return user
