"""What people and programs send names no file: no page, form or operation works with paths."""

import ast
from collections.abc import Iterator
from pathlib import Path

LINKS = Path(__file__).resolve().parents[2] / "links"
INTERFACES = ("admin", "api", "forms", "public")
OF_PATHS = {"glob", "os", "pathlib", "shutil", "tempfile", "zipfile"}
OF_THE_OPERATOR = ["public/branding.py"]  # the file that `BRAND_LOGO` names


def list_imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "open":
            yield "pathlib"


def test_one_page_alone_opens_a_file_and_its_path_is_a_setting() -> None:
    modules = [path for name in INTERFACES for path in sorted((LINKS / name).rglob("*.py"))]
    opening = [path for path in modules if OF_PATHS & {name.partition(".")[0] for name in list_imports(path)}]
    assert [path.relative_to(LINKS).as_posix() for path in opening] == OF_THE_OPERATOR
