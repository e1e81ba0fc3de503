"""Django's backend for PostgreSQL, with limits on both sides."""

from types import ModuleType
from typing import Any

from django.db.backends.postgresql import base

from links.database import limits
from links.database.postgresql import connection


class DatabaseWrapper(base.DatabaseWrapper):
    Database: ModuleType = connection

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        options = [str(params.get("options") or ""), *_write_options(limits.current())]
        if any(options):
            params["options"] = " ".join(option for option in options if option)
        return params


def _write_options(ours: limits.Limits) -> list[str]:
    """The server's own limits, which end a statement when we are gone."""
    seconds = {
        "statement_timeout": ours.statement,
        "lock_timeout": ours.lock,
        "idle_in_transaction_session_timeout": ours.idle_in_transaction,
    }
    return [f"-c {name}={value}s" for name, value in seconds.items() if value]
