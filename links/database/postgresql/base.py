"""Django's backend for PostgreSQL, with limits on both sides."""

import select
from types import ModuleType
from typing import Any

from django.db.backends.postgresql import base, operations
from django.db.backends.utils import CursorWrapper

from links.database import limits
from links.database.postgresql import connection


class DatabaseOperations(operations.DatabaseOperations):
    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> str:  # noqa: ANN401  as Django's
        """Of a prepared statement the driver keeps no text with its values."""
        return super().last_executed_query(cursor, sql, params) or sql


class DatabaseWrapper(base.DatabaseWrapper):
    Database: ModuleType = connection
    ops_class = DatabaseOperations

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        options = [str(params.get("options") or ""), *_write_options(limits.current())]
        if any(options):
            params["options"] = " ".join(option for option in options if option)
        return params

    def is_usable(self) -> bool:
        """Asked before each request. A server that ended a connection has said so in it: while there is nothing to be
        read it costs no round trip to find out. One that went away unheard is met by the first statement, in as short
        a time as it would be here."""
        if self.connection is None or self.connection.closed:
            return False
        waiting = select.poll()  # takes descriptors of any number, as `select.select` does not
        waiting.register(self.connection.fileno(), select.POLLIN)
        return not waiting.poll(0) or super().is_usable()

    def open_prepared_cursor(self) -> CursorWrapper:
        """Its statements are planned when they are met first: see `prepare_threshold` in the settings. The cursors that
        the ORM uses write values into the text, and never are."""
        self.close_if_health_check_failed()
        self.ensure_connection()
        with self.wrap_database_errors:
            made = base.ServerBindingCursor(self.connection)  # type: ignore[call-arg]  # stubs know no psycopg 3
            prepared: CursorWrapper = self._prepare_cursor(made)  # type: ignore[attr-defined]
            return prepared


def _write_options(ours: limits.Limits) -> list[str]:
    """The server's own limits, which end a statement when we are gone."""
    seconds = {
        "statement_timeout": ours.statement,
        "lock_timeout": ours.lock,
        "idle_in_transaction_session_timeout": ours.idle_in_transaction,
    }
    return [f"-c {name}={value}s" for name, value in seconds.items() if value]
