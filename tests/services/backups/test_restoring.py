import json
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from links.models import Incident, IncidentNotice, SigningKey
from links.services.backups.manifest import BackupUnusable, name_keys
from links.services.backups.restoring import restore_backup
from links.services.backups.writing import write_backup
from tests.fixtures import World
from tests.site_settings import SiteSettings

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "site.zip"


def rewrite(file: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    """The same file, with one of those in it changed."""
    with zipfile.ZipFile(file) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    parts[name] = change(parts[name])
    with zipfile.ZipFile(file, "w") as archive:
        for one, content in parts.items():
            archive.writestr(one, content)


def test_a_row_that_was_changed_in_the_file_is_found_before_anything_is_written(file: Path, now: datetime) -> None:
    write_backup(file, now)
    rewrite(file, "auth.group.jsonl", lambda lines: lines.replace(b"Manager", b"Nanager"))
    with pytest.raises(BackupUnusable, match=r"auth\.group"):
        restore_backup(file, now)


def test_a_file_that_was_cut_short_is_told(file: Path, now: datetime) -> None:
    write_backup(file, now)
    file.write_bytes(file.read_bytes()[:-3000])
    with pytest.raises(BackupUnusable, match="no backup"):
        restore_backup(file, now)


def test_an_encryption_key_that_is_missing_is_named_by_its_fingerprint(
    file: Path, now: datetime, world: World, site_settings: SiteSettings
) -> None:
    [needed] = write_backup(file, now).keys
    assert needed in name_keys()
    site_settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(BackupUnusable, match=needed):
        restore_backup(file, now)


def test_neither_a_key_nor_a_secret_stands_in_the_file(file: Path, now: datetime, world: World) -> None:
    write_backup(file, now)
    with zipfile.ZipFile(file) as archive:
        text = b"".join(archive.read(name) for name in archive.namelist())
    assert world.access.secret.encode() not in text
    assert world.key.access_key_id.encode() in text  # so that the search would have found it


def test_a_database_that_holds_something_is_left_alone(file: Path, now: datetime, world: World) -> None:
    write_backup(file, now)
    with pytest.raises(BackupUnusable, match="not empty"):
        restore_backup(file, now)
    assert SigningKey.objects.count() == 1


def test_another_versions_tables_are_refused(file: Path, now: datetime) -> None:
    write_backup(file, now)

    def add(text: bytes) -> bytes:
        data = json.loads(text)
        return json.dumps({**data, "migrations": [*data["migrations"], "links.9999_of_the_next_release"]}).encode()

    rewrite(file, "manifest.json", add)
    with pytest.raises(BackupUnusable, match="other migrations"):
        restore_backup(file, now)


def test_a_file_that_is_there_is_not_written_over(file: Path, now: datetime) -> None:
    file.write_text("precious")
    with pytest.raises(BackupUnusable, match="there already"):
        write_backup(file, now)
    assert file.read_text() == "precious"


@pytest.mark.parametrize("resend", [True, False])
def test_a_message_that_was_on_its_way_is_sent_only_where_that_is_asked_for(
    file: Path, now: datetime, *, resend: bool
) -> None:
    incident = Incident.objects.create(
        code="key-unknown", subject="AKIA", verdict="broken", opened_at=now, changed_at=now
    )
    late = now - timedelta(hours=2)
    IncidentNotice.objects.create(incident=incident, kind="opened", channel="mail", created_at=late, due_at=late)
    write_backup(file, now)
    Incident.objects.all().delete()
    restore_backup(file, now, resend=resend)
    notice = IncidentNotice.objects.get()
    assert (notice.due_at, notice.given_up_at) == ((late, None) if resend else (None, now))
