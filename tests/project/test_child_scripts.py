"""What scripts use that tests and the demo hand, as text, to a Python of its own: a rename does not see it there."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = r"(?:links|config|demo|tests|tools)\b"
IMPORT = re.compile(rf"\bfrom\s+{OURS}[\w.]*\s+import\b|(?:^|[;\n])\s*import\s+{OURS}")
FOLDERS = ("tests", "demo", "tools")
MODULES = [path for top in FOLDERS for path in sorted((ROOT / top).rglob("*.py")) if path != Path(__file__)]
NOTHING = object()


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def list_scripts(source: str) -> Iterator[str]:
    """The texts in a module, without its docstrings, that import something of ours."""
    tree = ast.parse(source)
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    pieces = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if id(node) not in prose | pieces and IMPORT.search(text := read_text(node)):
            yield text


def read_text(node: ast.AST) -> str:
    """A formatted text has a number in each of its gaps."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "0" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def find_missing(script: str) -> list[str]:
    """What the script imports of ours, or takes from what it imported, and that is not there."""
    tree, known, missing = ast.parse(dedent(script)), dict[str, object](), []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and re.match(OURS, node.module):
            for imported in node.names:
                found = look_up(node.module, imported.name)
                known[imported.asname or imported.name] = found
                missing += [f"{node.module}.{imported.name}"] if found is NOTHING else []
        elif isinstance(node, ast.Import):
            ours = [imported.name for imported in node.names if re.match(OURS, imported.name)]
            missing += [module for module in ours if look_up(module) is NOTHING]
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            owner = known.get(node.value.id, NOTHING)
            missing += [] if owner is NOTHING or hasattr(owner, node.attr) else [f"{node.value.id}.{node.attr}"]
    return missing


def look_up(module: str, member: str = "") -> object:
    """A module, or what it holds or is a folder of; NOTHING where there is none."""
    try:
        found = importlib.import_module(module)
        return (
            getattr(found, member)
            if hasattr(found, member)
            else importlib.import_module(f"{module}.{member}".rstrip("."))
        )
    except ModuleNotFoundError:
        return NOTHING


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_what_the_scripts_of_a_module_use_is_there(path: Path) -> None:
    scripts = list(list_scripts(path.read_text(encoding="utf-8")))
    assert [missing for script in scripts for missing in find_missing(script)] == []


@pytest.mark.parametrize(
    ("script", "missing"),
    [
        ("import time; from links.services.keys import no_such; no_such.seal()", ["links.services.keys.no_such"]),
        ("from links.services import queue as bell\nbell.no_such()", ["bell.no_such"]),
        ("import links.no_such", ["links.no_such"]),
        ("from links.models import ShareLink as S; S.objects.get(pk={number})", []),
    ],
)
def test_what_is_not_there_is_found_in_whatever_quotes_it_stands(script: str, missing: list[str]) -> None:
    for quoted in (repr(script), f"f{script!r}", f"run('-c', {script!r}, now={{}})"):
        (found,) = list_scripts(f'"""Prose: from links import nothing."""\nnumber = 1\nTEXT = {quoted}')
        assert find_missing(found) == missing


def test_some_module_has_such_a_script() -> None:
    assert any(list(list_scripts(path.read_text(encoding="utf-8"))) for path in MODULES)
