"""The real servers, started and stopped."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import psutil  # type: ignore[import-untyped]
import pytest
import redis
from botocore.config import Config
from botocore.exceptions import ClientError

from config.processes.ports import HOST, free_port
from demo.servers import RcloneS3, Redis, ServerError

from .processes import alive, survivors

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ROOT = Path(__file__).parents[2]
KEYS = {"AKIAFIRST": "first-secret/+", "AKIASECOND": 'second "secret"'}


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        listener.listen()
        yield int(listener.getsockname()[1])


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RcloneS3]:
    with RcloneS3(tmp_path_factory.mktemp("s3"), KEYS) as server:
        (server.data_dir / "bucket").mkdir()
        yield server


def client(s3: RcloneS3, key: str, secret: str) -> "S3Client":
    return boto3.client(
        "s3",
        endpoint_url=s3.url,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        region_name="us-east-1",
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}, retries={"max_attempts": 1}),
    )


def refusal(s3: RcloneS3, key: str, secret: str, name: str) -> str:
    with pytest.raises(ClientError) as caught:
        client(s3, key, secret).get_object(Bucket="bucket", Key=name)
    return str(caught.value.response["Error"]["Code"])


def test_a_free_port_is_the_preferred_one_unless_somebody_listens_there(taken_port: int) -> None:
    free = free_port()
    assert free_port(free) == free
    assert free_port(taken_port, free) == free
    assert free_port(taken_port) != taken_port


def test_redis_answers_until_it_is_stopped(tmp_path: Path) -> None:
    with Redis(tmp_path) as server, redis.Redis.from_url(server.url) as connection:
        assert connection.ping()
        process = server.pid
    assert process is not None
    assert not alive(process)


def test_a_server_that_lost_its_port_in_between_takes_another(tmp_path: Path, taken_port: int) -> None:
    server = Redis(tmp_path)
    server.port = taken_port
    with server:
        assert server.port != taken_port


def test_a_server_that_must_have_a_taken_port_says_what_its_log_says(tmp_path: Path, taken_port: int) -> None:
    with pytest.raises(ServerError, match=rf"redis on port {taken_port} ended(.|\n)*already in use"):
        Redis(tmp_path, taken_port).start()
    with pytest.raises(ServerError, match=rf"s3 on port {taken_port} ended(.|\n)*already in use"):
        RcloneS3(tmp_path, KEYS, taken_port).start()


def test_the_s3_server_takes_each_of_its_keys_and_no_wrong_secret(s3: RcloneS3) -> None:
    (s3.data_dir / "bucket" / "a.txt").write_text("hello")
    for key, secret in KEYS.items():
        assert client(s3, key, secret).get_object(Bucket="bucket", Key="a.txt")["Body"].read() == b"hello"
        assert refusal(s3, key, "wrong", "a.txt") == "SignatureDoesNotMatch"
    assert refusal(s3, "AKIAOTHER", "first-secret/+", "a.txt") == "InvalidAccessKeyId"


def test_the_s3_server_sees_at_once_what_changes_on_disk(s3: RcloneS3) -> None:
    key, secret = next(iter(KEYS.items()))
    file = s3.data_dir / "bucket" / "reports" / "today.txt"
    file.parent.mkdir()
    for text in (b"first", b"second, and longer"):
        file.write_bytes(text)
        assert client(s3, key, secret).get_object(Bucket="bucket", Key="reports/today.txt")["Body"].read() == text
        file.unlink()
        assert refusal(s3, key, secret, "reports/today.txt") == "NoSuchKey"


def test_the_secrets_are_not_on_the_command_line_and_no_setting_of_the_person_matters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RCLONE_CONFIG", "/nowhere/rclone.conf")
    monkeypatch.setenv("RCLONE_ADDR", "192.0.2.1:1")
    with RcloneS3(tmp_path, KEYS) as server:
        line = " ".join(psutil.Process(server.pid).cmdline())
        assert "192.0.2.1" not in server.log()
    assert not any(secret in line for secret in KEYS.values())


def test_servers_end_with_the_process_that_started_them(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from demo.servers import Redis;"
        "server = Redis(Path(sys.argv[1])).start(); print(server.pid, flush=True); time.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout
        process = int(owner.stdout.readline())
        assert alive(process)
        os.kill(owner.pid, signal.SIGKILL)
    assert survivors([process]) == set()
