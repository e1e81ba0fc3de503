"""The storage backend against every way in which another credential, signature or host could creep in.

A case (`matrix_cases.py`) is a key that was given in OPTIONS, and what surrounds it: environment, settings, files,
metadata services. Each runs in a process of its own (`matrix_child.py`). A URL is right when it is, letter for letter,
what an independent implementation of SigV4 computes. The stubs for the metadata services are real HTTP servers and
must stay unasked.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.s3.independent_sigv4 import presign, stamp_of
from tests.s3.matrix_cases import (
    ABSENT,
    AWS,
    CASES,
    CREDENTIALS,
    KEY,
    NOTHING,
    OTHER_SECRET,
    OURS,
    SECONDS,
    SECRET,
    TEMPORARY_ID,
    THEIRS,
    TOKEN,
    AmbientCase,
    Given,
)
from tests.waiting import TIMEOUT_SECONDS


class Stub(ThreadingHTTPServer):
    """A metadata, container or STS service that gives temporary credentials and counts who asks."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _StubHandler)
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _StubHandler(BaseHTTPRequestHandler):
    server: Stub

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        ends = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        pair = {"AccessKeyId": TEMPORARY_ID, "SecretAccessKey": OTHER_SECRET, "Token": TOKEN, "Expiration": ends}
        if self.path.startswith("/broken"):
            body = b"<html>no credentials here"
        elif self.path.endswith("/security-credentials/"):
            body = b"app"
        elif self.path.endswith("/token"):
            body = b"imds-token"
        else:
            body = json.dumps({"Code": "Success", **pair}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("x-aws-ec2-metadata-token-ttl-seconds", "21600")
        self.end_headers()
        self.wfile.write(body)

    do_PUT = do_POST = do_GET  # noqa: N815  http.server's names

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


class ForkServer:
    """The process that forks for each case."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.s3.matrix_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
            env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"},
            text=True,
        )

    def run(self, case: Mapping[str, Any]) -> dict[str, str]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(case) + "\n")
        self._process.stdin.flush()
        answer: dict[str, str] = json.loads(self._process.stdout.readline())
        return answer

    def stop(self) -> None:
        self._process.communicate(timeout=20)


@pytest.fixture(scope="module")
def fork_server() -> Iterator[ForkServer]:
    process = ForkServer()
    yield process
    process.stop()


@pytest.fixture(scope="module")
def running_stub() -> Iterator[Stub]:
    server = Stub()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def stub(running_stub: Stub) -> Stub:
    running_stub.asked.clear()
    return running_stub


def _arrange(given: Given, ambient_case: AmbientCase, stub: Stub, home: Path, backend: str = OURS) -> dict[str, Any]:
    """Write the files of the case and put its environment together."""
    places = {"home": str(home), "imds": stub.url, "container": f"{stub.url}/container", "sts": f"{stub.url}/sts"}
    places["broken"] = f"{stub.url}/broken"
    files = {".aws/config": ambient_case.config, ".aws/credentials": ambient_case.credentials, **ambient_case.other}
    for name, text in files.items():
        if text:
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_text(_fill(text, places))
    ambient = {name: _fill(value, places) for name, value in ambient_case.environment.items()}
    return {
        "environment": {"PATH": "/usr/bin:/bin", "HOME": str(home), "NO_PROXY": "127.0.0.1", **ambient},
        "settings": dict(ambient_case.settings),
        "backend": backend,
        "options": dict(given.options),
        "key": KEY,
        "arguments": {"expire": SECONDS},
    }


def _fill(text: str, places: Mapping[str, str]) -> str:
    for name, place in places.items():
        text = text.replace(f"{{{name}}}", place)
    return text


def _right_url(given: Given, stamp: str) -> str:
    return presign(
        origin=given.origin,
        path=given.path,
        access_key_id=given.options["access_key"],
        secret=given.options["secret_key"],
        region=given.region,
        stamp=stamp,
        seconds=SECONDS,
    )


@pytest.mark.parametrize(("given", "ambient_case"), CASES, ids=lambda part: part.name)
def test_only_the_given_key_signs_and_only_the_right_url_comes_out(
    given: Given, ambient_case: AmbientCase, fork_server: ForkServer, stub: Stub, tmp_path: Path
) -> None:
    result = fork_server.run(_arrange(given, ambient_case, stub, tmp_path))
    assert "error" not in result, result["error"]
    assert stub.asked == []
    if given.refused:
        assert result.get("refused") == given.refused
        assert len(result["sentence"].split()) > 4
        assert SECRET not in result["sentence"]
        assert TOKEN not in result["sentence"]
    else:
        assert result.get("url", result) == _right_url(given, stamp_of(result["url"]))


def test_the_matrix_has_its_size() -> None:
    assert len({(given.name, ambient_case.name) for given, ambient_case in CASES}) == len(CASES) >= 150


CONTROLS = [
    ambient_case
    for ambient_case in CREDENTIALS
    if ambient_case.name in ("instance metadata, temporary", "container, temporary", "web identity, temporary")
]


@pytest.mark.parametrize("ambient_case", CONTROLS, ids=lambda part: part.name)
def test_the_stubs_are_real_for_the_backend_of_django_storages_asks_them(
    ambient_case: AmbientCase, fork_server: ForkServer, stub: Stub, tmp_path: Path
) -> None:
    fork_server.run(_arrange(ABSENT, ambient_case, stub, tmp_path, THEIRS))
    assert stub.asked


@pytest.mark.parametrize("variable", ["AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"])
def test_the_backend_of_django_storages_takes_a_foreign_token_where_ours_does_not(
    variable: str, fork_server: ForkServer, stub: Stub, tmp_path: Path
) -> None:
    result = fork_server.run(_arrange(AWS, AmbientCase("token", {variable: TOKEN}), stub, tmp_path, THEIRS))
    assert "x-amz-security-token" in result["url"].lower()


FROM_THE_FIRST_MOMENT = (
    NOTHING,
    CREDENTIALS[-1],
    AmbientCase("service models in the home", other={".aws/models/s3/2006-03-01/service-2.json": "{}"}),
    AmbientCase(
        "a plug-in that is there",
        {"BOTOCORE_EXPERIMENTAL__PLUGINS": "evil=evil", "PYTHONPATH": "{home}"},
        other={"evil.py": "def initialize_client_plugin(client):\n    client.meta.events = None\n"},
    ),
)


@pytest.mark.parametrize("ambient_case", FROM_THE_FIRST_MOMENT, ids=lambda part: part.name)
def test_a_process_that_was_never_forked_signs_the_same(ambient_case: AmbientCase, stub: Stub, tmp_path: Path) -> None:
    """Some things are read while libraries are imported, before the other cases fork."""
    case = _arrange(AWS, ambient_case, stub, tmp_path)
    ran = subprocess.run(
        [sys.executable, "-m", "tests.s3.matrix_child"],
        input=json.dumps(case),
        capture_output=True,
        cwd=Path(__file__).parents[2],
        env=case["environment"],
        text=True,
        check=True,
        timeout=TIMEOUT_SECONDS,
    )
    result = json.loads(ran.stdout)
    assert result["url"] == _right_url(AWS, stamp_of(result["url"]))
    assert stub.asked == []
