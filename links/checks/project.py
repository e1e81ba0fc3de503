"""A check of the project that these applications stand in."""

from collections.abc import Iterable
from difflib import get_close_matches

from django.core.checks import CheckMessage, Error

from links.conf import NAME, NAMES


def check_names(said: Iterable[str]) -> list[CheckMessage]:
    """Whether the project says under `HOLDFAST` only what there is: whatever it meant by another name has no effect."""
    found: list[CheckMessage] = []
    for name in said:
        if name in NAMES:
            continue
        near = get_close_matches(str(name).upper(), NAMES, 1)
        hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(sorted(NAMES))}."
        found.append(Error(f'There is no setting {NAME}["{name}"].', hint=hint, id="holdfast.E090"))
    return found
