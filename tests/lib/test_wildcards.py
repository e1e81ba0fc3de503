import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from links.lib.wildcards import MAX_TEXT_LENGTH, covers

_TEXTS = st.text(alphabet="ab?*\n", max_size=8)


@given(pattern=_TEXTS, text=st.text(alphabet="ab\n", max_size=8))
def test_a_pattern_covers_what_the_same_regular_expression_matches(pattern: str, text: str) -> None:
    shape = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    assert covers(pattern, text) is (re.fullmatch(shape, text, re.DOTALL) is not None)


@given(pattern=_TEXTS, text=st.text(alphabet="ab", max_size=8))
def test_what_stands_before_a_question_mark_may_be_enough(pattern: str, text: str) -> None:
    cuts = [pattern, *(pattern[: found.start()] for found in re.finditer(r"\?", pattern))]
    assert covers(pattern, text, before_query=True) is any(covers(cut, text) for cut in cuts)


@pytest.mark.parametrize(
    ("pattern", "text", "fold"),
    [("s3:Get*", "s3:GetObject", False), ("S3:get?bject", "s3:GetObject", True), ("*", "a" * 9_999, False)],
)
def test_stars_marks_and_capitals(pattern: str, text: str, fold: bool) -> None:
    assert covers(pattern, text, fold=fold)


def test_a_text_that_is_too_long_is_covered_by_stars_alone() -> None:
    assert not covers("a*", "a" * (MAX_TEXT_LENGTH + 1))
    assert covers("a*", "a" * MAX_TEXT_LENGTH)
