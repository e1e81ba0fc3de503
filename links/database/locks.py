"""Locks that the two databases do not have in common."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction


def lock_in_order(rows: models.QuerySet[Any]) -> None:
    """Lock these rows by their numbers, as everybody does who writes several of them, and keep them locked until the
    transaction is over. An UPDATE alone locks rows as it finds them: two of those may wait for each other."""
    if connections[rows.db].features.has_select_for_update:
        list(rows.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk", flat=True))


def update_in_order(rows: models.QuerySet[Any], **values: Any) -> int:
    with transaction.atomic(using=rows.db):
        lock_in_order(rows)
        return rows.order_by().update(**values)


def delete_in_order(rows: models.QuerySet[Any]) -> None:
    with transaction.atomic(using=rows.db):
        lock_in_order(rows)
        rows.delete()


def keep(rows: models.QuerySet[Any]) -> None:
    """Until this transaction ends nobody deletes these rows; they may be changed meanwhile, and kept by others, too."""
    connection = connections[rows.db]
    if connection.vendor == "postgresql":
        sql, values = rows.order_by("pk").values("pk").query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(f"{sql} FOR KEY SHARE", values)


def write_alone(model: type[models.Model]) -> None:
    """Until this transaction ends nobody else adds or changes such rows; SQLite has one writer anyway."""
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f'LOCK TABLE "{model._meta.db_table}" IN SHARE ROW EXCLUSIVE MODE')  # noqa: SLF001  Django's own documented way


@contextmanager
def reading_one_state() -> Iterator[None]:
    """Whatever is read within is of one moment, and nobody waits: others go on writing. Within another transaction it
    is as that one is."""
    connection = cast("Any", connections[DEFAULT_DB_ALIAS])
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        mode, connection.transaction_mode = connection.transaction_mode, "DEFERRED"  # which takes no writer's lock
        try:
            with transaction.atomic():
                connection.transaction_mode = mode
                yield
        finally:
            connection.transaction_mode = mode
