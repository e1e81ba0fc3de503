"""What a command reports names options and commands, and no button of a page."""

import re

import pytest

from links.domain.errors import Refused
from links.domain.findings import Code
from links.domain.reasons import Reason
from links.texts import refusals
from links.texts.findings import CATALOGUE
from links.texts.formatting import Line, choose, shown_by_command
from links.texts.refusals import _SENTENCES

_OF_A_PAGE = re.compile(r"\b(?:press|tick|select|checkbox|browse)\b|“(?:Validate now|Public)”", re.IGNORECASE)
# What only a change of a link gives, which no command makes.
_OF_PAGES_ALONE = {Reason.SLUG_UNCONFIRMED}

_LINES: list[tuple[Code | Reason, tuple[Line, ...]]] = [
    *((code, lines) for code, words in CATALOGUE.items() for lines in (words.sentences, words.cures)),
    *((reason, lines) for reason, lines in _SENTENCES.items() if reason not in _OF_PAGES_ALONE),
]


@pytest.mark.parametrize(
    ("named", "lines"), [each for each in _LINES if any(_OF_A_PAGE.search(one.text) for one in each[1])]
)
def test_no_line_that_a_command_shows_speaks_of_a_button(named: Code | Reason, lines: tuple[Line, ...]) -> None:
    with shown_by_command():
        for line in lines:
            said = choose(lines, {**dict.fromkeys(line.gaps, "x"), **line.conditions})
            assert not _OF_A_PAGE.search(said.text), named


@pytest.mark.usefixtures("english")
def test_the_same_refusal_is_told_to_a_page_by_its_button_and_to_a_command_by_its_option() -> None:
    refused = Refused(Reason.SLUG_UNPROTECTED)
    with shown_by_command():
        assert "--public" in refusals.explain(refused)
    assert "select “Public”" in refusals.explain(refused)
