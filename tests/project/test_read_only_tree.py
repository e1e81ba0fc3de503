"""The site runs as a user who may write nothing where its code lies: web, worker and beat."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from cryptography.fernet import Fernet

from config.processes.ports import free_port
from demo.servers import Redis
from tests.processes.running import ROOT
from tests.waiting import wait_until

pytestmark = pytest.mark.slow

CODE = ("config", "links", "templates", "static", "locale", "manage.py")
# What lets root write where nobody may. Whoever is not root has none of it.
POWERS = "-dac_override,-fowner"
WITHOUT_POWERS = ["setpriv", f"--bounding-set={POWERS}", f"--inh-caps={POWERS}"] if os.geteuid() == 0 else []


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Path]:
    """The product's own files, of which nobody may write any."""
    tree = tmp_path / "tree"
    for name in CODE:
        of_git = shutil.ignore_patterns("__pycache__")
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tree / name, ignore=of_git)
        else:
            shutil.copy(ROOT / name, tree / name)
    folders = [tree, *(path for path in tree.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    yield tree
    for folder in folders:
        folder.chmod(0o755)


class Site:
    """Its processes, each in the tree and without a power over it."""

    def __init__(self, tree: Path, folder: Path, redis: Redis) -> None:
        self.tree, self.log = tree, folder / "log"
        self.environment: Mapping[str, str] = {
            "PATH": os.environ["PATH"],
            "SECRET_KEY": "the secret key of this test, which protects nothing at all",
            "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
            "DATABASE_URL": f"sqlite:///{folder / 'site.sqlite3'}",
            "REDIS_URL": redis.url,
            "BASE_URL": "http://127.0.0.1",
            "HOME": str(folder),
        }

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self._command(arguments),
            cwd=self.tree, env=self.environment, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    @contextmanager
    def running(self, *arguments: str) -> Iterator[None]:
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                self._command(arguments), cwd=self.tree, env=self.environment, stdout=log, stderr=log
            )
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            finally:
                process.kill()

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        return [*WITHOUT_POWERS, sys.executable, *arguments]


@pytest.fixture
def site(tree: Path, tmp_path: Path, redis_server: Redis) -> Site:
    return Site(tree, tmp_path, redis_server)


def test_nobody_can_write_in_the_tree(site: Site) -> None:
    tried = site.run("-c", "open('links/new', 'w')")
    assert "PermissionError" in tried.stderr


def test_web_worker_and_beat_run_and_write_nothing_there(site: Site) -> None:
    before = _read(site.tree)
    migrated = site.run("manage.py", "migrate", "-v", "0")
    assert migrated.returncode == 0, migrated.stderr
    port = free_port()
    web = ("--interface", "wsgi", "config.wsgi:application", "--port", str(port), "--no-ws", "--blocking-threads", "1")
    with ExitStack() as parts:
        parts.enter_context(site.running("-m", "granian", *web))
        parts.enter_context(site.running("-m", "celery", "-A", "config", "worker", "--concurrency", "1"))
        parts.enter_context(site.running("-m", "celery", "-A", "config", "beat", "-l", "INFO"))
        wait_until(lambda: '"status": "watching"' in _fetch(f"http://127.0.0.1:{port}/health"), site.log.read_text)
        assert "Holdfast" in _fetch(f"http://127.0.0.1:{port}/admin/login/")
    assert _read(site.tree) == before
    log = site.log.read_text()
    assert "beat: Starting" in log
    assert [line for line in log.splitlines() if "Permission denied" in line or "Read-only" in line] == []


def _read(tree: Path) -> dict[str, float]:
    return {str(path): path.stat().st_mtime for path in tree.rglob("*")}


def _fetch(url: str) -> str:
    try:
        with urlopen(url, timeout=5) as answer:
            return str(answer.read().decode())
    except URLError as error:
        return str(error)
