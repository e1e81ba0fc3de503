"""What the demo hands to the programs it runs."""

import io
import socket
from pathlib import Path

import pytest

from demo import samples
from demo.__main__ import Demo, choose_ports, welcome
from demo.processes import Printer
from demo.servers import HOST
from demo.state import PORTS, State


@pytest.fixture
def demo(tmp_path: Path) -> Demo:
    state = State(tmp_path / "a folder" / ".demo")
    with state.locked():
        return Demo(state, PORTS, Printer(io.StringIO()))


def test_nothing_of_the_persons_own_accounts_and_settings_reaches_the_programs(
    demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_SESSION_TOKEN", "CELERY_BROKER_URL", "DATABASE_URL", "SECRET_KEY_FILE"):
        monkeypatch.setenv(name, "the person's own")
    environment = demo.environment()
    assert "the person's own" not in environment.values()
    assert environment["SECRET_KEY"] == demo.state.settings()["SECRET_KEY"]
    assert "DEMO_ADMIN_PASSWORD" not in environment


def test_folders_with_blanks_in_their_names_survive_the_settings_urls(demo: Demo) -> None:
    folder = str(demo.state.folder).replace(" ", "%20")
    environment = demo.environment()
    assert environment["DATABASE_URL"] == f"sqlite:///{folder}/holdfast.sqlite3"
    assert environment["EMAIL_URL"] == f"filemail:///{folder}/mail"


def test_a_taken_port_is_replaced_and_told_and_the_new_one_kept(demo: Demo) -> None:
    said = io.StringIO()
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        listener.listen()
        taken = listener.getsockname()[1]
        demo.state.keep_ports({**PORTS, "s3": taken})
        ports = choose_ports(demo.state, Printer(said))
    assert ports["s3"] != taken
    assert f"Port {taken} is taken by another program: s3 is on port {ports['s3']} now." in said.getvalue()
    assert f"Links of earlier runs name port {taken}" in said.getvalue()
    assert demo.state.ports() == ports


def test_the_welcome_shows_what_was_seeded_and_does_without(demo: Demo) -> None:
    seeded: dict[str, list[object]] = {
        "links": [{"title": "30 days", "url": "http://x/s/1"}],
        "try": ["Click it."],
    }
    assert {"  30 days", "  - Click it."} <= set("\n".join(welcome(demo, seeded)).splitlines())
    assert demo.state.admin_password() in "\n".join(welcome(demo, {}))


def test_a_deleted_sample_stays_deleted(tmp_path: Path) -> None:
    assert samples.put(tmp_path)
    (tmp_path / samples.BUCKET / samples.VANISHING).unlink()
    assert not samples.put(tmp_path)
    assert not (tmp_path / samples.BUCKET / samples.VANISHING).exists()
    assert (tmp_path / samples.BUCKET / samples.CATALOGUE).read_bytes().startswith(b"%PDF")
