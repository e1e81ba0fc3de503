"""What the demo hands to the programs it runs."""

import io
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from config.processes.ports import HOST
from config.processes.supervisor import Printer
from demo import samples
from demo.__main__ import ROOT, Demo, choose_ports, main, welcome, worker
from demo.state import PORTS, POSTGRES, SQLITE, State
from links.channels import CHANNEL_SETTINGS
from links.conf import list_variables


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


def test_no_setting_of_the_persons_other_sites_reaches_the_programs_but_receivers_of_notices(
    demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = list_variables(ROOT / "config" / "settings.py")
    for name in names:
        monkeypatch.setenv(name, f"the person's {name}")
        monkeypatch.setenv(f"{name}_FILE", f"the person's {name}_FILE")
    kept = {value for value in demo.environment().values() if value.startswith("the person's")}
    receivers = {setting.name for setting in CHANNEL_SETTINGS} - {"ALERT_MAILS"}
    assert kept == {f"the person's {name}" for name in receivers}


def test_folders_with_blanks_in_their_names_survive_the_settings_urls(demo: Demo) -> None:
    folder = str(demo.state.folder).replace(" ", "%20")
    environment = demo.environment()
    assert environment["DATABASE_URL"] == f"sqlite:///{folder}/holdfast.sqlite3"
    assert environment["EMAIL_URL"] == f"filemail:///{folder}/mail"


def test_each_profile_has_a_database_of_its_own(demo: Demo) -> None:
    on_postgres = replace(demo, profile=POSTGRES)
    password = demo.state.settings()["DEMO_POSTGRES_PASSWORD"]
    url = f"postgresql://postgres:{password}@{HOST}:{PORTS['postgres']}/postgres"
    assert demo.environment()["DATABASE_URL"].startswith("sqlite:///")
    assert on_postgres.environment()["DATABASE_URL"] == url


def test_commands_run_on_the_database_of_the_last_run(demo: Demo) -> None:
    assert demo.state.profile() == SQLITE
    demo.state.keep_profile(POSTGRES)
    assert demo.state.profile() == POSTGRES


def test_a_profile_that_is_none_is_refused_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--profile", "mysql"])
    said = capsys.readouterr().err
    assert "mysql" in said
    assert "sqlite" in said
    assert "postgres" in said


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


def test_a_command_runs_in_the_demos_own_environment_whether_or_not_it_is_running(
    demo: Demo, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    where = ["--state", str(demo.state.folder)]
    assert main([*where, "manage", "check"]) == 1
    assert "make demo" in capfd.readouterr().out
    demo.state.keep_ports(PORTS)
    monkeypatch.setenv("BASE_URL", "https://the-persons-own.example.com")
    monkeypatch.chdir(demo.state.folder)
    script = "import os; from links.conf import site; print(site.BASE_URL, os.getcwd())"
    with demo.state.locked():
        assert main([*where, "manage", "shell", "--verbosity", "0", "-c", script]) == 0
    assert capfd.readouterr().out.split("\n")[0] == f"http://{HOST}:{PORTS['web']} {demo.state.folder}"
    assert main([*where, "manage", "check_url", "--json", "nonsense"]) == 2


def test_a_word_that_is_no_command_of_the_demo_is_an_error(demo: Demo) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--state", str(demo.state.folder), "migrate"])


def test_the_welcome_says_how_to_run_commands_and_which_key_a_rotation_can_take(demo: Demo) -> None:
    told = "\n".join(welcome(demo, {}))
    assert "-m demo manage" in told
    kept = demo.state.settings()
    assert kept["DEMO_S3_SECOND_ACCESS_KEY_ID"] in told
    assert kept["DEMO_S3_SECOND_SECRET_ACCESS_KEY"] not in told


def test_the_store_knows_the_second_key(demo: Demo) -> None:
    kept = demo.state.settings()
    pair = f"{kept['DEMO_S3_SECOND_ACCESS_KEY_ID']},{kept['DEMO_S3_SECOND_SECRET_ACCESS_KEY']}"
    assert pair in demo.s3.environment["RCLONE_AUTH_KEY"]


def test_the_worker_does_not_warn_of_root_on_a_persons_own_machine(demo: Demo) -> None:
    warn = "import warnings; from celery.platforms import ROOT_DISCOURAGED as text; warnings.warn(text, Warning)"
    told = subprocess.run(
        [sys.executable, "-c", warn], env=worker(demo).environment, capture_output=True, text=True, check=True
    )
    assert told.stderr == ""


def test_a_deleted_sample_stays_deleted(tmp_path: Path) -> None:
    assert samples.put(tmp_path)
    (tmp_path / samples.BUCKET / samples.VANISHING).unlink()
    assert not samples.put(tmp_path)
    assert not (tmp_path / samples.BUCKET / samples.VANISHING).exists()
    assert (tmp_path / samples.BUCKET / samples.CATALOGUE).read_bytes().startswith(b"%PDF")
