import os
import stat
from datetime import datetime
from pathlib import Path

import pytest

from links.services.backups import writing
from links.services.backups.manifest import BackupUnusable
from links.services.backups.writing import write_backup

pytestmark = pytest.mark.django_db


def test_only_its_owner_may_read_the_file_whatever_the_umask_allows(tmp_path: Path, now: datetime) -> None:
    before = os.umask(0)
    try:
        write_backup(tmp_path / "site.zip", now)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "site.zip").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["site.zip"]


@pytest.mark.parametrize("is_there", [True, False])
def test_nothing_is_written_through_a_link_that_somebody_laid(tmp_path: Path, now: datetime, *, is_there: bool) -> None:
    target = tmp_path / "target"
    if is_there:
        target.write_text("theirs")
    (tmp_path / "site.zip.unfinished").symlink_to(target)
    with pytest.raises(BackupUnusable, match="is there already"):
        write_backup(tmp_path / "site.zip", now)
    assert target.exists() == is_there
    assert not is_there or target.read_text() == "theirs"


def test_an_unfinished_file_of_another_backup_is_left_alone(tmp_path: Path, now: datetime) -> None:
    (tmp_path / "site.zip.unfinished").write_text("of another")
    with pytest.raises(BackupUnusable, match=r"site\.zip\.unfinished is there already"):
        write_backup(tmp_path / "site.zip", now)
    assert (tmp_path / "site.zip.unfinished").read_text() == "of another"


def test_what_fails_midway_leaves_no_file(tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing, "_write", fail)
    with pytest.raises(BackupUnusable, match="No space left"):
        write_backup(tmp_path / "site.zip", now)
    assert list(tmp_path.iterdir()) == []
