"""What the two databases do not have in common."""

from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, connections, models


def is_there() -> bool:
    """False only where the file of an SQLite database does not exist, which opening it would make. Opens no
    connection."""
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor != "sqlite":
        return True
    name = str(connection.settings_dict["NAME"])
    return ":memory:" in name or "mode=memory" in name or Path(name).exists()


def write_alone(model: type[models.Model]) -> None:
    """Until this transaction ends nobody else adds or changes such rows; SQLite has one writer anyway."""
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f'LOCK TABLE "{model._meta.db_table}" IN SHARE ROW EXCLUSIVE MODE')  # noqa: SLF001  Django's own documented way
