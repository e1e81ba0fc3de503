"""The command `holdfast`."""

import os
import sys
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from config import command
from links import __version__
from tests.processes.running import ROOT, Done, run


def holdfast(*arguments: str, **environment: str) -> Done:
    code = f"import sys; from config.command import main; main({list(arguments)!r})"
    return run("-c", code, environment={"PATH": os.environ["PATH"], **environment}, folder=ROOT)


def test_it_says_its_version() -> None:
    assert holdfast("--version").stdout == f"Holdfast {__version__}\n"


def test_help_tells_of_the_parts_and_of_every_command() -> None:
    told = holdfast("help", SECRET_KEY="x").stdout
    assert "holdfast all" in told
    assert "create_link" in told


def test_a_command_of_the_product_runs() -> None:
    done = holdfast("check_url", "https://example.com/a?X-Amz-Signature=0")
    assert done.returncode == 1
    assert "AWS Signature Version 4" in done.stdout


def test_what_cannot_be_read_of_the_settings_is_one_line() -> None:
    done = holdfast("list_incidents", DEBUG="perhaps")
    assert (done.returncode, done.stderr) == (1, "DEBUG is 'perhaps'. Write on or off.\n")


@pytest.mark.parametrize(("part", "program"), [("web", "granian"), ("worker", "celery"), ("beat", "celery")])
def test_a_part_becomes_its_program_with_the_operators_options_last(
    part: str, program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    became: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda _path, words: became.append(words))
    command.main([part, "--loglevel", "info"])
    [words] = became
    assert words[:3] == [sys.executable, "-m", program]
    assert words[-2:] == ["--loglevel", "info"]


@pytest.mark.django_db(transaction=True)
class TestMigrating:
    @pytest.fixture(autouse=True)
    def admin(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        (tmp_path / "password").write_text("a whole sentence of mine\n")
        monkeypatch.setenv("HOLDFAST_HOME", str(tmp_path / "site"))
        monkeypatch.setenv("ADMIN_USER", "ops")
        monkeypatch.setenv("ADMIN_PASSWORD_FILE", str(tmp_path / "password"))

    def test_the_first_admin_is_made_once(self, capsys: pytest.CaptureFixture[str]) -> None:
        command.make_first_admin()
        command.make_first_admin()
        assert capsys.readouterr().out == "ops may sign in, as a superuser.\n"
        assert User.objects.get().check_password("a whole sentence of mine")

    def test_without_a_name_it_says_how_to_make_one(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.delenv("ADMIN_USER")
        command.make_first_admin()
        assert "holdfast createsuperuser" in capsys.readouterr().out

    def test_a_password_that_cannot_be_used_is_one_line(self, tmp_path: Path) -> None:
        (tmp_path / "password").write_text("short")
        with pytest.raises(SystemExit, match="ADMIN_USER and its password cannot be used"):
            command.say_errors(command.make_first_admin)
        assert not User.objects.exists()
