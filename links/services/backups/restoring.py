"""Restore a backup into an empty database, of whichever kind."""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.models import QuerySet

from links.models import AuditDetail, AuditRecord, ShareLink
from links.models.leases import LeasedModel, due_afresh, finished
from links.models.mail.outbox import OutboxMessage
from links.queries.link_state import where_not_withdrawn
from links.services.backups.manifest import MANIFEST, BackupUnusable, Manifest, Table, list_migrations, name_keys
from links.services.backups.tables import build_row, list_fields, list_tables

BATCH_SIZE = 1_000
NOT_SENT = "Restored from a backup: not sent again."
# In their order: each leads to those after it.
_MADE_BY_MIGRATE = (AuditDetail, AuditRecord, Group.permissions.through, Group, Permission, ContentType)


def read_manifest(path: Path) -> Manifest:
    """Raises BackupUnusable for a file that is no backup."""
    try:
        with zipfile.ZipFile(path) as archive:
            return Manifest.from_json(json.loads(archive.read(MANIFEST)))
    except OSError as error:
        raise BackupUnusable(f"The file cannot be read: {error.strerror}.") from error
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
        raise BackupUnusable("The file is no backup of Holdfast, or was cut short.") from error


def restore_backup(path: Path, now: datetime, *, resend: bool = False) -> Manifest:
    """Fill this database, which was migrated and is otherwise empty, with what the file holds: all or nothing.

    Whatever stands in the way is found before anything is written. Messages that were on their way are not sent, unless
    `resend`; every link is validated afresh. Raises BackupUnusable.
    """
    manifest = read_manifest(path)
    _require_fitting(manifest)
    with zipfile.ZipFile(path) as archive:
        _require_whole(archive, manifest)
        with transaction.atomic(), _without_audit_triggers():
            _empty()
            for model in list_tables():
                _fill(archive, model)
            _begin_anew(now, resend=resend)
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # nothing may be pending where triggers come back
        _reset_sequences()
    return manifest


def _require_fitting(manifest: Manifest) -> None:
    if manifest.migrations != list_migrations():
        raise BackupUnusable(
            f"It was made by version {manifest.version}, with other migrations than this database has. Restore it with "
            "that version, then upgrade."
        )
    expected = {model._meta.label_lower: [field.attname for field in list_fields(model)] for model in list_tables()}  # noqa: SLF001  documented
    if expected != {name: table.columns for name, table in manifest.tables.items()}:
        raise BackupUnusable("It holds other tables or columns than this site has. Restore it with its own version.")
    if missing := [key for key in manifest.keys if key not in name_keys()]:
        raise BackupUnusable(
            f"Its secrets need encryption keys that ENCRYPTION_KEYS lacks, with the fingerprints {', '.join(missing)}. "
            "Put them there, behind the newest."
        )
    filled = [model for model in list_tables() if model not in _MADE_BY_MIGRATE and model._base_manager.exists()]  # noqa: SLF001
    if filled:
        names = ", ".join(model._meta.label_lower for model in filled[:5])  # noqa: SLF001
        raise BackupUnusable(
            f"This database is not empty ({names}). Make a new one, migrate it, and restore into that."
        )


def _require_whole(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Read the whole file once before anything is written."""
    for name, table in manifest.tables.items():
        digest, count = hashlib.sha256(), 0
        try:
            with archive.open(f"{name}.jsonl") as lines:
                for line in lines:
                    digest.update(line)
                    count += 1
            found = Table(count, table.columns, digest.hexdigest())
        except (KeyError, OSError, zipfile.BadZipFile) as error:
            raise BackupUnusable(f"The rows of {name} cannot be read: the file is damaged.") from error
        if found != table:
            raise BackupUnusable(f"The rows of {name} are not those that were written: the file was changed.")


def _empty() -> None:
    """By statements of our own: the ORM tells those who write the audit trail of each row that it deletes."""
    with connection.cursor() as cursor:
        for model in _MADE_BY_MIGRATE:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608, SLF001


def _fill(archive: zipfile.ZipFile, model: type[models.Model]) -> None:
    with archive.open(f"{model._meta.label_lower}.jsonl") as lines:  # noqa: SLF001  documented
        rows = (build_row(model, json.loads(line)) for line in lines)
        while some := list(islice(rows, BATCH_SIZE)):
            model._base_manager.bulk_create(some)  # noqa: SLF001


def _begin_anew(now: datetime, *, resend: bool) -> None:
    """No process of the old site holds anything here; what it did about messages and reminders is not known."""
    for model in list_tables():
        if issubclass(model, LeasedModel):
            model._base_manager.update(**finished())  # noqa: SLF001  documented
        if issubclass(model, OutboxMessage) and not resend:
            waiting: QuerySet[OutboxMessage] = model._base_manager.filter(delivered_at=None, given_up_at=None)  # noqa: SLF001
            waiting.update(given_up_at=now, due_at=None, last_error=NOT_SENT)
    if not resend:
        ShareLink.objects.filter(remind_at__lte=now).update(remind_at=None)
    ShareLink.objects.filter(where_not_withdrawn()).update(**due_afresh(now))


def _reset_sequences() -> None:
    """The next row's number is beyond those that were restored."""
    statements = connection.ops.sequence_reset_sql(no_style(), list_tables())
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def _without_audit_triggers() -> Iterator[None]:
    """The audit trail comes back as it was, chain and all, which its triggers let nobody write: only the owner of the
    tables can set them aside, in a transaction that nobody else sees before they are back."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            tables = ("links_auditrecord", "links_auditdetail")
            off, on = ([f"ALTER TABLE {table} {how} TRIGGER USER" for table in tables] for how in ("DISABLE", "ENABLE"))
        else:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'links_audit%'"
            )
            triggers = cursor.fetchall()
            off, on = [f"DROP TRIGGER {name}" for name, _sql in triggers], [sql for _name, sql in triggers]
        for statement in off:
            cursor.execute(statement)
        yield
        for statement in on:
            cursor.execute(statement)
