import re
from itertools import pairwise, takewhile

import pytest
from django.utils import translation

from links.texts import refusals
from links.texts.findings import CATALOGUE
from links.texts.formatting import Line, fill, join, line, plain, render_lines

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
    assert render_lines(LINES, values) == said


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"id": "AKIA", "what": "a=b", "day": "1 May"}, "AKIA was changed (a=b), on 1 May."),
        ({"id": "[AKIA|x]"}, "[AKIA|x] was changed."),
        ({"hour": "noon"}, "It was changed, at noon."),
        ({"id": ""}, "It was changed."),
    ],
)
def test_a_gap_falls_back_to_the_first_words_that_can_be_said(values: dict[str, str], said: str) -> None:
    assert fill("[%(id)s|It] was changed[ (%(what)s)][, on %(day)s|, at %(hour)s].", values) == said


def test_a_line_needs_only_the_gaps_outside_of_brackets() -> None:
    both = line("%(a)s and [%(b)s|more]")
    assert both.gaps == {"a"}
    assert render_lines([both], {"a": "1"}) == "1 and more"


def count_alike(first: list[str], second: list[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False)))


def differ_by_a_gap_alone(exact: Line, general: Line) -> bool:
    """Whether all that is different is a run of words with a gap in it, and three words at most in its place."""
    first, second = (re.findall(r"[^\s,.:;]+", line.text) for line in (exact, general))
    begin = count_alike(first, second)
    end = count_alike(first[begin:][::-1], second[begin:][::-1])
    run, instead = first[begin : len(first) - end], second[begin : len(second) - end]
    return exact.conditions == general.conditions and any("%(" in word for word in run) and len(instead) <= 3


def test_sentences_that_differ_by_a_gap_are_told_from_others() -> None:
    exact = line("The store does not know access key %(id)s: it was deleted.")
    assert differ_by_a_gap_alone(exact, line("The store does not know the access key: it was deleted."))
    assert not differ_by_a_gap_alone(exact, line("The store does not know the access key: look it up."))


def test_no_sentence_is_written_twice_for_the_sake_of_a_gap() -> None:
    ways = [lines for words in CATALOGUE.values() for lines in (words.sentences, words.cures)]
    for lines in (*ways, *refusals._SENTENCES.values()):
        for exact, general in pairwise(lines):
            assert not differ_by_a_gap_alone(exact, general), exact.text


def test_sentences_are_joined_with_a_blank_in_english_only() -> None:
    with translation.override("en"):
        assert join(["One.", "Two.", "Three."]) == "One. Two. Three."
    with translation.override("ja"):
        assert join(["一。", "二。"]) == "一。二。"


def test_a_foreign_value_stays_on_its_line_and_ends() -> None:
    assert plain("a\nb\u202ec") == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c"
    assert plain("日本語 😀.pdf") == "日本語 😀.pdf"
    assert plain("x" * 1000, 10) == "x" * 9 + "…"
