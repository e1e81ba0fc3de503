"""Whether there is a database to ask."""

from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, connections


def is_there() -> bool:
    """False only where the file of an SQLite database does not exist, which opening it would make. Opens no
    connection."""
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor != "sqlite":
        return True
    name = str(connection.settings_dict["NAME"])
    return ":memory:" in name or "mode=memory" in name or Path(name).exists()
