"""The applications in somebody else's Django project."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import global_settings

from links.checks.project import SETTINGS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As Django makes one, with "links" among its INSTALLED_APPS."""
    folder = tmp_path_factory.mktemp("project")
    run(folder, "-m", "django", "startproject", "shop", ".")
    settings = folder / "shop" / "settings.py"
    settings.write_text(settings.read_text().replace("INSTALLED_APPS = [", 'INSTALLED_APPS = [\n    "links",'))
    return folder


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_another_project_starts_with_links_installed_and_reads_which_settings_it_lacks(project: Path) -> None:
    ran = run(project, "manage.py", "check")
    assert ran.returncode == 0, ran.stderr
    assert "holdfast.W090" in ran.stderr
    assert "ENCRYPTION_KEYS" in ran.stderr


def test_its_tables_and_roles_are_made_in_another_project(project: Path) -> None:
    ran = run(project, "manage.py", "migrate")
    assert ran.returncode == 0, ran.stderr
    count = "from links.models import ShareLink; from django.contrib.auth.models import Group; "
    ran = run(
        project,
        "manage.py",
        "shell",
        "-v",
        "0",
        "-c",
        count + "print(ShareLink.objects.count(), Group.objects.count())",
    )
    assert ran.stdout.split() == ["0", "4"], ran.stderr


def test_every_setting_of_ours_that_is_read_is_asked_for() -> None:
    sources = [path.read_text() for path in (ROOT / "links").rglob("*.py")]
    read = {name for source in sources for name in re.findall(r"\bsettings\.([A-Z][A-Z_]+)\b", source)}
    assert read - set(dir(global_settings)) - {"LOGGING_CONFIG"} <= {*SETTINGS}
    assert all(any(name in source for source in sources if "SETTINGS = (" not in source) for name in SETTINGS)
