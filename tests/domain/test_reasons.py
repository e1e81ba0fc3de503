import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import links
from links.domain.errors import Unreadable
from links.domain.findings import Code
from links.domain.reasons import Reason

SOURCE = Path(links.__file__).parent
OF_TEXT = {"startswith", "endswith", "removeprefix", "removesuffix", "partition", "rpartition", "find", "index"}
HOME = SOURCE / "domain" / "reasons.py"
# What a store says is no code of ours: its families are told by their common part, in one place.
OF_STORES = SOURCE / "domain" / "stores" / "refusal_words.py"


@cache
def list_sources() -> list[tuple[Path, ast.Module]]:
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in sorted(SOURCE.rglob("*.py"))]


def find_codes_in_text(tree: ast.Module) -> Iterator[str]:
    """Reasons' codes that stand as texts of their own, other than a docstring's whole."""
    ours = {reason.code for reason in Reason} - {code.value for code in Code}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node.value in ours:
            yield f"{node.lineno}: {node.value}"


def find_codes_taken_apart(tree: ast.Module) -> Iterator[str]:
    """Where something called a code or a reason is asked how it begins, ends or is composed."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in OF_TEXT:
            asked = ast.unparse(node.func.value)
            if asked.split("(")[0].split(".")[-1] in {"code", "reason"} or ".code." in f"{asked}.":
                yield f"{node.lineno}: {ast.unparse(node)}"


def test_a_reason_is_no_text_so_that_nobody_asks_how_it_begins() -> None:
    assert not issubclass(Reason, str)
    assert Reason.find("key-token") is Reason.KEY_TOKEN
    assert Reason.find("of-another-version") is None


def test_every_name_is_its_code() -> None:
    assert [reason.name for reason in Reason] == [reason.code.upper().replace("-", "_") for reason in Reason]


def test_a_code_is_written_down_once() -> None:
    found = [f"{path}:{at}" for path, tree in list_sources() if path != HOME for at in find_codes_in_text(tree)]
    assert not found, f"Codes of reasons as texts: {found}. Say Reason.THE_NAME."


def test_no_code_is_matched_by_a_part_of_it() -> None:
    found = [
        f"{path}:{at}" for path, tree in list_sources() if path != OF_STORES for at in find_codes_taken_apart(tree)
    ]
    assert not found, f"Codes that are taken apart: {found}. Give Reason, or Code, an attribute that says it."


@pytest.mark.parametrize(
    "source", ['error.code.startswith("key-")', 'code.endswith("-x")', 'refused.code.upper().startswith("K")']
)
def test_the_search_finds_codes_that_are_taken_apart(source: str) -> None:
    assert list(find_codes_taken_apart(ast.parse(source)))


def test_the_search_finds_codes_that_are_compared_as_texts() -> None:
    assert list(find_codes_in_text(ast.parse('if refused.code in ("slug-taken",): pass')))


def test_what_cannot_be_read_at_all_is_an_unusable_argument() -> None:
    """Every reason that is raised as `Unreadable`, and every one that is called malformed."""
    raised = {
        node.args[0].attr
        for _, tree in list_sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == Unreadable.__name__
        and isinstance(node.args[0], ast.Attribute)
    }
    assert "URL_UNREADABLE" in raised
    malformed = {reason.name for reason in Reason if reason.name.endswith("_MALFORMED")}
    assert {reason.name for reason in Reason if reason.exit_code == 2} == raised | malformed | {"ARGUMENT_UNUSABLE"}
    assert {reason.exit_code for reason in Reason} == {1, 2}
