"""Lifetimes as they are offered to people, who may also type them so."""

from datetime import UTC, timedelta

from django.utils.translation import ngettext

from links.domain.errors import HoldfastError
from links.domain.promise.lifetimes import PRESETS, Lifetime, parse
from links.texts.formatting import join
from links.texts.times import span


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
    """A lifetime as somebody typed it, in whatever language, said in the active one; an end stays as it was typed."""
    added = text.strip().removeprefix("+")
    try:
        lifetime = parse(added, zone=UTC)
    except HoldfastError:
        return text
    return text if lifetime.end else ("+" if added != text.strip() else "") + duration(lifetime)
