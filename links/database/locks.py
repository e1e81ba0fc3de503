"""Locks that the two databases do not have in common."""

from django.db import DEFAULT_DB_ALIAS, connections, models


def write_alone(model: type[models.Model]) -> None:
    """Until this transaction ends nobody else adds or changes such rows; SQLite has one writer anyway."""
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f'LOCK TABLE "{model._meta.db_table}" IN SHARE ROW EXCLUSIVE MODE')  # noqa: SLF001  Django's own documented way
