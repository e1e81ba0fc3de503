import os
import socket
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

import pycurl
import pytest

from demo.servers import RcloneS3
from links.domain.buckets.endpoints import SigningBucket
from links.domain.stores.answers import Trouble
from links.s3.curl import make_socket_opener
from links.s3.probe import (
    MAX_BODY_BYTES,
    ProbePolicy,
    ProbeRequest,
    probe,
    probe_all,
)
from links.s3.signer import sign
from tests.conftest import RCLONE_KEY_ID, RCLONE_SECRET
from tests.s3.builders import LOOPBACK, make_store
from tests.s3.probes.probing import RawServer
from tests.strict_s3 import Answer, Dropped, StrictS3, html_page, redirect
from tests.waiting import TIMEOUT_SECONDS


def impatient(*, deadline: float = 0.5) -> ProbePolicy:
    return ProbePolicy(frozenset({"127.0.0.1"}), deadline=deadline, connect_deadline=deadline)


def test_one_byte_is_asked_for_and_nothing_that_would_need_a_signature(strict_s3: StrictS3) -> None:
    store, bucket = make_store(strict_s3)
    bucket.put("a//b é", b"content", content_type="text/plain")
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    answer = probe(sign(store, "a//b é", 60).text, policy=LOOPBACK, now=lambda: moment)
    assert (answer.status, answer.served, answer.size, answer.content_type) == (206, True, 7, "text/plain")
    assert answer.asked_at == moment
    (request,) = strict_s3.requests
    assert (request.method, request.range) == ("GET", "bytes=0-0")
    assert {name.lower() for name in request.header_names} == {"host", "range", "accept", "user-agent"}


def test_an_empty_object_is_alive(strict_s3: StrictS3) -> None:
    store, bucket = make_store(strict_s3)
    bucket.put("empty", b"")
    answer = probe(sign(store, "empty", 60).text, policy=LOOPBACK)
    assert (answer.status, answer.served, answer.size) == (416, True, 0)


def test_rclone_s_answers_are_understood(rclone_s3: RcloneS3) -> None:
    folder = rclone_s3.data_dir / "probe"
    folder.mkdir()
    (folder / "a.txt").write_text("hello")
    (folder / "empty").write_text("")
    store = SigningBucket("probe", RCLONE_KEY_ID, RCLONE_SECRET, endpoint=rclone_s3.url)
    found = [probe(sign(store, key, 60).text, policy=LOOPBACK) for key in ("a.txt", "empty", "gone")]
    assert [(answer.status, answer.served, answer.size) for answer in found] == [
        (200, True, 5),
        (416, True, 0),
        (404, False, None),
    ]


def test_answers_come_in_the_order_of_their_urls(strict_s3: StrictS3) -> None:
    store, bucket = make_store(strict_s3)
    urls = []
    for number in range(120):
        bucket.put(f"k{number}", b"x" * number)
        urls.append(sign(store, f"k{number}", 60).text)
    urls[7:7] = ["nonsense", "http://127.0.0.1:1/"]
    answers = probe_all([ProbeRequest(url) for url in urls], policy=LOOPBACK)
    assert [answer.trouble for answer in answers[7:9]] == [Trouble.FORBIDDEN, Trouble.CONNECT]
    assert [answer.size for answer in (*answers[:7], *answers[9:])] == list(range(120))


def test_a_secret_that_a_store_echoes_is_not_in_the_answer(strict_s3: StrictS3) -> None:
    store, bucket = make_store(strict_s3)
    bucket.put("a", b"x")
    url = sign(store, "a", 60).text
    signature = url.rpartition("=")[2]
    body = f"<Error><Code>SignatureDoesNotMatch</Code><Message>not {signature}</Message></Error>"
    strict_s3.answer = Answer(403, body.encode())
    answer = probe(url, policy=LOOPBACK)
    assert answer.code == "SignatureDoesNotMatch"
    assert signature not in repr(answer) + repr(ProbeRequest(url))


def test_a_redirect_is_not_followed(strict_s3: StrictS3) -> None:
    strict_s3.answer = redirect("http://169.254.169.254/latest/meta-data/")
    answer = probe(f"{strict_s3.url}/files/a", policy=LOOPBACK)
    assert answer.status in (301, 302, 303, 307, 308)
    assert (answer.served, answer.location_host, len(strict_s3.requests)) == (False, "169.254.169.254", 1)


@pytest.mark.parametrize("path", ["a/../b", "./a", "a//b", "%2e%2e/a"])
def test_a_path_is_asked_for_as_it_stands(path: str, strict_s3: StrictS3) -> None:
    probe(f"{strict_s3.url}/files/{path}", policy=LOOPBACK)
    assert strict_s3.requests[0].path in (f"/files/{path}", f"/files/{unquote(path)}")


def test_no_socket_is_opened_to_an_address_that_was_not_checked() -> None:
    open_socket = make_socket_opener(frozenset({"127.0.0.1"}))
    assert open_socket(0, (socket.AF_INET, socket.SOCK_STREAM, 6, ("169.254.169.254", 80))) == pycurl.SOCKET_BAD
    opened = open_socket(0, (socket.AF_INET, socket.SOCK_STREAM, 6, ("127.0.0.1", 80)))
    assert opened >= 0
    os.close(opened)


def test_a_page_in_the_object_s_place_serves_nothing(strict_s3: StrictS3) -> None:
    strict_s3.answer = html_page()
    assert not probe(f"{strict_s3.url}/files/a", policy=LOOPBACK).served


def test_compressed_content_is_not_unpacked(strict_s3: StrictS3) -> None:
    strict_s3.answer = Answer(206, b"\x1f\x8bnot gzip", {"Content-Encoding": "gzip", "Content-Range": "bytes 0-0/9"})
    assert probe(f"{strict_s3.url}/files/a", policy=LOOPBACK).served


def test_no_more_is_read_than_64_kib(strict_s3: StrictS3) -> None:
    strict_s3.answer = Answer(200, b"x" * 50_000_000, {"ETag": '"abc"'})
    answer = probe(f"{strict_s3.url}/files/a", policy=LOOPBACK)
    assert (answer.served, answer.size) == (True, 50_000_000)
    assert answer.took_ms < 5_000
    assert MAX_BODY_BYTES == 65_536


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (Dropped(), Trouble.RESET),
        (Dropped(reset=True), Trouble.RESET),
        (Answer(200, b"late", wait=5), Trouble.TIMEOUT),
    ],
)
def test_a_store_that_does_not_answer_gives_a_trouble_and_no_status(
    answer: Answer | Dropped, trouble: Trouble, strict_s3: StrictS3
) -> None:
    strict_s3.answer = answer
    found = probe(f"{strict_s3.url}/files/a", policy=impatient())
    assert (found.trouble, found.status, found.served) == (trouble, None, False)


def test_a_body_that_drips_ends_at_the_deadline(strict_s3: StrictS3) -> None:
    strict_s3.answer = Answer(403, b"<Error><Code>AccessDenied</Code>" + b" " * 10_000, drip=0.05)
    began = time.monotonic()
    probe(f"{strict_s3.url}/files/a", policy=impatient(deadline=1.0))
    assert time.monotonic() - began < TIMEOUT_SECONDS


@pytest.mark.parametrize(
    "said",
    [
        b"220 mail.example ESMTP\r\n",
        b"\x00\x01\x02",
        b"HTTP/9.9 what\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nDate: \xff\xfe\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 403 X\r\n" + b"X-Header: " + b"y" * 200_000 + b"\r\n\r\n",
    ],
    ids=range(6),
)
def test_what_is_no_http_never_raises_and_never_serves(said: bytes) -> None:
    server = RawServer(said)
    try:
        assert not probe(f"http://127.0.0.1:{server.port}/", policy=LOOPBACK).served
        assert server.visits
    finally:
        server.stop()


def test_proxies_and_netrc_of_the_environment_are_not_used(
    strict_s3: StrictS3, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    store, bucket = make_store(strict_s3)
    bucket.put("a", b"x")
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login share password secret\n")
    assert probe(sign(store, "a", 60).text, policy=LOOPBACK).served
    assert "authorization" not in {name.lower() for name in strict_s3.requests[0].header_names}
