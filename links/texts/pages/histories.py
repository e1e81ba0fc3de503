"""What was done to a row, kept so that its history says it in the language and the zone of whoever reads it."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from links.domain.buckets.endpoints import Addressing
from links.domain.promise.ends import EndChange
from links.texts import labels, lifetimes
from links.texts.formatting import join
from links.texts.pages import ends
from links.texts.terms import LABELS
from links.texts.times import read_moment

Kept = list[dict[str, Any]]
ADDED: Kept = [{"added": {}}]  # in Django's own words
REVOKED = gettext_noop("Revoked.")
COPIED = gettext_noop("Made as a copy of another link.")
MADE_INSTEAD = gettext_noop("Made in place of another link.")
REPLACED = gettext_noop("Replaced with a stable link.")
OWNER_CHANGED = gettext_noop("Transferred to %(colleague)s.")
URL_VIEWED = gettext_noop("Viewed the URL.")
TIME_GRANTED = gettext_noop("Granted.")
TIME_DECLINED = gettext_noop("Declined.")
MORE_DOWNLOADS = gettext_noop("Downloads allowed in addition: %(count)s.")


def log_message(text: str, **values: str) -> Kept:
    """`text` is English, marked with `gettext_noop`, with a gap for each of the values."""
    return [{"text": text, "values": values}]


def log_fields(names: Iterable[str]) -> Kept:
    """That these terms were changed, in Django's own words, by the names of their fields in English."""
    with translation.override(None):
        changed = [str(LABELS[name]) for name in sorted(names)]
    return [{"changed": {"fields": changed}}]


def log_end(change: EndChange, before: datetime, after: datetime) -> Kept:
    return [{"end": change.value, "before": before.isoformat(), "after": after.isoformat()}]


def log_ends(change: EndChange, lifetime: str) -> Kept:
    """Of many links at once, which had ends of their own."""
    return [{"end": change.value, "lifetime": lifetime}]


def log_values(before: Mapping[str, str], after: Mapping[str, str]) -> Kept:
    """Each value that is another than before, by the names of `_VALUES`; moments in ISO 8601."""
    changed = [name for name in before if before[name] != after[name]]
    return [{"field": name, "before": before[name], "after": after[name]} for name in changed]


def tells_of_revocation(kept: str) -> bool:
    return kept == json.dumps(log_message(REVOKED))


def render(kept: str) -> str | None:
    """None for what was not kept so: Django's own words, and those of older versions."""
    try:
        return join([_render(each) for each in json.loads(kept)])
    except (ValueError, TypeError, KeyError):
        return None


def _render(kept: Mapping[str, Any]) -> str:
    if "field" in kept:
        return _render_value(kept)
    if "text" in kept:
        return gettext(str(kept["text"])) % dict(kept["values"])
    change = EndChange(kept["end"])
    if "lifetime" in kept:
        what = lifetimes.entered(kept["lifetime"])
    else:
        what = ends.sentence(change, datetime.fromisoformat(kept["before"]), datetime.fromisoformat(kept["after"]))
    return gettext("%(name)s: %(value)s") % {"name": ends.word(change), "value": what}


def _render_value(kept: Mapping[str, Any]) -> str:
    name, write = _VALUES[kept["field"]]
    gaps = {side: (write(kept[side]) if kept[side] else _EMPTY.get(kept["field"], "–")) for side in ("before", "after")}
    return gettext("%(name)s: from “%(before)s” to “%(after)s”.") % {"name": gettext(name), **gaps}


def _write_addressing(value: str) -> str:
    return labels.label(Addressing(value))


_EMPTY = {"endpoint": "AWS"}
_VALUES: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "key": (gettext_noop("Signing key"), str),
    "region": (gettext_noop("Region"), str),
    "endpoint": (gettext_noop("Endpoint"), str),
    "addressing": (gettext_noop("Addressing"), _write_addressing),
    "label": (gettext_noop("Label"), str),
    "rotates_at": (gettext_noop("Rotation planned for"), read_moment),
    "rotation_days": (gettext_noop("Rotate after (days)"), str),
}
