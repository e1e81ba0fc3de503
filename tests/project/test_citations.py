"""What documents and docstrings name is there: paths, modules and what is in them, make targets, commands. Their links
are followed in `tests/project/documents/test_links.py`."""

import ast
import importlib
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
OURS = ("config", "demo", "docs", "links", "locale", "static", "templates", "tests", "tools", "bench")
PATH = re.compile(rf"(?<![\w/.\-])(?:{'|'.join(OURS)})/[\w*./\-]*\w")
DOTTED = re.compile(
    rf"(?<![\w/.@:\-])(?:{'|'.join(set(OURS) - {'docs', 'locale', 'static', 'templates'})})(?:\.[a-zA-Z_]\w*)+"
)
MAKE = re.compile(r"`make ([a-z][a-z-]*)`")
COMMAND = re.compile(r"manage\.py ([a-z_]+)")
# What stands in backticks and can only be Python's: CONSTANTS, _private names, ClassNames, calls().
CODE = re.compile(r"`([A-Z][A-Z0-9]*_[A-Z0-9_]+|_[a-zA-Z]\w+|[A-Z][a-z]+[A-Z]\w+|[a-z]+_\w+)(?:\([^`]*\))?`")
# Tasks are known by their names, which begin like a module's.
NO_NAME = re.compile(r"links\.tasks\.\w+|links\.(?:add|change|delete|view)_\w+")

TOPS = ("links", "config", "demo", "tools", "tests", "chaos", "security")  # bench: importing it starts servers
MODULES = [path for top in TOPS for path in sorted((ROOT / top).rglob("*.py"))]
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def read_explanations(path: Path) -> str:
    """The docstrings and comments of a module."""
    source = path.read_text(encoding="utf-8")
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    found = [ast.get_docstring(node) or "" for node in ast.walk(ast.parse(source)) if isinstance(node, holders)]
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return "\n".join([*found, *(token.string for token in tokens if token.type == tokenize.COMMENT)])


def find_missing(text: str) -> Iterator[str]:
    for match in PATH.finditer(text):
        if not next(ROOT.glob(match[0]), None):
            yield match[0]
    for match in DOTTED.finditer(text):
        if not NO_NAME.fullmatch(match[0]) and not is_there(match[0]):
            yield match[0]


def is_there(dotted: str) -> bool:
    """Whether this is a module, or something in one."""
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            declared = getattr(found, "__annotations__", {})
            if not hasattr(found, part) and part not in declared:
                return False
            found = getattr(found, part, None)
        return True
    return False


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_what_the_explanations_of_a_module_name_is_there(path: Path) -> None:
    assert list(find_missing(read_explanations(path))) == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_what_a_document_names_is_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    missing = list(find_missing(text))
    missing += [
        f"make {target}" for target in MAKE.findall(text) if not re.search(rf"^{target}:", makefile, re.MULTILINE)
    ]
    missing += [f"manage.py {command}" for command in COMMAND.findall(text) if command not in get_commands()]
    assert missing == []


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "how-to").glob("*.md")), ids=name)
def test_what_a_recipe_calls_by_its_name_is_in_the_code(path: Path) -> None:
    sources = "\n".join(source.read_text(encoding="utf-8") for source in [*MODULES, ROOT / "README.md"])
    words = set(re.findall(r"\w+", sources))
    assert [named for named in CODE.findall(path.read_text(encoding="utf-8")) if named not in words] == []


@pytest.mark.parametrize(
    "text", ["links/no_such.py", "links.domain.no_such", "links.domain.errors.NoSuch", "tests/no_*.py"]
)
def test_what_is_not_there_is_found(text: str) -> None:
    assert list(find_missing(f"It stands in `{text}`.")) == [text]


def test_what_is_there_is_no_fault() -> None:
    assert list(find_missing("See links/domain/*.py, `links.domain.errors.HoldfastError` and tests/conftest.py.")) == []
