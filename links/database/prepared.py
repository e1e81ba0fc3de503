"""Statements that are the same each time: written by hand, and planned once for a connection where the database can."""

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper

from links.database.postgresql.base import DatabaseWrapper as Postgres


def open_cursor() -> CursorWrapper:
    """PostgreSQL prepares each statement of this cursor when it meets it first, and is given its parameters apart."""
    connection = connections[DEFAULT_DB_ALIAS]
    return connection.open_prepared_cursor() if isinstance(connection, Postgres) else connection.cursor()
