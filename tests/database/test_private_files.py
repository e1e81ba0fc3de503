"""What is written on disk is its owner's alone."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import celery
from links.database.sqlite3.base import DatabaseWrapper


@pytest.fixture(autouse=True)
def _open_mask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_sqlites_file_and_those_beside_it_are_their_owners_alone(db: None, tmp_path: Path) -> None:
    path = tmp_path / "new.sqlite3"
    settings = {"NAME": str(path), "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL"}, "TIME_ZONE": None}
    more = {"ATOMIC_REQUESTS": False, "AUTOCOMMIT": True, "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False}
    database = DatabaseWrapper({**settings, **more}, "private")
    with database.cursor() as cursor:
        cursor.execute("CREATE TABLE thing (id INTEGER)")
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    database.close()
    assert set(modes) == {"new.sqlite3", "new.sqlite3-wal", "new.sqlite3-shm"}
    assert set(modes.values()) == {0o600}


def test_what_a_worker_writes_is_its_owners_alone(tmp_path: Path) -> None:
    celery._keep_files_private()
    (tmp_path / "mail").write_text("a link")
    (tmp_path / "folder").mkdir()
    assert stat.S_IMODE((tmp_path / "mail").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "folder").stat().st_mode) == 0o700
