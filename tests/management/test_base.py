import json
from pathlib import Path

import pytest

from tests.management.running import Runner, run_alone

URL = "https://b.s3.amazonaws.com/k?AWSAccessKeyId=A&Signature=x&Expires=9"
COMMANDS = {
    "add_key": ("main", "--access-key-id", "AKIAIOSFODNN7EXAMPLE"),
    "add_bucket": ("files", "--key", "main"),
    "create_link": ("files", "report.pdf", "--lifetime", "30d"),
    "watch_url": (URL, "--promised-until", "2099-01-01"),
    "validate_links": (),
    "list_incidents": (),
    "rotate_encryption_keys": (),
    "reset_second_factor": ("mika",),
    "backup": ("backup.zip",),
    "restore": ("backup.zip",),
    "rescue_urls": ("links.ShareLink.note", "--lifetime", "1y"),
    "create_api_token": ("mika", "--name", "orders", "--scope", "links:read"),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_database_that_is_missing_is_one_line_that_says_migrate(command: str, tmp_path: Path) -> None:
    database = tmp_path / "none.sqlite3"
    ran = run_alone(command, *COMMANDS[command], stdin="secret", environment={"DATABASE_URL": f"sqlite:///{database}"})
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert "manage.py migrate" in ran.err
    assert not database.exists()


def test_a_database_that_was_not_migrated_is_one_line_that_says_migrate(tmp_path: Path) -> None:
    database = tmp_path / "empty.sqlite3"
    database.touch()
    ran = run_alone("list_incidents", "--json", environment={"DATABASE_URL": f"sqlite:///{database}"})
    assert (ran.code, ran.out) == (1, "")
    told = json.loads(ran.err)["error"]
    assert told["code"] == "database-not-ready"
    assert "manage.py migrate" in told["sentence"]


def test_a_database_server_that_is_down_is_one_line(tmp_path: Path) -> None:
    ran = run_alone("list_incidents", environment={"DATABASE_URL": "postgres://nobody:topsecret@127.0.0.1:1/none"})
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert "topsecret" not in ran.err


def test_a_setting_that_is_wrong_is_one_line() -> None:
    ran = run_alone("list_incidents", environment={"DATABASE_URL": "mysql://nobody:topsecret@127.0.0.1/none"})
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert "DATABASE_URL" in ran.err
    assert "topsecret" not in ran.err


def test_with_json_a_refusal_is_an_object_in_one_line_of_standard_error(run: Runner) -> None:
    ran = run("check_url", "hello", "--json")
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    told = json.loads(ran.err)
    assert told["error"]["code"] == "url-unreadable"
    assert told["error"]["sentence"] == run("check_url", "hello").err.strip()


@pytest.mark.parametrize("command", [*COMMANDS, "check_url"])
def test_unusable_arguments_are_one_line_and_exit_code_2(run: Runner, command: str) -> None:
    ran = run(command, "--no-such-option")
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert "--help" in ran.err


@pytest.mark.parametrize("command", [*COMMANDS, "check_url"])
def test_the_help_tells_the_exit_codes(run: Runner, command: str) -> None:
    ran = run(command, "--help")
    assert ran.code == 0
    assert "Exit code: 0 done or healthy" in ran.out
