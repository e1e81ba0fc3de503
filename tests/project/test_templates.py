"""Templates can be reviewed line by line, and those that name each other are there."""

import re
from pathlib import Path

from django.template import TemplateDoesNotExist
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".txt"))
LONGEST_LINE = 200
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


def test_lines_are_short_enough_to_be_reviewed() -> None:
    """A long sentence is wrapped in `blocktranslate trimmed`, which is the same for translators. In a mail's template a
    line is a line of the mail."""
    too_long = [
        f"{path.name}:{number}"
        for path in TEMPLATES
        if path.suffix == ".html"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > LONGEST_LINE
    ]
    assert too_long == []
