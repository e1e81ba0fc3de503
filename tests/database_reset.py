"""Emptying the database after a test that committed.

Django's own `flush` empties every table, content types, permissions and roles too, and makes those anew: a hundred and
fifty milliseconds on SQLite, two hundred and fifty on PostgreSQL, some hundreds of times a run.
"""

from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

MADE_BY_MIGRATE = ("django_content_type", "auth_permission", "auth_group", "auth_group_permissions")
"""Tables that a test finds filled."""


def make_reset(flush: Callable[[Any], None]) -> Callable[[Any], None]:
    """What takes the place of `TransactionTestCase._fixture_teardown`, which is `flush`. The database is as `migrate`
    left it: where a test changed what `migrate` makes, everything is made anew as ever."""
    made = _read_made()

    def reset(case: Any) -> None:  # noqa: ANN401  a class that pytest-django makes for each test
        if _read_made() != made:
            flush(case)
            made[:] = _read_made()
            return
        with transaction.atomic(), connection.cursor() as cursor:
            for table in connection.introspection.django_table_names(only_existing=True, include_views=False):
                if table not in MADE_BY_MIGRATE:
                    cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")

    return reset


def _read_made() -> list[list[Any]]:
    with connection.cursor() as cursor:
        found = []
        for table in MADE_BY_MIGRATE:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)} ORDER BY id")
            found.append(cursor.fetchall())
    return found
