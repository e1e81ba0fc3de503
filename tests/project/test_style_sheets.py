"""Style sheets are small enough to be read, and every one that is linked is there."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

ROOT = Path(__file__).resolve().parents[2]
MAX_LINES = 350
SHEETS = sorted((ROOT / "static").rglob("*.css"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def find_linked() -> dict[str, Path]:
    """Every static file that a template names, and the template."""
    return {
        name: template
        for template in TEMPLATES
        for name in re.findall(r"""{% static ["']([^"']+)["'] %}""", template.read_text(encoding="utf-8"))
    }


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.relative_to(ROOT).as_posix())
def test_a_style_sheet_can_be_read(sheet: Path) -> None:
    text = sheet.read_text(encoding="utf-8")
    assert text.count("\n") <= MAX_LINES
    assert "@import" not in text, "a sheet that calls another is loaded one after the other: link both"


def test_every_static_file_that_a_template_names_is_there() -> None:
    linked = find_linked()
    assert linked
    assert {name: template.name for name, template in linked.items() if not finders.find(name)} == {}


def test_every_style_sheet_is_linked() -> None:
    names = {sheet.relative_to(ROOT / "static").as_posix() for sheet in SHEETS}
    assert names - set(find_linked()) == set()
