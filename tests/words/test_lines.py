import pytest
from django.utils import translation

from links.words.lines import join, line, plain, speak

LINES = (line("red %(a)s", colour="red"), line("with %(a)s"), line("nothing"))


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"a": "1", "colour": "red"}, "red 1"),
        ({"a": "1", "colour": "blue"}, "with 1"),
        ({"a": "", "colour": "red"}, "nothing"),
        ({}, "nothing"),
    ],
)
def test_the_first_line_that_fits_speaks(values: dict[str, str], said: str) -> None:
    assert speak(LINES, values) == said


def test_sentences_are_joined_with_a_blank_in_english_only() -> None:
    with translation.override("en"):
        assert join(["One.", "Two.", "Three."]) == "One. Two. Three."
    with translation.override("ja"):
        assert join(["一。", "二。"]) == "一。二。"


def test_a_foreign_value_stays_on_its_line_and_ends() -> None:
    assert plain("a\nb\u202ec") == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c"
    assert plain("日本語 😀.pdf") == "日本語 😀.pdf"
    assert plain("x" * 1000, 10) == "x" * 9 + "…"
