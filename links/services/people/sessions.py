"""Sessions of staff: where somebody is signed in, and the end of it."""

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.db import transaction

from links.domain.audit.acts import Act
from links.models import Session
from links.models.people.sessions import SessionQuerySet
from links.services.audit.recording import record


def list_own(user: User) -> Sequence[Session]:
    """The latest first, without those that are over."""
    return list(Session.objects.live().filter(user=user).order_by("-began_at", "-pk"))


def end(user: User, number: int) -> int:
    """The one with this number, if it is this person's; how many there were."""
    return _end(user, Session.objects.filter(user=user, pk=number))


def end_others(user: User, key: str | None) -> int:
    """All but the one with this key; how many."""
    kept = Session.objects.with_key(key).values("pk")
    return _end(user, Session.objects.filter(user=user).exclude(pk__in=kept))


def end_all(user: User) -> int:
    return _end(user, Session.objects.filter(user=user))


def _end(user: User, ending: SessionQuerySet) -> int:
    with transaction.atomic():
        live = ending.live().count()
        ending.delete()
        if live:
            record(Act.SESSION_ENDED, user, after={"sessions": live})
    return live
