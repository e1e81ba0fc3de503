"""Sessions of staff: where somebody is signed in, and the end of it."""

from collections.abc import Sequence

from django.contrib.auth.models import User

from links.models import Session


def list_own(user: User) -> Sequence[Session]:
    """The latest first, without those that are over."""
    return list(Session.objects.live().filter(user=user).order_by("-began_at", "-pk"))


def end(user: User, number: int) -> bool:
    """Whether there was one of this person's."""
    ended, _ = Session.objects.filter(user=user, pk=number).delete()
    return bool(ended)


def end_others(user: User, key: str | None) -> int:
    """All but the one with this key; how many."""
    kept = Session.objects.with_key(key).values("pk")
    ended, _ = Session.objects.filter(user=user).exclude(pk__in=kept).delete()
    return ended


def end_all(user: User) -> None:
    Session.objects.filter(user=user).delete()
