"""Django's backend for SQLite, whose file is its owner's alone and whose lock a request does not wait for long."""

import os
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from django.db.backends.sqlite3 import base

from links.database import limits

OWNERS_ALONE = 0o600
STEP = 0.25  # seconds by which the time to wait must differ to be set anew


class DatabaseWrapper(base.DatabaseWrapper):
    _waits = 0.0

    def get_connection_params(self) -> dict[str, Any]:
        return {**super().get_connection_params(), "timeout": self._find_wait()}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection:
        _make_file(str(conn_params["database"]))
        self._waits = float(conn_params["timeout"])
        made: Connection = super().get_new_connection(conn_params)
        return made

    def create_cursor(self, name: str | None = None) -> Any:  # noqa: ANN401  Django's own cursor, which has no type
        wanted = self._find_wait()
        if abs(self._waits - wanted) >= STEP:
            self.connection.execute(f"PRAGMA busy_timeout = {int(wanted * 1000)}")
            self._waits = wanted
        return super().create_cursor(name)

    def _find_wait(self) -> float:
        configured = float(self.settings_dict["OPTIONS"].get("timeout", 5))
        return min(limits.seconds_left(), configured)


def _make_file(name: str) -> None:
    """SQLite would make it as the umask says, and gives the files beside it (-wal, -shm) the mode of this one."""
    if not name or name.startswith(("file:", ":memory:")):
        return
    try:
        os.close(os.open(Path(name), os.O_RDWR | os.O_CREAT | os.O_EXCL, OWNERS_ALONE))
    except OSError:  # it is there, or cannot be made: SQLite tells which
        return
