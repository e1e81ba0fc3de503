import sqlite3
from collections.abc import Callable

import psycopg
import pytest
from django.db import (
    DataError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
    connection,
    transaction,
)
from django.db.transaction import TransactionManagementError

from links.database.outages import blocks_everybody, means_not_now
from tests.environment import ON_POSTGRES

NOT_NOW = [
    *("08006", "25006", "25P03", "3D000", "40001", "40P01", "42703", "42P01", "53100", "53200", "53300"),
    *("55P03", "57014", "57P01", "57P02", "57P03", "58030"),
]
OURS = ["22001", "22003", "23502", "23505", "42601", "42883", "42501", "21000", "0A000", "XX000"]


def _wrap(kind: type[Exception], cause: Exception) -> Exception:
    """As Django raises what a driver raised."""
    error = kind(*cause.args)
    error.__cause__ = cause
    return error


@pytest.mark.parametrize("state", NOT_NOW)
def test_what_a_server_cannot_do_now_is_an_outage(state: str) -> None:
    assert means_not_now(_wrap(OperationalError, psycopg.errors.lookup(state)("no")))


@pytest.mark.parametrize("state", OURS)
def test_a_statement_that_is_wrong_stays_wrong(state: str) -> None:
    assert not means_not_now(_wrap(ProgrammingError, psycopg.errors.lookup(state)("no")))


@pytest.mark.parametrize(
    "error",
    [
        OperationalError(),
        _wrap(OperationalError, psycopg.OperationalError("connection refused")),
        InterfaceError("connection already closed"),
        ProgrammingError("Cannot open a new connection in an atomic block."),
        _wrap(RuntimeError, OperationalError("gone")),
    ],
)
def test_a_connection_that_is_gone_is_an_outage(error: Exception) -> None:
    assert means_not_now(error)


@pytest.mark.parametrize(
    "error", [None, ValueError("x"), IntegrityError("x"), DataError("x"), ProgrammingError("x"), InterfaceError("x")]
)
def test_what_says_nothing_of_the_server_is_no_outage(error: Exception | None) -> None:
    assert not means_not_now(error)


def test_a_broken_transaction_is_what_broke_it() -> None:
    def fail(first: Exception) -> Exception:
        try:
            try:
                raise first
            except type(first):
                raise TransactionManagementError("An error occurred in the current transaction.")  # noqa: B904
        except TransactionManagementError as error:
            return error

    assert means_not_now(fail(OperationalError("gone")))
    assert not means_not_now(fail(IntegrityError("twice")))


def _raise(act: Callable[[sqlite3.Connection], object], tmp_path_name: str) -> Exception:
    with pytest.raises(sqlite3.Error) as raised:
        act(sqlite3.connect(tmp_path_name))
    return _wrap(OperationalError, raised.value)


@pytest.mark.parametrize(
    "statement", ["SELECT 1 FROM missing", "SELECT missing FROM sqlite_master", "INSERT INTO thing(missing) VALUES (1)"]
)
def test_sqlites_missing_table_or_column_is_an_outage(statement: str) -> None:
    def act(database: sqlite3.Connection) -> None:
        database.execute("CREATE TABLE thing (id INTEGER)")
        database.execute(statement)

    assert means_not_now(_raise(act, ":memory:"))


@pytest.mark.parametrize("statement", ["SELEC 1", "SELECT missing()", "SELECT (1, 2) + 1"])
def test_sqlites_wrong_statement_is_none(statement: str) -> None:
    assert not means_not_now(_raise(lambda database: database.execute(statement), ":memory:"))


def test_sqlites_full_disk_and_lock_are_outages(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = str(tmp_path_factory.mktemp("full") / "a.sqlite3")
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE thing (text TEXT)")

    def fill(database: sqlite3.Connection) -> None:
        database.execute("PRAGMA max_page_count = 3")
        for _ in range(50):
            database.execute("INSERT INTO thing VALUES (?)", ["x" * 4000])

    full = _raise(fill, path)
    assert means_not_now(full)
    assert not blocks_everybody(full)
    writer = sqlite3.connect(path)
    writer.execute("BEGIN IMMEDIATE")

    def write(database: sqlite3.Connection) -> None:
        database.execute("PRAGMA busy_timeout = 1")
        database.execute("BEGIN IMMEDIATE")

    locked = _raise(write, path)
    assert means_not_now(locked)
    assert blocks_everybody(locked)


@pytest.mark.skipif(not ON_POSTGRES, reason="what SQLite says of it is asked above")
def test_postgres_tells_a_wrong_statement_from_a_missing_table(db: None) -> None:
    for statement, is_outage in (("SELECT 1 FROM missing", True), ("SELEC 1", False), ("SELECT missing()", False)):
        with pytest.raises(ProgrammingError) as raised, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        assert means_not_now(raised.value) is is_outage
