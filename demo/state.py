"""What a demo keeps between two runs: the `.demo` folder, with its secrets, ports and lock."""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import secrets
import shutil
import string
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from config.processes.guard import SHUTDOWN_SECONDS

ADMIN = "admin"
PORTS = {"web": 8000, "s3": 9000, "redis": 6390, "postgres": 5440}
SQLITE, POSTGRES = PROFILES = ("sqlite", "postgres")


class Busy(Exception):
    """Another demo is using the folder."""


class State:
    """The folder of one demo. Nothing in it is readable by other users of the machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()

    @contextlib.contextmanager
    def locked(self) -> Iterator[int]:
        """Yields the descriptor that holds the lock. Raises Busy while another demo runs.

        A demo that was killed leaves the lock to its guard until all its programs have ended: that is waited
        for, so that they give their ports back.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            self._take(descriptor)
            yield descriptor
        finally:
            os.close(descriptor)

    def forget(self) -> None:
        shutil.rmtree(self.folder)

    def settings(self) -> dict[str, str]:
        """SECRET_KEY, ENCRYPTION_KEYS, the S3 server's three keys and PostgreSQL's password; made once, then kept."""
        path = self.folder / "settings.env"
        kept = dict(line.split("=", 1) for line in _lines(path))
        settings = {**_new_settings(), **kept}
        if settings != kept:
            _write_secret(path, "".join(f"{name}={value}\n" for name, value in settings.items()))
        return settings

    def admin_password(self) -> str:
        path = self.folder / "admin-password"
        if not path.exists():
            _write_secret(path, f"{_random(string.ascii_letters + string.digits, 16)}\n")
        return path.read_text().strip()

    def has_run(self) -> bool:
        return (self.folder / "ports.json").exists()

    def ports(self) -> dict[str, int]:
        """Where each server was last time, else where it would like to be."""
        kept = json.loads((self.folder / "ports.json").read_text()) if self.has_run() else {}
        return {**PORTS, **kept}

    def profile(self) -> str:
        """The database of the last run."""
        path = self.folder / "profile"
        return path.read_text().strip() if path.exists() else SQLITE

    def keep_profile(self, profile: str) -> None:
        _write_secret(self.folder / "profile", f"{profile}\n")

    def keep_ports(self, ports: Mapping[str, int]) -> None:
        _write_secret(self.folder / "ports.json", json.dumps(ports))

    def _take(self, descriptor: int) -> None:
        deadline = time.monotonic() + SHUTDOWN_SECONDS + 2
        while not _lock(descriptor):
            holder = os.pread(descriptor, 20, 0).decode()
            if not holder or _runs(int(holder)) or time.monotonic() > deadline:
                raise Busy(f"A demo is running (process {holder or 'unknown'}). End it with Ctrl-C first.")
            time.sleep(0.1)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)


def _new_settings() -> dict[str, str]:
    return {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "ENCRYPTION_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "DEMO_POSTGRES_PASSWORD": secrets.token_hex(16),
        "DEMO_S3_ACCESS_KEY_ID": _access_key_id("AKIA"),
        "DEMO_S3_SECRET_ACCESS_KEY": secrets.token_urlsafe(30),
        "DEMO_S3_SECOND_ACCESS_KEY_ID": _access_key_id("AKIA"),
        "DEMO_S3_SECOND_SECRET_ACCESS_KEY": secrets.token_urlsafe(30),
        "DEMO_S3_TEMPORARY_ACCESS_KEY_ID": _access_key_id("ASIA"),
        "DEMO_S3_TEMPORARY_SECRET_ACCESS_KEY": secrets.token_urlsafe(30),
    }


def _access_key_id(prefix: str) -> str:
    return prefix + _random(string.ascii_uppercase + "234567", 16)


def _random(alphabet: str, length: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def _write_secret(path: Path, text: str) -> None:
    """Whole or not at all, and never readable by others, not even for a moment."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(text)
    draft.replace(path)


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
