"""What `make release` builds: the same bytes each time, and a product that runs where no checkout is."""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from links import __version__
from tools.release import build, list_dependencies
from tools.wheel_dependencies import read_requirements

ROOT = Path(__file__).resolve().parents[2]
MADE_AT = 1_795_900_000
PARTS = ("links", "config", "templates", "static", "locale", "tools", "docs")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    build(ROOT, folder, MADE_AT)
    return folder


@pytest.fixture
def wheel(built: Path) -> Path:
    return next(built.glob("*.whl"))


@pytest.mark.slow
def test_a_copy_of_the_tree_made_later_by_somebody_else_gives_the_same_bytes(built: Path, tmp_path: Path) -> None:
    tree = tmp_path / "elsewhere"
    for part in PARTS:
        shutil.copytree(ROOT / part, tree / part, copy_function=shutil.copyfile)
    for path in [*ROOT.glob("*.md"), *ROOT.glob("requirements*"), ROOT / "pyproject.toml", ROOT / ".gitignore"]:
        shutil.copyfile(path, tree / path.name)
    for name in ("LICENSE", "manage.py"):
        shutil.copy(ROOT / name, tree / name)  # which of them may be run is told
    (tree / "links" / "apps.py").chmod(0o600)
    again = build(tree, tmp_path / "dist", MADE_AT)
    assert {path.name: path.read_bytes() for path in again} == {
        path.name: path.read_bytes() for path in built.iterdir()
    }


@pytest.mark.slow
def test_the_wheel_holds_the_application_with_its_pages_and_the_project_as_holdfast(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} == {"links", "holdfast", f"holdfast-{__version__}.dist-info"}
    for part in ("links/templates/admin/base_site.html", "links/static/holdfast/tokens.css"):
        assert part in names
    assert "links/locale/ja/LC_MESSAGES/django.mo" in names
    assert not [name for name in names if "__pycache__" in name or name.endswith(".gitkeep")]


@pytest.mark.slow
def test_the_wheel_needs_what_the_product_runs_on(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    metadata = archive.read(f"holdfast-{__version__}.dist-info/METADATA").decode()
    needed = re.findall(r"^Requires-Dist: ([\w-]+(?:\[[\w,]+\])?)[^;\n]*$", metadata, re.MULTILINE)
    wanted = [re.split(r"[<>=~]", line)[0] for line in read_requirements((ROOT / "requirements.in").read_text())]
    assert sorted(needed) == sorted(wanted)
    assert re.findall(r"^Provides-Extra: (\w+)$", metadata, re.MULTILINE) == ["embedded", "otel"]


@pytest.mark.slow
def test_the_sdist_can_be_built_from(built: Path, tmp_path: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        archive.extractall(tmp_path, filter="data")
    again = build(tmp_path / f"holdfast-{__version__}", tmp_path / "dist", MADE_AT)
    assert {path.name: path.read_bytes() for path in again} == {
        path.name: path.read_bytes() for path in built.iterdir()
    }


@pytest.mark.slow
def test_what_the_wheel_holds_finds_its_pages_words_and_migrations(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "packages")
    home = tmp_path / "home"
    home.mkdir()
    told = subprocess.run(
        [sys.executable, "-W", "error", "-c", _LOOK],
        cwd=home,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(tmp_path / "packages"),
            "HOME": str(home),
            "DJANGO_SETTINGS_MODULE": "holdfast.settings",
            "SECRET_KEY": "the secret key of this test, which protects nothing at all",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    found = json.loads(told.stdout)
    packages = str(tmp_path / "packages")
    assert found["template"].startswith(packages)
    assert found["static"].startswith(packages)
    assert found["word"] == "リンク数"
    assert found["site"] == str(home / ".local" / "share" / "holdfast")
    assert found["config"] is False


_LOOK = """
import importlib.util, json, os, sys
import django
django.setup()
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.template.loader import get_template
from django.utils.translation import gettext, override
import holdfast.urls
with override("ja"):
    word = gettext("Links")
template = get_template("admin/base_site.html").origin.name
print(json.dumps({
    "template": template, "static": finders.find("holdfast/tokens.css"), "word": word, "site": str(settings.SITE_DIR),
    "config": importlib.util.find_spec("config") is not None,
}))
"""


def test_the_list_names_what_is_locked_with_its_hashes() -> None:
    lock = (
        "amqp==5.4.2 \\\n    --hash=sha256:"
        + "9" * 64
        + "\n    # via kombu\ncolorama==0.4.6 ; sys_platform == 'win32'\n"
    )
    made_at = datetime(2026, 1, 2, tzinfo=UTC)
    listed = list_dependencies(lock, made_at)
    assert listed == list_dependencies(lock, made_at)
    document = json.loads(listed)
    assert document["metadata"]["component"]["version"] == __version__
    assert document["metadata"]["timestamp"].startswith("2026-01-02")
    assert [part["purl"] for part in document["components"]] == ["pkg:pypi/amqp@5.4.2", "pkg:pypi/colorama@0.4.6"]
    assert document["components"][0]["hashes"] == [{"alg": "SHA-256", "content": "9" * 64}]


def test_a_requirement_is_read_without_its_comment() -> None:
    assert read_requirements("# What it runs on.\n\ndjango~=5.2.0\nmarkdown>=3.8.1  # CVE\n") == [
        "django~=5.2.0",
        "markdown>=3.8.1",
    ]
