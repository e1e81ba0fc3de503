"""The settings under which the suite runs. Loaded as a pytest plugin, before Django reads its settings.

`TEST_DATABASE=postgres` runs what touches the database on a real PostgreSQL, and only that (`tests.statements` says of
what even less will do); without it, everything runs, the database being SQLite.
"""

import atexit
import os
import tempfile
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from hypothesis import settings

from tests.statements import touches_database

# An example takes as long as a busy machine needs; what must be quick has a test of its own.
settings.register_profile("holdfast", deadline=None)
settings.load_profile("holdfast")

ON_POSTGRES = os.environ.get("TEST_DATABASE") == "postgres"


def _start_postgres() -> str:
    from demo.postgres import Postgres

    server = Postgres().start()
    atexit.register(server.stop)
    return server.url


def _choose_database() -> str:
    if ON_POSTGRES:
        return _start_postgres()
    return f"sqlite:///{Path(tempfile.gettempdir()) / f'holdfast-tests-{os.getpid()}.sqlite3'}"


def _forget_ambient_credentials() -> None:
    for name in list(os.environ):
        if name.startswith("AWS_"):
            del os.environ[name]


# The workers of pytest-xdist inherit what their controller set.
if "PYTEST_XDIST_WORKER" not in os.environ:
    from links.conf import list_variables  # where tests are run, it is first imported once coverage is measured

    _forget_ambient_credentials()
    read = list_variables(Path(__file__).resolve().parents[1] / "config" / "settings.py")
    os.environ |= {variant: "" for name in read for variant in (name, f"{name}_FILE")} | {
        "SECRET_KEY": "the suite's own secret key, which protects nothing at all",
        "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "DATABASE_URL": _choose_database(),
        "REDIS_URL": "redis://127.0.0.1:1/0",  # nobody listens there: what needs Redis brings its own
        "BASE_URL": "http://holdfast.test",
        "ALLOWED_HOSTS": "holdfast.test,testserver",
        "PROBE_ALLOWED_HOSTS": "127.0.0.1,localhost,.localhost",  # where the suite's own stores are
        "DEBUG": "off",
        "EMAIL_URL": "memorymail://",
    }


@pytest.hookimpl(optionalhook=True, tryfirst=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: some test always waits for a process or for a time."""
    return len(os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)) + 1


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not ON_POSTGRES:
        return
    config.hook.pytest_deselected(items=[item for item in items if not touches_database(item)])
    items[:] = [item for item in items if touches_database(item)]
