import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import translation

import links
from links.domain.errors import GateRefused, HoldfastError, KeyRefused, PromiseRefused, Refused, Unavailable, Unreadable
from links.words.lines import speak
from links.words.refusals import _GENERAL, _SENTENCES, say

SOURCE = Path(links.__file__).parent
ERRORS = {
    error.__name__
    for error in (GateRefused, HoldfastError, KeyRefused, PromiseRefused, Refused, Unavailable, Unreadable)
}
CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+")


def find_raised_codes(source: str) -> Iterator[str]:
    """Codes that are given to an error where it is made; where the code is computed, all that the function names."""
    tree = ast.parse(source)
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.Module):
            continue
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            if not isinstance(call.func, ast.Name) or call.func.id not in ERRORS or not call.args:
                continue
            if isinstance(call.args[0], ast.Constant):
                yield str(call.args[0].value)
            elif isinstance(function, ast.FunctionDef):
                yield from _find_texts(function)


def _find_texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
            yield node.value


def find_all_codes() -> set[str]:
    sources = [path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py")]
    defaults = re.findall(r"default_code(?:: [^=]+)? = \"([^\"]+)\"", "\n".join(sources))
    return {code for source in sources for code in find_raised_codes(source)} | set(defaults)


def test_the_search_finds_codes_that_stand_in_a_table() -> None:
    source = 'def f(kind):\n    codes = {1: "key-of-root"}\n    raise KeyRefused(codes[kind])\nraise Refused("plain")'
    assert set(find_raised_codes(source)) == {"key-of-root", "plain"}


def test_every_code_that_is_raised_has_a_sentence() -> None:
    raised = find_all_codes()
    assert {"gate-token", "key-of-root", "secrets-unreadable", "refused"} <= raised
    assert not sorted(raised - _SENTENCES.keys())


def test_no_sentence_is_kept_for_a_code_that_nothing_raises() -> None:
    assert not sorted(_SENTENCES.keys() - find_all_codes())


@pytest.mark.parametrize("code", sorted(_SENTENCES))
def test_every_line_can_be_heard_and_the_last_needs_nothing(code: str) -> None:
    lines = _SENTENCES[code]
    assert not lines[-1].gaps
    assert not lines[-1].conditions
    with translation.override("en"):
        for line in lines:
            values = {**dict.fromkeys(line.gaps, "x"), **line.conditions}
            assert speak(lines, values) == line.text % values


@pytest.mark.parametrize("code", sorted(_SENTENCES))
def test_every_code_has_a_whole_sentence_in_both_languages(code: str) -> None:
    with translation.override("en"):
        english = say(HoldfastError(code))
    with translation.override("ja"):
        japanese = say(HoldfastError(code))
    assert english.endswith(".")
    assert japanese.endswith("。")
    assert "%(" not in english + japanese


@pytest.mark.usefixtures("english")
class TestTheWordsThemselves:
    def test_a_code_without_words_is_named(self) -> None:
        assert say(Refused("quite-new")) == _GENERAL[0].text % {"code": "quite-new"}

    def test_a_presigned_link_past_seven_days_is_offered_a_stable_one(self) -> None:
        said = say(
            PromiseRefused("promise-presigned-too-long", asked_until=datetime(2026, 12, 24, tzinfo=UTC), offer="stable")
        )
        assert "until 24 December 2026, 00:00 UTC" in said
        assert "Make a stable link" in said

    def test_an_end_in_iso_is_read(self) -> None:
        assert "20 November 2026, 09:00 UTC" in say(Refused("lifetime-past", end="2026-11-20T09:00:00+00:00"))

    def test_seconds_are_told_as_a_span(self) -> None:
        assert "for 1 minute at least" in say(Refused("lifetime-too-short", shortest=60))

    def test_a_finding_behind_a_refusal_is_put_into_words(self) -> None:
        said = say(Refused("object-unreadable", object_key="a", bucket="b", reason="key-inactive"))
        assert "(Access key is inactive)" in said

    def test_a_refusal_with_an_odd_reason_is_still_a_sentence(self) -> None:
        assert "%(" not in say(Refused("listing-refused", bucket="b", reason=object()))

    def test_a_lifetime_of_zero_seconds_is_not_lost(self) -> None:
        assert "not 0" in say(GateRefused("gate-lifetime", seconds=0, longest=604800))
