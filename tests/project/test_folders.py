"""No folder is so full that nobody finds a file in it."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAX_MODULES = MAX_TEMPLATES = 14
# Django looks for an application's commands in this one folder and none below it.
MAX_COMMANDS = 20
FOLDERS = sorted(
    {
        path.parent
        for top in ("links", "config", "demo", "tools", "tests", "bench", "chaos", "security")
        for path in (ROOT / top).rglob("*.py")
    }
)
TEMPLATE_FOLDERS = sorted({path.parent for path in (ROOT / "templates").rglob("*.html")})


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.relative_to(ROOT).as_posix())
def test_a_folder_holds_few_modules(folder: Path) -> None:
    most = MAX_COMMANDS if folder == ROOT / "links" / "management" / "commands" else MAX_MODULES
    assert len([path for path in folder.glob("*.py") if path.name != "__init__.py"]) <= most


@pytest.mark.parametrize("folder", TEMPLATE_FOLDERS, ids=lambda folder: folder.relative_to(ROOT).as_posix())
def test_a_folder_holds_few_templates(folder: Path) -> None:
    assert len(list(folder.glob("*.html"))) <= MAX_TEMPLATES
