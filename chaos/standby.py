"""A second PostgreSQL that follows the first, and takes its place when it is gone."""

import shutil
import subprocess
from pathlib import Path

from config.processes.ports import HOST
from demo.postgres import Postgres
from demo.servers import Server


class Standby(Postgres):
    """Started, it takes over whatever `primary` writes, a moment later. It answers at a port of its own until it is
    promoted, and from then on at the primary's, as if an address had moved."""

    ready = "database system is ready to accept"  # read-only connections, until it is promoted

    def __init__(self, primary: Postgres) -> None:
        super().__init__()
        self._primary = primary
        self._password = primary._password

    def prepare(self) -> None:
        self.data_dir.mkdir(mode=0o700)
        if self._user is not None:
            shutil.chown(self.data_dir, self._user)
        self._programs = self._primary._programs
        place = ("-h", HOST, "-p", str(self._primary.port), "-U", "postgres")
        self._run("pg_basebackup", *place, "-D", "cluster", "-R", "-X", "stream", "--no-sync", "--checkpoint=fast")

    def promote(self) -> None:
        """The primary is gone."""
        self._run("pg_ctl", "promote", "-D", "cluster", "-w")
        Server.stop(self)  # its data stay
        self.port = self._primary.port
        self._launch()

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(Path(self._programs) / program), *arguments],
            cwd=self.data_dir,
            env={**self.environment, "PGPASSWORD": self._password},
            check=True,
            capture_output=True,
            user=self._user,
        )
