"""Checks of what a site sets about its pages and mails."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from django.core import checks
from django.core.checks import CheckMessage, Error
from django.template import Engine, TemplateDoesNotExist, TemplateSyntaxError

from links.domain.colours import read_colour
from links.domain.errors import Unreadable
from links.lib import image_types


def check_brand(logo: str, accent: str, pages: Mapping[str, str]) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if logo and not (Path(logo).is_file() and Path(logo).suffix.lower() in image_types.TYPES):
        hint = f"Give the path of a file on this machine whose name ends in {' or '.join(image_types.TYPES)}."
        found.append(Error("BRAND_LOGO names no picture.", hint=hint, id="holdfast.E010"))
    if accent and not _is_colour(accent):
        hint = "Write it as #rrggbb, as in #0e5f69."
        found.append(Error("BRAND_ACCENT is no colour.", hint=hint, id="holdfast.E011"))
    for name, address in pages.items():
        if address and urlsplit(address).scheme not in ("http", "https"):
            hint = "Write the whole address, as in https://www.example.com/imprint"
            found.append(Error(f"{name} is no address of a page.", hint=hint, id="holdfast.E012"))
    return found


def check_templates(folder: str) -> list[CheckMessage]:
    """Whether a site's own templates are there, can be read, and take the place of one of the product's."""
    if not folder:
        return []
    if not Path(folder).is_dir():
        hint = "Give the path of a folder, with a file such as mail/incident.txt in it, or leave TEMPLATE_DIR empty."
        return [Error("TEMPLATE_DIR names no folder.", hint=hint, id="holdfast.E081")]
    names = sorted(path.relative_to(folder).as_posix() for path in Path(folder).rglob("*") if path.is_file())
    return [found for name in names if (found := _check_template(name))]


def _check_template(name: str) -> CheckMessage | None:
    engine = Engine.get_default()
    try:
        engine.get_template(name)
    except (TemplateSyntaxError, UnicodeDecodeError) as error:
        hint = "Correct the template; until then mails use the product's own."
        return Error(f"The template {name} cannot be read: {error}", hint=hint, id="holdfast.E082")
    own = Engine(dirs=engine.dirs[-1:], app_dirs=True, libraries=engine.libraries)
    try:
        own.get_template(name)
    except TemplateDoesNotExist:
        hint = "Give it the name and folder of the template that it takes the place of, as in mail/incident.txt."
        return checks.Warning(f"The template {name} takes no other's place.", hint=hint, id="holdfast.W081")
    return None


def _is_colour(text: str) -> bool:
    try:
        read_colour(text)
    except Unreadable:
        return False
    return True
