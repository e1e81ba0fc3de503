import socket
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from links.channels import monitor
from links.channels.monitor import ping
from tests.fake_receivers import WebhookReceiver, closed_port
from tests.site_settings import SiteSettings
from tests.waiting import TIMEOUT_SECONDS


def test_a_monitor_that_answers_heard_the_sign_of_life(site_settings: SiteSettings) -> None:
    site_settings.PROBE_ALLOWED_HOSTS = []  # it is the operator's own setting, and may be in the house
    with WebhookReceiver() as sink:
        assert ping(f"http://127.0.0.1:{sink.port}/ping/abc?rid=1")
        assert [call.path for call in sink.calls] == ["/ping/abc?rid=1"]


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "http://127.0.0.1:{port}/ping",
        "ftp://127.0.0.1/x",
        "http://",
        "http://user:secret@127.0.0.1:{port}/",
        "http://[::1",
        "http://no-such-host.invalid/",
        "data:text/plain,ok",
        "http://127.0.0.1:{port}/\r\nHost: other",
    ],
)
def test_a_monitor_that_is_not_there_disturbs_nobody(url: str) -> None:
    with closed_port() as port:
        assert not ping(url.format(port=port))


def test_no_file_passes_for_a_monitor(tmp_path: Path) -> None:
    (tmp_path / "monitor").write_text("OK")
    assert not ping(f"file://{tmp_path}/monitor")


@pytest.mark.parametrize("host", ["169.254.169.254", "2852039166", "[fd00:ec2::254]", "[::ffff:169.254.169.254]"])
def test_no_metadata_service_is_a_monitor(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    connected = []
    monkeypatch.setattr("links.net.dialler._connect", lambda *address: connected.append(address))
    assert not ping(f"http://{host}/ping")
    assert connected == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed_nowhere_and_is_no_answer(status: int) -> None:
    with WebhookReceiver() as sink, WebhookReceiver() as elsewhere:
        sink.status, sink.location = status, f"http://127.0.0.1:{elsewhere.port}/"
        assert not ping(f"http://127.0.0.1:{sink.port}/ping")
        assert len(sink.calls) == 1
        assert elsewhere.calls == []


@pytest.mark.parametrize("status", [404, 500])
def test_a_monitor_that_refuses_did_not_hear_it(status: int) -> None:
    with WebhookReceiver() as sink:
        sink.status = status
        assert not ping(f"http://127.0.0.1:{sink.port}/ping")


def _drip(client: socket.socket) -> None:
    client.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        client.sendall(b"x")
        time.sleep(0.05)


def _be_silent(client: socket.socket) -> None:
    client.recv(4096)  # until the other side hangs up


def _flood(client: socket.socket) -> None:
    client.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        client.sendall(b"X-Header: " + b"x" * 60_000 + b"\r\n")


@pytest.mark.parametrize("answer", [_drip, _flood, _be_silent])
def test_a_monitor_that_never_ends_its_answer_holds_nobody_up(
    answer: Callable[[socket.socket], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monitor, "TIMEOUT_SECONDS", 0.4)
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def serve() -> None:
            client, _ = server.accept()
            with client:
                client.recv(4096)
                try:
                    answer(client)
                except OSError:
                    return

        thread = threading.Thread(target=serve)
        thread.start()
        began = time.monotonic()
        assert not ping(f"http://127.0.0.1:{server.getsockname()[1]}/")
        assert time.monotonic() - began < TIMEOUT_SECONDS  # it would never end
        thread.join()
