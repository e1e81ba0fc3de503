"""Whether there is a database at all: SQLite makes an empty one for whoever only wanted to look."""

from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, connections


def is_there() -> bool:
    """False only where the file of an SQLite database does not exist. Opens no connection."""
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor != "sqlite":
        return True
    name = str(connection.settings_dict["NAME"])
    return ":memory:" in name or "mode=memory" in name or Path(name).exists()
