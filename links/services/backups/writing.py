"""Write the whole site into one file, while everybody works on."""

import hashlib
import json
import os
import zipfile
from datetime import datetime
from pathlib import Path

from django.db import connection, models

from links import __version__
from links.database.locks import reading_one_state
from links.services.backups.manifest import MANIFEST, BackupUnusable, Manifest, Table, list_migrations, name_keys
from links.services.backups.tables import list_fields, list_tables, read_rows
from links.services.keys.encryption import examine_secrets

BATCH_SIZE = 2_000


def write_backup(path: Path, now: datetime) -> Manifest:
    """Every row as it is at one moment, into a ZIP of JSON lines that only its owner may read. The file is whole, or
    not there.

    Raises BackupUnusable where the file or its unfinished one is there already, or it cannot be written.
    """
    if path.exists():
        raise BackupUnusable("The file is there already, and is not written over. Name another.")
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except FileExistsError as error:
        told = f"{unfinished.name} is there already: another backup writes it, or one was killed. Then delete it."
        raise BackupUnusable(told) from error
    except OSError as error:
        raise BackupUnusable(f"The file cannot be written: {error.strerror}.") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive, reading_one_state():
                manifest = _write(archive, now)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
    except OSError as error:
        raise BackupUnusable(f"The file cannot be written: {error.strerror}.") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return manifest


def _write(archive: zipfile.ZipFile, now: datetime) -> Manifest:
    tables = {model._meta.label_lower: _write_table(archive, model) for model in list_tables()}  # noqa: SLF001  documented
    secrets, names = examine_secrets(), name_keys()
    used = {position for kind in secrets for position in kind.by_key}
    manifest = Manifest(
        version=__version__,
        made_at=now.isoformat(),
        database=connection.vendor,
        migrations=list_migrations(),
        keys=[name for position, name in enumerate(names, 1) if position in used],
        unreadable=sum(len(kind.unreadable) for kind in secrets),
        tables=tables,
    )
    archive.writestr(MANIFEST, json.dumps(manifest.to_json(), indent=2))
    return manifest


def _write_table(archive: zipfile.ZipFile, model: type[models.Model]) -> Table:
    digest, count = hashlib.sha256(), 0
    with archive.open(f"{model._meta.label_lower}.jsonl", "w", force_zip64=True) as lines:  # noqa: SLF001  as above
        for row in read_rows(model, BATCH_SIZE):
            line = json.dumps(row, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
            digest.update(line)
            lines.write(line)
            count += 1
    return Table(count, [field.attname for field in list_fields(model)], digest.hexdigest())
