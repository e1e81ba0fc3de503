"""The applications in somebody else's Django project."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import LazySettings, global_settings

from links.checks.project import SETTINGS
from links.domain.errors import Refused
from links.net.addresses import require_allowed

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


ALONE = """
import django
from django.conf import settings

options = {"access_key": "AKIAIOSFODNN7EXAMPLE", "secret_key": "k" * 40, "bucket_name": "files",
           "endpoint_url": "http://127.0.0.1:9", "addressing_style": "path"}
settings.configure(STORAGES={"share": {"BACKEND": "links.s3.storage.IamUserS3Storage", "OPTIONS": options}})
django.setup()
from django.core.files.storage import storages
storages["share"].exists("report.pdf")
"""


def test_the_storage_alone_needs_no_setting_of_ours_for_a_store_in_the_house(tmp_path: Path) -> None:
    assert "EndpointConnectionError" in run(tmp_path, "-c", ALONE).stderr.splitlines()[-1]


def test_the_storage_alone_asks_no_metadata_service(tmp_path: Path) -> None:
    told = run(tmp_path, "-c", ALONE.replace("127.0.0.1:9", "169.254.169.254")).stderr.splitlines()[-1]
    assert "“169.254.169.254” points to a metadata service" in told


def test_where_endpoints_come_out_of_rows_a_missing_setting_gives_no_leave(settings: LazySettings) -> None:
    del settings.PROBE_ALLOWED_HOSTS
    with pytest.raises(Refused, match="endpoint-private"):
        require_allowed("store.example", 9000, ["10.0.0.7"])
