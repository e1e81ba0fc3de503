"""One process at a time changes the tables: of several that start at once with a new release, the others wait."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, connections

NUMBER = 0x686F6C64_66617374
"""The advisory lock's, in the site's own database: "holdfast" in ASCII."""


@contextmanager
def hold() -> Iterator[None]:
    """Wait until nobody else holds it, and hold it. Whoever is killed holds it no more: on PostgreSQL it is the
    session's (a pooler in front must not share sessions), on SQLite a lock on a file beside the database's.

    Nothing else may use the connection, which `migrate` would close.
    """
    connection = connections.create_connection(DEFAULT_DB_ALIAS)
    if connection.vendor == "postgresql":
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(%s)", [NUMBER])
            yield
        finally:
            connection.close()
        return
    file = str(connection.settings_dict["NAME"])
    if ":memory:" in file or "mode=memory" in file:
        yield  # nobody else has it
        return
    with Path(f"{file}-migrating").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
