"""A site to be measured: an empty PostgreSQL, and a store that answers faster than anybody asks.

Importing it starts both, sets Django up and makes the tables; they end with the process. Import it before anything of
`links`: settings are read once.
"""

import atexit
import os
import tempfile
from pathlib import Path
from typing import ClassVar, TypeVar

import django
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import connection, connections

from config.processes.ports import HOST
from demo.postgres import Postgres
from demo.servers import Server, executable
from links.conf import list_variables

REFUSED = "refused"
"""Objects below a folder of this name are refused: the key that signed is not known."""


Started = TypeVar("Started", bound=Server)


class QuickStore(Server):
    """nginx in a store's place: each GET gets the first byte of one object, whatever its key and whoever signed."""

    name = "nginx"
    ready = "start worker process"

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def command(self) -> list[str]:
        return [executable("nginx"), "-p", str(self.data_dir), "-c", str(self.data_dir / "nginx.conf")]

    def prepare(self) -> None:
        super().prepare()
        self.data_dir.chmod(0o755)  # its worker is nobody's
        (self.data_dir / "object").write_bytes(b"one reportful of bytes\n")
        (self.data_dir / "nginx.conf").write_text(self._CONFIGURATION.replace("PLACE", f"{HOST}:{self.port}"))

    _CONFIGURATION: ClassVar[str] = f"""
        daemon off; pid nginx.pid; error_log stderr notice; worker_processes 1;
        events {{ worker_connections 512; }}
        http {{
            access_log off; default_type application/xml; keepalive_requests 100000000; keepalive_timeout 600;
            open_file_cache max=8;
            server {{
                listen PLACE; root .;
                location / {{ try_files /object =404; }}
                location ~ /{REFUSED}/ {{
                    return 403 "<?xml version='1.0'?><Error><Code>InvalidAccessKeyId</Code><Message>The AWS Access Key \
Id you provided does not exist in our records.</Message></Error>";
                }}
            }}
        }}
    """


def _start(server: Started) -> Started:
    server.start()
    atexit.register(server.stop)
    return server


POSTGRES = _start(Postgres())
STORE = _start(QuickStore(Path(tempfile.mkdtemp(prefix="holdfast-bench-"))))


def _set_up() -> None:
    read = list_variables(Path(__file__).resolve().parents[1] / "config" / "settings.py")
    os.environ |= {variant: "" for name in read for variant in (name, f"{name}_FILE")} | {
        "SECRET_KEY": "a benchmark's own secret key, which protects nothing at all",
        "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "DATABASE_URL": POSTGRES.url,
        "REDIS_URL": "redis://127.0.0.1:1/0",  # nobody listens there
        "BASE_URL": "http://holdfast.test",
        "PROBE_ALLOWED_HOSTS": HOST,
        "ALERT_MAILS": "ops@example.com",
        "EMAIL_URL": "memorymail://",
    }
    django.setup()
    call_command("migrate", verbosity=0)


_set_up()


def fork_database(alias: str) -> str:
    """Another database on the same server, by this alias, with all that the first has in it at this moment."""
    default = connections.settings["default"]
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {alias} TEMPLATE {default['NAME']} STRATEGY wal_log")
    connections.settings[alias] = {**default, "NAME": alias}
    return alias
