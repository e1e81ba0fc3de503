"""Whoever is signed in says again who they are."""

from django.contrib.auth.models import User

from links.domain.audit.acts import Act
from links.services.audit.recording import record


def is_password(user: User, password: str) -> bool:
    """Whether it is theirs; a wrong one is recorded."""
    is_right = user.check_password(password)
    if not is_right:
        record(Act.REAUTHENTICATION_REFUSED, user)
    return is_right


def record_confirmed(user: User) -> None:
    record(Act.REAUTHENTICATED, user)
