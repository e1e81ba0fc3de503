"""The operators' pages tell of every alert, in both languages, and are as the code says."""

import re

import pytest

from links.domain.findings import Code
from tests.project.documents.markdown import split_sections
from tools.alerts import LABELS, PAGES, render


@pytest.mark.parametrize("language", PAGES)
def test_the_page_of_alerts_is_as_the_code_says(language: str) -> None:
    """Where it is not: `make docs`."""
    assert PAGES[language].read_text(encoding="utf-8") == render(language)


@pytest.mark.parametrize("language", PAGES)
def test_each_alert_has_its_cause_check_and_cure(language: str) -> None:
    sections = split_sections(render(language), 3)
    assert sorted(sections) == sorted(code.value for code in Code)
    for code, section in sections.items():
        for label in LABELS[language]:
            assert re.search(rf"^\*\*{re.escape(label)}\*\* \S", section, re.MULTILINE), code
