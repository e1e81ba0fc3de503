"""The applications in somebody else's Django project."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from links.conf import NAMES
from links.domain.errors import Refused
from links.net.addresses import require_allowed
from tests.site_settings import SiteSettings

ROOT = Path(__file__).resolve().parents[2]
_OURS = re.compile(rf"\bsettings\.({'|'.join(NAMES)})\b|override_settings\(({'|'.join(NAMES)})=")


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


def test_another_project_reads_what_it_has_to_set(project: Path) -> None:
    ran = run(project, "manage.py", "check")
    assert ran.returncode == 1
    assert "holdfast.E001" in ran.stderr
    assert "ENCRYPTION_KEYS" in ran.stderr


@pytest.fixture(scope="module")
def configured(project: Path) -> Path:
    said = {"ENCRYPTION_KEYS": [Fernet.generate_key().decode()], "BASE_URL": "http://shop.example"}
    lines = f"from shop.settings import *\nHOLDFAST = {said!r}\nALLOWED_HOSTS = ['shop.example']\n"
    (project / "shop" / "configured.py").write_text(lines)
    return project


def test_another_project_says_it_under_one_name(configured: Path) -> None:
    ran = run(configured, "manage.py", "check", "--settings", "shop.configured")
    assert ran.returncode == 0, ran.stderr


def test_its_tables_and_roles_are_made_in_another_project(configured: Path) -> None:
    ran = run(configured, "manage.py", "migrate", "--settings", "shop.configured")
    assert ran.returncode == 0, ran.stderr
    count = "from links.models import ShareLink; from django.contrib.auth.models import Group; "
    count += "print(ShareLink.objects.count(), Group.objects.count())"
    ran = run(configured, "manage.py", "shell", "--settings", "shop.configured", "-v", "0", "-c", count)
    assert ran.stdout.split() == ["0", "4"], ran.stderr


def test_no_setting_of_ours_is_read_past_conf() -> None:
    """One that a test or a module takes from Django's settings is not what the project says."""
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for folder in ("links", "tests", "demo", "chaos", "security", "bench", "config")
        for path in (ROOT / folder).rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if _OURS.search(line)
    ]
    assert found == [], "Read it by links.conf.site, and set it by the fixture site_settings."


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


def test_where_endpoints_come_out_of_rows_a_setting_that_names_nobody_gives_no_leave(
    site_settings: SiteSettings,
) -> None:
    site_settings.PROBE_ALLOWED_HOSTS = []
    with pytest.raises(Refused, match="endpoint-private"):
        require_allowed("store.example", 9000, ["10.0.0.7"])
