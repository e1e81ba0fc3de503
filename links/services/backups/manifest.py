"""What a backup says of itself, in the first file that is read of it."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.recorder import MigrationRecorder

from links.conf import site

FORMAT = 1
MANIFEST = "manifest.json"


class BackupUnusable(Exception):
    """A backup cannot be written to, or restored from, this file; the sentence says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table's rows: how many, the names of their columns, and the SHA-256 of the file that holds them."""

    rows: int
    columns: list[str]
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`keys` are the fingerprints of the encryption keys that its secrets need; `unreadable` counts the secrets that
    no key opened when it was written."""

    version: str
    made_at: str
    database: str
    migrations: list[str]
    keys: list[str]
    unreadable: int
    tables: Mapping[str, Table]
    format: int = FORMAT

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Raises BackupUnusable for what another version wrote, TypeError or KeyError for what is none."""
        if data["format"] != FORMAT:
            raise BackupUnusable("It was written by another version in another form. Restore it with that version.")
        return cls(**{**data, "tables": {name: Table(**table) for name, table in data["tables"].items()}})


def list_migrations() -> list[str]:
    """What was applied to this database, as `links.0001_initial`."""
    applied = MigrationRecorder(connections[DEFAULT_DB_ALIAS]).migration_qs.values_list("app", "name")
    return sorted({f"{app}.{name}" for app, name in applied})


def name_keys() -> list[str]:
    """The fingerprints of this site's encryption keys, in their order: they tell a key, and nothing of it."""
    return [hashlib.sha256(b"holdfast encryption key " + key.encode()).hexdigest()[:16] for key in site.ENCRYPTION_KEYS]
