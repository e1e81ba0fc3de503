"""Whether this process can serve: what a load balancer asks before it sends anybody here."""

from dataclasses import dataclass
from functools import cache
from threading import Lock
from time import monotonic

from celery import current_app
from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from links.database import limits
from links.database.outages import means_not_now, misses_table

DATABASE_SECONDS = 1.0
"""For how long the database is waited for. Who asks repeats it every few seconds, and waits a second or two itself."""
REDIS_SECONDS = 0.3
"""The same for each step of reaching Redis."""
FRESH_SECONDS = 1.0
"""For how long a process repeats what it found."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """Redis is only told of: without it workers find their work in the database, and every page is served."""

    database: bool
    migrations: bool
    redis: bool

    @property
    def is_ready(self) -> bool:
        return self.database and self.migrations


def read_readiness() -> Readiness:
    """Ask the database and Redis, each for a bounded time. Never raises for one that is away."""
    with limits.request(DATABASE_SECONDS):
        try:
            database, migrations = True, _is_migrated()
        except Error as error:
            if not means_not_now(error):
                raise
            database, migrations = misses_table(error), False
    return Readiness(database, migrations, _reaches_redis())


class RecentReadiness:
    """What this process found within the last second. Strangers may ask too, and however many do, the database and
    Redis are asked once a second: whoever comes meanwhile waits for the same answer."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._found: Readiness | None = None
        self._found_at = 0.0

    def read(self) -> Readiness:
        with self._lock:
            if self._found is None or monotonic() - self._found_at >= FRESH_SECONDS:
                self._found = read_readiness()
                self._found_at = monotonic()
            return self._found


def _is_migrated() -> bool:
    """Whether the last migration of each application is applied. What newer code applied meanwhile does no harm."""
    applied = MigrationRecorder(connections[DEFAULT_DB_ALIAS]).migration_qs.values_list("app", "name")
    return _read_last_migrations() <= set(applied)


@cache
def _read_last_migrations() -> frozenset[tuple[str, str]]:
    """By the files, which stay as they are for as long as a process lives."""
    return frozenset((app, name) for app, name in MigrationLoader(None).graph.leaf_nodes())


def _reaches_redis() -> bool:
    timeouts = {"socket_connect_timeout": REDIS_SECONDS, "socket_timeout": REDIS_SECONDS, "max_retries": 0}
    try:
        with current_app.connection_for_write(transport_options=timeouts) as connection:
            connection.channel()  # which asks Redis for a ping
    except Exception:  # noqa: BLE001  whatever its trouble is, it is not there
        return False
    return True
