"""What a record of the audit trail says, in words."""

import json
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext


def read_values(texts: Iterable[str]) -> tuple[dict[str, object], dict[str, object], str]:
    """What was before, what is after, and what it is called, of a record's own text and its details'."""
    before: dict[str, object] = {}
    after: dict[str, object] = {}
    name = ""
    for text in texts:
        told: Mapping[str, object] = json.loads(text) if text else {}
        before |= _read_part(told, "before")
        after |= _read_part(told, "after")
        name = str(told.get("name", name))
    return before, after, name


def _read_part(told: Mapping[str, object], part: str) -> dict[str, object]:
    found = told.get(part)
    return found if isinstance(found, dict) else {}


def describe_change(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    """One line for each value: its name, and what it was and is."""
    lines = []
    for name in {**before, **after}:
        if name in before and name in after:
            gaps = {"name": name, "before": _write(before[name]), "after": _write(after[name])}
            lines.append(gettext("%(name)s: %(before)s → %(after)s") % gaps)
        else:
            value = after[name] if name in after else before[name]
            lines.append(gettext("%(name)s: %(value)s") % {"name": name, "value": _write(value)})
    return lines


def _write(value: object) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return gettext(", ").join(map(str, value)) if isinstance(value, list) else str(value)
