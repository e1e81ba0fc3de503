"""Lifetimes as they are offered to people, who may also type them so."""

import re
from datetime import UTC, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import ngettext

from links.domain.errors import HoldfastError
from links.domain.promise.lifetimes import PRESETS, Lifetime, parse
from links.texts.formatting import join
from links.texts.times import moment, span

_COUNTED = re.compile("[0-9-]{10}T[0-9:]{8}Z")  # as an end is kept that was counted from another


def duration(lifetime: Lifetime) -> str:
    """A duration in the active language, as `lifetimes.parse` reads it: "1 year", "1年". As exact as `times.span`."""
    years, months = divmod(lifetime.months, 12)
    units = [
        (years, ngettext("%(count)s year", "%(count)s years", years)),
        (months, ngettext("%(count)s month", "%(count)s months", months)),
    ]
    parts = [words % {"count": count} for count, words in units if count]
    if lifetime.seconds:
        parts.append(span(timedelta(seconds=lifetime.seconds)))
    return join(parts)


def list_presets() -> list[str]:
    """What is offered beside a field for a lifetime."""
    return [duration(preset) for preset in PRESETS]


def entered(text: str) -> str:
    """A lifetime as somebody typed it, in whatever language, said in the active one; an end stays as it was typed,
    or, where it was counted, is said as every moment."""
    added = text.strip().removeprefix("+")
    try:
        lifetime = parse(added, zone=UTC)
    except HoldfastError:
        return text
    if lifetime.end:
        return moment(lifetime.end) if _COUNTED.fullmatch(added) else text
    return ("+" if added != text.strip() else "") + duration(lifetime)


def type_again(text: str) -> str:
    """A lifetime as somebody in the active time zone would type it: a day that is meant whole is its date."""
    if not _COUNTED.fullmatch(text):
        return text
    end = timezone.localtime(datetime.fromisoformat(text))
    return f"{end:%Y-%m-%d}" if end.time() == time(23, 59, 59) else f"{end:%Y-%m-%d %H:%M}"
