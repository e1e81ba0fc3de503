"""Storages of other people's projects, by what they would sign. None of them is reached."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from links.storage.checks import check_storages

ROOT = Path(__file__).resolve().parents[2]
S3 = "storages.backends.s3.S3Storage"
SOUND = {
    "access_key": "AKIAIOSFODNN7EXAMPLE",
    "secret_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "bucket_name": "files",
    "region_name": "eu-central-1",
    "signature_version": "s3v4",
}


def find(settings: Settings, backend: str = S3, **options: Any) -> list[str]:
    settings.STORAGES = {"share": {"BACKEND": backend, "OPTIONS": options}}
    return [str(one.id).removeprefix("holdfast.") for one in check_storages()]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, []),
        ({"querystring_expire": 604_800}, []),
        ({"signature_version": None, "region_name": "us-east-1"}, ["W101"]),
        ({"signature_version": "s3"}, ["W101"]),
        ({"access_key": None, "secret_key": None}, ["W102"]),
        ({"secret_key": ""}, ["W102"]),
        ({"security_token": "a session's token"}, ["W103"]),
        ({"access_key": "ASIAIOSFODNN7EXAMPLE"}, ["W103"]),
        ({"querystring_auth": False}, ["W104"]),
        ({"custom_domain": "files.example.com"}, ["W104"]),
        ({"querystring_expire": 604_801}, ["W105"]),
    ],
)
def test_a_url_that_would_die_early_is_told(settings: Settings, options: dict[str, Any], told: list[str]) -> None:
    assert find(settings, **{**SOUND, **options}) == told


def test_a_foreign_token_of_the_environment_is_seen_in_what_is_signed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "somebody else's")
    assert find(settings, **SOUND) == ["W103"]


def test_our_storages_and_those_of_others_are_left_alone(settings: Settings) -> None:
    ours = {name: value for name, value in SOUND.items() if name != "signature_version"}
    assert find(settings, "links.s3.storage.IamUserS3Storage", **ours) == []
    assert find(settings, "links.storage.StableLinkStorage", **ours, lifetime="1 year") == []
    assert find(settings, "django.core.files.storage.FileSystemStorage") == []
    assert find(settings, "nowhere.Storage") == []


PROJECT = """
SECRET_KEY = "a project's own"
INSTALLED_APPS = ["links.storage"]
STORAGES = {{"default": {{"BACKEND": "{backend}", "OPTIONS": {options!r}}}}}
"""


@pytest.mark.slow
def test_a_project_with_nothing_else_of_ours_is_checked_and_so_are_its_tests(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(PROJECT.format(backend=S3, options={**SOUND, "signature_version": "s3"}))
    (tmp_path / "test_shop.py").write_text("def test_it_runs():\n    pass\n")
    checked = run(tmp_path, "-m", "django", "check")
    assert "holdfast.W101" in checked.stderr
    asked = ("-m", "pytest", "-q", "-p", "links.storage.pytest_plugin", "--ds", "shop", "-p", "no:cacheprovider")
    assert "holdfast.W101" in run(tmp_path, *asked).stderr
    (tmp_path / "shop.py").write_text(PROJECT.format(backend=S3, options=SOUND))
    assert "1 passed" in run(tmp_path, *asked).stdout
    assert "no issues" in run(tmp_path, "-m", "django", "check").stdout


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT}:{folder}", "DJANGO_SETTINGS_MODULE": "shop"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
