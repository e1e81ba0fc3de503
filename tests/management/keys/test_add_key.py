import os
import pty
import select
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import override_settings

from links.models import SigningKey
from tests.management.running import Runner
from tests.processes.running import start
from tests.strict_s3 import StrictS3

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


def test_an_iam_users_key_is_added_and_proved(run: Runner, strict_s3: StrictS3) -> None:
    key = strict_s3.add_key(strict_s3.add_user("share"))
    ran = run("add_key", "main", "--access-key-id", key.id, "--endpoint", strict_s3.url, "--json", stdin=key.secret)
    assert ran.code == 0
    assert ran.json["label"] == "main"
    assert ran.json["access_key_id"] == key.id
    assert ran.json["state"] == "proved"
    assert ran.json["arn"].endswith(":user/share")
    assert SigningKey.objects.get().label == "main"


def test_the_secret_is_never_printed_whatever_comes_of_it(run: Runner, strict_s3: StrictS3) -> None:
    key = strict_s3.add_key(strict_s3.add_user("share"))
    arguments = ("add_key", "main", "--access-key-id", key.id, "--endpoint", strict_s3.url)
    for secret in (key.secret, key.secret, f"{SECRET}wrong"):
        ran = run(*arguments, "--verbosity", "3", stdin=secret)
        assert secret not in ran.out + ran.err
    assert key.secret not in repr(SigningKey.objects.values())


def test_exactly_one_line_end_is_taken_off_the_secret(run: Runner, strict_s3: StrictS3) -> None:
    for number, end in enumerate(("", "\n", "\r\n")):
        key = strict_s3.add_key(strict_s3.add_user(f"user-{number}"))
        label = f"key-{number}"
        ran = run("add_key", label, "--access-key-id", key.id, "--endpoint", strict_s3.url, stdin=key.secret + end)
        assert ran.code == 0, ran.err
        encrypted = SigningKey.objects.get(label=label).secret
        assert encrypted is not None
        assert encrypted.open() == key.secret


@pytest.mark.parametrize("stdin", ["", "\n", f"{SECRET}\nanother line", f"{SECRET}\n\n"])
def test_anything_but_one_line_is_no_secret(run: Runner, stdin: str) -> None:
    ran = run("add_key", "main", "--access-key-id", "AKIAIOSFODNN7EXAMPLE", stdin=stdin)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.count("\n") == 1
    assert SECRET not in ran.err
    assert not SigningKey.objects.exists()


def test_a_temporary_key_is_refused(run: Runner) -> None:
    ran = run("add_key", "main", "--access-key-id", "ASIAIOSFODNN7EXAMPLE", stdin=SECRET)
    assert (ran.code, ran.out) == (1, "")
    assert "ASIA" in ran.err
    assert not SigningKey.objects.exists()


@pytest.mark.parametrize("kind", ["role", "root"])
def test_a_key_of_anybody_but_an_iam_user_is_refused(run: Runner, strict_s3: StrictS3, kind: str) -> None:
    # A role's session without its token, under an id that does not tell, is as unknown to AWS as a made-up one.
    key = (
        strict_s3.add_root_key() if kind == "root" else strict_s3.assume_role("app", "s", key_id="AKIAROLE00000000000")
    )
    ran = run("add_key", "main", "--access-key-id", key.id, "--endpoint", strict_s3.url, stdin=key.secret)
    assert ran.code == 1
    assert not SigningKey.objects.exists()


def test_a_second_key_of_the_same_label_is_refused(run: Runner, strict_s3: StrictS3) -> None:
    user = strict_s3.add_user("share")
    codes = [
        run("add_key", "main", "--access-key-id", key.id, "--endpoint", strict_s3.url, stdin=key.secret).code
        for key in (strict_s3.add_key(user), strict_s3.add_key(user))
    ]
    assert codes == [0, 1]


def test_a_key_that_nobody_could_tell_of_is_kept_and_the_exit_code_says_that_it_signs_nothing(
    run: Runner, strict_s3: StrictS3
) -> None:
    key = strict_s3.add_key(strict_s3.add_user("share"))
    strict_s3.stop()
    ran = run("add_key", "main", "--access-key-id", key.id, "--endpoint", strict_s3.url, stdin=key.secret)
    assert ran.code == 1
    assert "Pending" in ran.out
    assert SigningKey.objects.get().label == "main"


def test_an_endpoint_that_is_none_is_an_unusable_argument(run: Runner) -> None:
    arguments = ("--access-key-id", "AKIAIOSFODNN7EXAMPLE", "--endpoint", "not an endpoint")
    assert run("add_key", "main", *arguments, stdin=SECRET).code == 2


@override_settings(HOLDFAST={"ENCRYPTION_KEYS": []})
def test_without_an_encryption_key_nothing_is_saved(run: Runner) -> None:
    ran = run("add_key", "main", "--access-key-id", "AKIAIOSFODNN7EXAMPLE", stdin=SECRET)
    assert ran.code == 1
    assert ran.err.count("\n") == 1


def test_a_label_that_the_database_cannot_hold_is_no_traceback(run: Runner, strict_s3: StrictS3) -> None:
    key = strict_s3.add_key(strict_s3.add_user("share"))
    ran = run("add_key", "x" * 300, "--access-key-id", key.id, "--endpoint", strict_s3.url, stdin=key.secret)
    assert ran.code == (2 if connection.vendor == "postgresql" else 0)  # SQLite holds any length
    assert ran.err.count("\n") == (1 if ran.code else 0)


def test_at_a_terminal_the_secret_is_asked_for_and_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty.sqlite3").touch()
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    terminal, theirs = pty.openpty()
    command = ("manage.py", "add_key", "main", "--access-key-id", "ASIAIOSFODNN7EXAMPLE")
    process = start(*command, environment=os.environ, files=(theirs, theirs, theirs), own_session=True)
    os.close(theirs)
    said = _read_until(terminal, b"Secret access key: ")
    os.write(terminal, f"{SECRET}\n".encode())
    said += _read_until(terminal, b"never said: read to the end")
    os.close(terminal)
    assert process.wait() == 1
    assert b"Secret access key: " in said
    assert b"ASIA" in said
    assert SECRET.encode() not in said


def _read_until(terminal: int, words: bytes) -> bytes:
    said = b""
    while words not in said and select.select([terminal], [], [], 30)[0]:
        try:
            said += os.read(terminal, 4096)
        except OSError:  # how Linux tells that the other side has gone
            break
    return said


def test_a_key_that_nobody_was_asked_about_is_not_said_to_sign(run: Runner, db: None) -> None:
    with StrictS3(identity_service=False) as s3:
        ran = run("add_key", "bad", "--access-key-id", "AKIAINVENTEDINVENTED", "--endpoint", s3.url, stdin=SECRET)
    assert ran.code == 0
    assert "Not tried yet" in ran.out
    assert "signs" not in ran.out
