"""The numbers of rows that are to be written in another order than they are counted in."""

from collections.abc import Sequence

from django.db import DEFAULT_DB_ALIAS, connections, models


def number_in_order(rows: Sequence[models.Model]) -> None:
    """Give each unsaved row the next number of its table. Call it in the transaction that saves them: on SQLite nobody
    else writes until its end, on PostgreSQL nobody else is given the same."""
    if not rows:
        return
    connection, table = connections[DEFAULT_DB_ALIAS], type(rows[0])._meta.db_table  # noqa: SLF001  Django's own documented way
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, len(rows)]
            )
            numbers = sorted(int(number) for (number,) in cursor.fetchall())
        else:
            cursor.execute("SELECT max(seq) FROM sqlite_sequence WHERE name = %s", [table])
            last = int(cursor.fetchone()[0] or 0)
            numbers = list(range(last + 1, last + 1 + len(rows)))
    for row, number in zip(rows, numbers, strict=True):
        row.pk = number
