"""Colours: what can be read on what (WCAG 2.2, contrast minimum)."""

import re

from links.domain.errors import Unreadable
from links.domain.reasons import Reason

READABLE = 4.5  # WCAG 2.2, 1.4.3: text of any size
BLACK, WHITE = (0, 0, 0), (255, 255, 255)

Colour = tuple[int, int, int]

_WRITTEN = re.compile(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})")


def read_colour(text: str) -> Colour:
    """`#rrggbb`. Raises `Unreadable("colour-unreadable")`."""
    found = _WRITTEN.fullmatch(text.strip())
    if not found:
        raise Unreadable(Reason.COLOUR_UNREADABLE, text=text[:20])
    red, green, blue = (int(part, 16) for part in found.groups())
    return red, green, blue


def write_colour(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def contrast(one: Colour, other: Colour) -> float:
    """From 1 to 21."""
    lighter, darker = sorted((_shine(one), _shine(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def choose_text(ground: Colour) -> Colour:
    """Black or white, whichever reads better on this ground; one of them always reads well enough."""
    return max(BLACK, WHITE, key=lambda text: contrast(text, ground))


def make_readable(colour: Colour, ground: Colour) -> Colour:
    """The colour itself, or the nearest of its shades towards black or white that can be read on this ground."""
    far = choose_text(ground)
    steps = (_mix(colour, far, step / 20) for step in range(21))
    return next(shade for shade in steps if contrast(shade, ground) >= READABLE)


def _mix(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _shine(colour: Colour) -> float:
    """Relative luminance."""
    red, green, blue = (_straighten(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _straighten(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
