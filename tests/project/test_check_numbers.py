"""Checks of the settings are silenced, and looked up, by their numbers."""

import re
from collections import Counter
from pathlib import Path

LINKS = Path(__file__).parents[2] / "links"


def test_a_number_is_that_of_one_check() -> None:
    written = [name for file in LINKS.rglob("*.py") for name in re.findall(r'"(holdfast\.[A-Z]\d+)"', file.read_text())]
    assert len(written) > 30
    assert [name for name, count in Counter(written).items() if count > 1] == []
