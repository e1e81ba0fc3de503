"""Commands that are Django's own are recorded as ours are: who ran them, and that it was a command."""

import getpass
import json

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import OperationalError

from links.management.command_line import CommandLine
from links.models import AuditRecord
from links.services.audit import recording
from links.services.audit.acts.commands import running_command

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def as_mika(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUDO_USER", "mika")


def run(name: str, /, *arguments: str, **options: object) -> None:
    call_command(CommandLine(["manage.py", name]).fetch_command(name), *arguments, verbosity=0, **options)


def read_records() -> list[tuple[str, str, str, str]]:
    return list(AuditRecord.objects.order_by("pk").values_list("act", "object_text", "way", "actor_text"))


def test_a_superuser_who_is_made_by_a_command_was_made_by_somebody() -> None:
    run("createsuperuser", username="root", email="root@example.com", interactive=False)
    assert read_records() == [
        ("command-run", "createsuperuser", "command", "mika"),
        ("account-added", "root", "command", "mika"),
    ]
    options = json.loads(AuditRecord.objects.get(act="command-run").values)["after"]["options"]
    assert options == ["email", "interactive", "username"]


def test_a_password_that_is_changed_by_a_command_was_changed_by_somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    User.objects.create_user("root", password="an earlier password 7")
    monkeypatch.setattr(getpass, "getpass", lambda **_asked: "eleven blue owls of tokyo")
    run("changepassword", "root")
    assert read_records()[1:] == [
        ("command-run", "changepassword", "command", "mika"),
        ("password-changed", "root", "command", "mika"),
    ]
    assert "owls" not in str(list(AuditRecord.objects.values_list("values")))


def test_an_option_may_be_called_as_anything_is_here() -> None:
    run("makemigrations", check_changes=True, name="command")
    assert read_records() == [("command-run", "makemigrations", "command", "mika")]


def test_our_own_commands_are_recorded_once() -> None:
    run("list_incidents")
    assert read_records() == [("command-run", "list_incidents", "command", "mika")]


def test_a_run_that_cannot_be_recorded_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(recording, "record", _fail)
    with running_command("check", []):
        pass
    assert "audit record lost" in caplog.text


def _fail(*_said: object, **_more: object) -> None:
    raise OperationalError
