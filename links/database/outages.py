"""Which errors of the database mean "not now", and which are bugs of ours."""

from collections.abc import Iterator

from django.db import Error, InterfaceError, OperationalError, ProgrammingError
from django.db.transaction import TransactionManagementError

# PostgreSQL's codes, by class (two letters) or whole: https://www.postgresql.org/docs/current/errcodes-appendix.html
_MISSING_STATES = ("42703", "42P01")  # a column and a table that are not there
_STATES = (
    "08",  # no connection
    "25006",  # read-only: a standby, or a disk that nearly ran full
    "25P03",  # idle in a transaction for too long
    "25P04",  # a transaction that took too long
    "28",  # the password was changed, or access taken away: no connection either
    "3D000",  # the database is not there, or not yet
    "3F000",  # nor is the schema
    "40",  # deadlock, serialization: the other one won
    *_MISSING_STATES,  # a migration is under way, or was forgotten
    "53",  # disk full, memory, too many connections
    "55P03",  # a lock that was not to be had in time
    "57",  # shutdown, start, recovery, a statement that was cancelled
    "58",  # errors of the system around it: input and output
)
# SQLite's, by their beginning: https://www.sqlite.org/rescode.html
_RESULTS = (
    *("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY"),
    *("SQLITE_NOMEM", "SQLITE_PROTOCOL", "SQLITE_INTERRUPT", "SQLITE_SCHEMA"),
)
_MISSING = ("no such table", "no such column", "has no column named")
# Django's own, for a statement after the one in a transaction that lost the connection.
_LOST = ("connection is closed", "connection already closed", "Cannot open a new connection in an atomic block")


def means_not_now(error: BaseException | None) -> bool:
    """Whether the same request may well succeed in a while: no connection, no answer, no room, no table yet.

    An error that was only raised because of such a one counts as it does.
    """
    return any(_is_outage(link) for link in _walk(error))


def blocks_everybody(error: BaseException | None) -> bool:
    """Whether a lock was waited for in vain that others will wait for too: of a table, which a migration changes, or
    SQLite's only one. A row's lock is in the way of that row alone."""
    return any(_is_blocked(link) for link in _walk(error))


def misses_table(error: BaseException | None) -> bool:
    """Whether a table or a column is not there: a migration is under way, or `migrate` was forgotten."""
    return any(_is_missing(link) for link in _walk(error))


def _walk(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it was raised from. What merely happened before it explains an error of the database only
    where that says no more than that the transaction is broken."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        follows = error.__cause__ is None and isinstance(error, TransactionManagementError)
        error = error.__context__ if follows else error.__cause__


def _is_outage(error: BaseException) -> bool:
    if state := getattr(error, "sqlstate", None):
        return str(state).startswith(_STATES)
    if result := getattr(error, "sqlite_errorname", None):
        return str(result).startswith(_RESULTS) or _says(error, _MISSING)
    if not isinstance(error, Error):
        return False
    if getattr(error.__cause__, "sqlite_errorname", None) or getattr(error.__cause__, "sqlstate", None):
        return False  # the cause says more, and comes next
    return isinstance(error, OperationalError) or (
        isinstance(error, InterfaceError | ProgrammingError) and _says(error, _LOST)
    )


def _is_blocked(error: BaseException) -> bool:
    if getattr(error, "sqlstate", None) == "55P03":
        return "tuple" not in str(getattr(getattr(error, "diag", None), "context", "") or "")
    return str(getattr(error, "sqlite_errorname", "")).startswith("SQLITE_BUSY")


def _is_missing(error: BaseException) -> bool:
    if state := getattr(error, "sqlstate", None):
        return state in _MISSING_STATES
    return bool(getattr(error, "sqlite_errorname", None)) and _says(error, _MISSING)


def _says(error: BaseException, texts: tuple[str, ...]) -> bool:
    return any(text in str(error) for text in texts)
