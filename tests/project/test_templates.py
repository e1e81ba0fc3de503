"""Templates that name each other are there."""

import re
from pathlib import Path

from django.template import TemplateDoesNotExist
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".txt"))
NAMED = re.compile(r"""{% (?:include|extends) ["']([^"']+)["']""")


def is_there(name: str) -> bool:
    try:
        get_template(name)
    except TemplateDoesNotExist:
        return False
    return True


def test_every_template_that_another_names_is_there() -> None:
    named = {(path.name, name) for path in TEMPLATES for name in NAMED.findall(path.read_text(encoding="utf-8"))}
    assert named
    assert [each for each in sorted(named) if not is_there(each[1])] == []
