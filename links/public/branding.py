"""The house whose name is on the door: name, logo, accent colour, imprint and privacy, by settings.

Everything is served from our own origin: no page of ours asks a third party for anything.
"""

from functools import lru_cache
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from links.conf import site
from links.domain.colours import Colour, choose_text, make_readable, read_colour, write_colour
from links.lib import image_types

DAY = 86_400
# The surfaces of static/holdfast/tokens.css: text in the accent colour must be readable on them.
LIGHT: tuple[Colour, Colour] = ((0xFF, 0xFF, 0xFF), (0xEE, 0xF1, 0xF0))
DARK: tuple[Colour, Colour] = ((0x17, 0x20, 0x24), (0x1E, 0x29, 0x2E))


def brand(request: HttpRequest) -> dict[str, object]:  # noqa: ARG001
    """For every template: `brand.name`, and where the rest of it is to be had."""
    return {
        "brand": {
            "name": site.BRAND_NAME,
            "accent": site.BRAND_ACCENT,
            "imprint": site.IMPRINT_URL,
            "privacy": site.PRIVACY_URL,
        }
    }


@require_safe
def show_logo(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    if not site.BRAND_LOGO:
        return redirect(static("holdfast/logo.svg"))
    path = Path(site.BRAND_LOGO)
    if path.suffix.lower() not in image_types.TYPES or not path.is_file():
        raise Http404
    return _keep(HttpResponse(path.read_bytes(), content_type=image_types.TYPES[path.suffix.lower()]))


@require_safe
def show_style(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The accent colour as custom properties, over those of tokens.css."""
    if not site.BRAND_ACCENT:
        raise Http404
    return _keep(HttpResponse(_write_style(site.BRAND_ACCENT), content_type="text/css; charset=utf-8"))


@lru_cache(maxsize=8)
def _write_style(written: str) -> str:
    accent = read_colour(written)
    light, dark = _write_colours(accent, LIGHT), _write_colours(accent, DARK)
    return (
        f":root{{{light}}}\n"
        f"@media screen and (prefers-color-scheme: dark){{:root:not([data-theme=light]){{{dark}}}}}\n"
        f"@media screen{{:root[data-theme=dark]{{{dark}}}}}\n"
    )


def _write_colours(accent: Colour, grounds: tuple[Colour, Colour]) -> str:
    """A button's fill must stand out from the page, and its words from the fill."""
    ink = accent
    for ground in grounds:
        ink = make_readable(ink, ground)
    colours = {"accent-ink": ink, "accent-fill": ink, "accent-hover": ink, "on-accent": choose_text(ink)}
    return ";".join(f"--{name}:{write_colour(colour)}" for name, colour in colours.items())


def _keep(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = f"public, max-age={DAY}"
    return response
