"""Emptying the database after a test that committed.

Django's own `flush` empties every table, content types, permissions and roles too, and makes those anew: a hundred and
fifty milliseconds on SQLite, two hundred and fifty on PostgreSQL, some hundreds of times a run.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.color import no_style
from django.db import connection, transaction

MADE_BY_MIGRATE = ("django_content_type", "auth_permission", "auth_group", "auth_group_permissions")
"""Tables that a test finds filled."""


def make_reset(flush: Callable[[Any], None]) -> Callable[[Any], None]:
    """What takes the place of `TransactionTestCase._fixture_teardown`, which is `flush`. The database is as `migrate`
    left it: where a test changed what `migrate` makes, everything is made anew as ever."""
    made = _read_made()

    # Models are there once Django is set up, which is after this module is imported.
    from django.contrib.auth.models import Group, Permission
    from django.contrib.contenttypes.models import ContentType

    def reset(case: Any) -> None:  # noqa: ANN401  a class that pytest-django makes for each test
        with without_audit_triggers():
            if _read_made() != made:
                flush(case)
                made[:] = _read_made()
                return
            with transaction.atomic(), connection.cursor() as cursor:
                for table in connection.introspection.django_table_names(only_existing=True, include_views=False):
                    if table not in MADE_BY_MIGRATE:
                        cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")
                if getattr(case, "reset_sequences", False):  # before it, also of the tables that were left as they are
                    for statement in connection.ops.sequence_reset_sql(no_style(), [ContentType, Permission, Group]):
                        cursor.execute(statement)

    return reset


@contextmanager
def without_audit_triggers() -> Iterator[None]:
    """As the database's owner can, and nobody else: what is appended to the audit trail can be deleted within, or
    changed as an attacker would."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            tables = connection.introspection.table_names(cursor)
            kept = [table for table in ("links_auditrecord", "links_auditdetail") if table in tables]
            off, on = ([f"ALTER TABLE {table} {how} TRIGGER USER" for table in kept] for how in ("DISABLE", "ENABLE"))
        else:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'links_audit%'"
            )
            triggers = cursor.fetchall()
            off, on = [f"DROP TRIGGER {name}" for name, _sql in triggers], [sql for _name, sql in triggers]
    with connection.cursor() as cursor:
        for statement in off:
            cursor.execute(statement)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for statement in on:
                cursor.execute(statement)


def _read_made() -> list[list[Any]]:
    with connection.cursor() as cursor:
        found = []
        for table in MADE_BY_MIGRATE:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)} ORDER BY id")
            found.append(cursor.fetchall())
    return found
