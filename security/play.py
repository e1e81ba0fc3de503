"""What a run is given, and what it gives back."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

import django
from cryptography.fernet import Fernet
from django.core.management import call_command

from links.conf import list_variables

ROOT = Path(__file__).resolve().parents[1]


class NotPlayed(Exception):
    """This machine lacks what the run needs."""


@dataclass(frozen=True)
class Measured:
    """What was counted, in one sentence, and what of the target does not hold."""

    counted: str
    broken: tuple[str, ...] = ()


@dataclass(frozen=True)
class Play:
    """What all runs share. Whatever is chosen by chance is chosen by `rng`; how much there is goes through `scale`;
    what has to be ended when the run is over is entered into `ends`."""

    rng: random.Random
    size: float
    folder: Path
    ends: ExitStack = field(repr=False)

    def scale(self, full: int) -> int:
        return max(round(full * self.size), 1)

    def set_up_site(self, *, postgres: bool = False, **settings: str) -> dict[str, str]:
        """Set Django up with an empty database of this run's own, SQLite's where nothing else is asked for; once in a
        process, and before anything of `links` is imported. The environment, for processes of the run's own."""
        from demo.postgres import Postgres

        url = f"sqlite:///{self.folder / 'site.sqlite3'}"
        if postgres:
            url = self.ends.enter_context(Postgres()).url
        environment = _make_environment(url) | settings
        os.environ.update(environment)
        django.setup()
        call_command("migrate", verbosity=0)
        self.ends.callback(django.db.connections.close_all)
        return {**os.environ, **environment}


@contextmanager
def playing(name: str, seed: int, size: float) -> Iterator[Play]:
    with tempfile.TemporaryDirectory(prefix="holdfast-security-") as folder, ExitStack() as ends:
        yield Play(random.Random(f"{name} {seed}"), size, Path(folder), ends)


def require_tool(name: str) -> str:
    """The path of a program that is not the project's own. Raises `NotPlayed`."""
    found = shutil.which(name)
    if found is None:
        raise NotPlayed(f"it needs {name}")
    return found


def _make_environment(database: str) -> dict[str, str]:
    for name in [name for name in os.environ if name.startswith(("AWS_", "CELERY_", "GRANIAN_"))]:
        del os.environ[name]
    read = list_variables(ROOT / "config" / "settings.py")
    return {variant: "" for name in read for variant in (name, f"{name}_FILE")} | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": "the secret key of nothing but this run, which protects nothing",
        "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "DATABASE_URL": database,
        "REDIS_URL": "redis://127.0.0.1:1/0",  # nobody listens there
        "BASE_URL": "http://holdfast.test",
        "ALLOWED_HOSTS": "holdfast.test,testserver,127.0.0.1,localhost",
        "PROBE_ALLOWED_HOSTS": "127.0.0.1,localhost,.localhost",
        "EMAIL_URL": "memorymail://",
        "DEBUG": "off",
    }


def play(name: str, seed: int, size: float) -> tuple[str, Measured]:
    """One run, in this process: its target, and what came of it."""
    module = import_module(f"security.runs.{name}")
    with playing(name, seed, size) as given:
        try:
            return module.TARGET, module.run(given)
        except NotPlayed as error:
            return module.TARGET, Measured("", (f"not played: {error}",))
        except Exception as error:  # noqa: BLE001  the other runs are played all the same
            traceback.print_exc()
            return module.TARGET, Measured("", (f"it failed: {type(error).__name__}: {error}",))
