"""What somebody may share, in words."""

from collections.abc import Iterable

from django.utils.translation import gettext, ngettext


def explain_prefix(prefix: str) -> str:
    return gettext("names that start with “%(prefix)s”") % {"prefix": prefix} if prefix else gettext("everything in it")


def explain_longest(max_days: int | None) -> str:
    """For how long at a time."""
    if max_days is None:
        return gettext("any lifetime")
    return ngettext("%(count)s day at most", "%(count)s days at most", max_days) % {"count": max_days}


def askable(names: Iterable[str]) -> str:
    """Whom to ask for a permission to share."""
    return gettext(", ").join(names) or gettext("a manager or a key keeper")
