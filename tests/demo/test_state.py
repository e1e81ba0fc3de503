"""What a demo keeps between two runs."""

import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from demo.state import PORTS, Busy, State

ROOT = Path(__file__).parents[2]
HOLDS_THE_LOCK = """
import sys
from pathlib import Path
from demo.state import State
with State(Path(sys.argv[1])).locked():
    print("locked", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def state(tmp_path: Path) -> State:
    state = State(tmp_path / ".demo")
    with state.locked():
        return state


def test_secrets_are_made_once_and_readable_by_nobody_else(state: State) -> None:
    settings, password = state.settings(), state.admin_password()
    assert State(state.folder).settings() == settings
    assert State(state.folder).admin_password() == password
    for name in ("settings.env", "admin-password"):
        assert (state.folder / name).stat().st_mode & 0o077 == 0


def test_the_secrets_are_what_the_settings_take(state: State) -> None:
    settings = state.settings()
    Fernet(settings["ENCRYPTION_KEYS"])
    assert len(settings["SECRET_KEY"]) >= 50
    assert settings["DEMO_S3_ACCESS_KEY_ID"].startswith("AKIA")
    assert settings["DEMO_S3_TEMPORARY_ACCESS_KEY_ID"].startswith("ASIA")


def test_a_setting_that_an_older_demo_did_not_have_is_added_to_the_kept_ones(state: State) -> None:
    (state.folder / "settings.env").write_text("SECRET_KEY=kept=\n")
    assert state.settings()["SECRET_KEY"] == "kept="
    assert State(state.folder).settings() == state.settings()


def test_ports_are_remembered(state: State) -> None:
    assert state.ports() == PORTS
    state.keep_ports({**PORTS, "s3": 9001})
    assert State(state.folder).ports() == {**PORTS, "s3": 9001}


def test_a_running_demo_keeps_others_out_and_a_killed_one_does_not(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDS_THE_LOCK, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        running.stdout.readline()
        with pytest.raises(Busy, match=f"process {running.pid}"), State(tmp_path).locked():
            pass
        running.kill()
    with State(tmp_path).locked():
        pass


def test_a_forgotten_state_is_gone(state: State) -> None:
    state.settings()
    with state.locked():
        state.forget()
    assert not state.folder.exists()
