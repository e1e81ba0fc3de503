"""What was done to a row, kept so that its history says it in the language and the zone of whoever reads it."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, gettext_noop

from links.domain.promise.ends import EndChange
from links.texts import lifetimes
from links.texts.pages import ends

Kept = list[dict[str, Any]]
REVOKED = gettext_noop("Revoked.")
MORE_DOWNLOADS = gettext_noop("Downloads allowed in addition: %(count)s.")


def log_message(text: str, **values: str) -> Kept:
    """`text` is English, marked with `gettext_noop`, with a gap for each of the values."""
    return [{"text": text, "values": values}]


def log_end(change: EndChange, before: datetime, after: datetime) -> Kept:
    return [{"end": change.value, "before": before.isoformat(), "after": after.isoformat()}]


def log_ends(change: EndChange, lifetime: str) -> Kept:
    """Of many links at once, which had ends of their own."""
    return [{"end": change.value, "lifetime": lifetime}]


def tells_of_revocation(kept: str) -> bool:
    return kept == json.dumps(log_message(REVOKED))


def render(kept: str) -> str | None:
    """None for what was not kept so: Django's own words, and those of older versions."""
    try:
        (found,) = json.loads(kept)
        return _render(found)
    except (ValueError, TypeError, KeyError):
        return None


def _render(kept: Mapping[str, Any]) -> str:
    if "text" in kept:
        return gettext(str(kept["text"])) % dict(kept["values"])
    change = EndChange(kept["end"])
    if "lifetime" in kept:
        what = lifetimes.entered(kept["lifetime"])
    else:
        what = ends.sentence(change, datetime.fromisoformat(kept["before"]), datetime.fromisoformat(kept["after"]))
    return gettext("%(name)s: %(value)s") % {"name": ends.word(change), "value": what}
