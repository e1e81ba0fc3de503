"""Apprise, handed to a real webhook."""

import inspect
import logging
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from io import StringIO
from types import ModuleType

import pytest
from apprise.manager_plugins import NotificationManager

from links.channels import DeliveryFailed, Message, apprise
from links.channels.apprise import _LOCAL, AppriseChannel, is_valid
from links.domain.findings import Verdict
from links.domain.incidents import NoticeKind
from tests.fake_receivers import WebhookReceiver, closed_port
from tests.waiting import TIMEOUT_SECONDS

MESSAGE = Message("0f3c", "Links will die", "A key was deleted.", NoticeKind.OPENED, Verdict.BROKEN)
TOKEN = "Zm9vYmFyYmF6cXV4"
SLACK = f"slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general?footer={TOKEN}"


@pytest.fixture
def sink() -> Iterator[WebhookReceiver]:
    with WebhookReceiver() as sink:
        yield sink


@pytest.fixture
def log() -> Iterator[StringIO]:
    """What the handlers of the project's log get. (caplog also listens to loggers that tell nobody.)"""
    stream = StringIO()
    handler, root = logging.StreamHandler(stream), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.setLevel(level)
    root.removeHandler(handler)


def test_a_webhook_gets_the_message_and_its_key(sink: WebhookReceiver) -> None:
    AppriseChannel(sink.apprise_url()).deliver(MESSAGE)
    (call,) = sink.calls
    assert call.path == "/hook"
    assert call.json["title"] == "Links will die"
    assert call.json["message"] == "A key was deleted.\n\nNotice 0f3c"


@pytest.mark.parametrize(
    ("kind", "gravity", "told"),
    [
        (NoticeKind.OPENED, Verdict.BROKEN, "failure"),
        (NoticeKind.OPENED, Verdict.AT_RISK, "warning"),
        (NoticeKind.REMINDER, Verdict.UNKNOWN, "warning"),
        (NoticeKind.RESOLVED, Verdict.BROKEN, "success"),
    ],
)
def test_the_gravity_is_told_in_the_services_own_terms(
    sink: WebhookReceiver, kind: NoticeKind, gravity: Verdict, told: str
) -> None:
    AppriseChannel(sink.apprise_url()).deliver(Message("1", "subject", "text", kind, gravity))
    assert sink.calls[0].json["type"] == told


def test_an_answer_that_is_no_success_is_a_failure(sink: WebhookReceiver) -> None:
    sink.status = 503
    with pytest.raises(DeliveryFailed) as caught:
        AppriseChannel(sink.apprise_url()).deliver(MESSAGE)
    assert "503" in caught.value.detail


def test_an_optional_service_that_fails_fails_all_the_same(sink: WebhookReceiver) -> None:
    sink.status = 503
    with pytest.raises(DeliveryFailed):
        AppriseChannel(sink.apprise_url("hook?optional=yes")).deliver(MESSAGE)


@pytest.mark.parametrize("query", ["", "?redirect=yes", "?redirect=true&verify=no"])
@pytest.mark.parametrize("kind", ["json", "form", "xml"])
def test_a_redirect_is_no_delivery_whatever_the_url_asks_for(sink: WebhookReceiver, kind: str, query: str) -> None:
    sink.status, sink.location = 302, "/elsewhere"
    with pytest.raises(DeliveryFailed):
        AppriseChannel(sink.apprise_url(f"hook{query}").replace("json:", f"{kind}:")).deliver(MESSAGE)
    assert [call.path for call in sink.calls] == ["/hook"]


@pytest.mark.parametrize(
    "url", ["syslog://", "dbus://", "qt://", "kde://", "glib://", "gnome://", "macosx://", "windows://", "blink1://"]
)
def test_a_service_of_this_very_machine_is_none(url: str) -> None:
    assert not is_valid(url)
    with pytest.raises(DeliveryFailed, match="ALERT_URLS"):
        AppriseChannel(url).deliver(MESSAGE)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://127.0.0.1/", "https://127.0.0.1/", "exec:///bin/true"])
def test_what_is_no_service_is_none(url: str) -> None:
    assert not is_valid(url)


def test_apprise_has_no_other_service_of_this_machine() -> None:
    """A later Apprise may bring more: whatever makes no HTTP request is known here as one kind or the other."""
    speaking = {"amqp", "aprs", "deltachat", "growl", "guilded", "irc", "jellyfin", "mailto", "mqtt"}
    speaking |= {"rsyslog", "smpp", "xmpp"}
    services = NotificationManager()  # type: ignore[no-untyped-call]
    schemas = set(services.schemas())  # type: ignore[no-untyped-call]
    quiet = {schema for schema in schemas if "requests." not in inspect.getsource(_module_of(services[schema]))}
    assert quiet == _LOCAL | speaking | ({f"{schema}s" for schema in speaking} & schemas)


def _module_of(service: type) -> ModuleType:
    return sys.modules[service.__module__]


def test_a_receiver_that_takes_its_time_is_not_told_twice(sink: WebhookReceiver) -> None:
    sink.delay = 5.0
    AppriseChannel(sink.apprise_url()).deliver(MESSAGE)
    assert len(sink.calls) == 1


def test_a_message_that_is_too_long_for_the_service_is_cut_rather_than_refused(sink: WebhookReceiver) -> None:
    text = "first line\n" + "x" * 40_000
    AppriseChannel(sink.apprise_url()).deliver(Message("1", "subject", text, NoticeKind.OPENED, Verdict.BROKEN))
    (call,) = sink.calls
    assert call.json["message"].startswith("first line")
    assert len(call.json["message"]) <= 32_768


def test_a_url_that_apprise_cannot_read_fails_with_what_to_do() -> None:
    with pytest.raises(DeliveryFailed, match="ALERT_URLS"):
        AppriseChannel("nosuchservice://token").deliver(MESSAGE)


def test_urls_can_be_checked_without_a_connection() -> None:
    assert is_valid("json://127.0.0.1:1/hook")
    assert is_valid(SLACK)
    assert not is_valid("nosuchservice://token")
    assert not is_valid(TOKEN)


@pytest.mark.parametrize("url", [SLACK, f"json://user:{TOKEN}@host/{TOKEN}", TOKEN, f"{TOKEN}://x"])
def test_names_tell_nothing_of_the_url(url: str) -> None:
    channel = AppriseChannel(url)
    for name in (channel.identity, channel.label, repr(channel)):
        assert "TIiajk" not in name
        assert url == f"{TOKEN}://x" or TOKEN.lower() not in name.lower()
    assert len(channel.identity) <= 100


def test_two_urls_of_one_service_are_told_apart() -> None:
    assert AppriseChannel("json://host/a").identity != AppriseChannel("json://host/b").identity
    assert AppriseChannel("json://host/a").identity == AppriseChannel("json://host/a").identity


@pytest.mark.parametrize("where", ["{}:{}/", "{}.localhost:{}/", "localhost:{1}/{0}/", "localhost:{1}/?+X-Auth={0}"])
def test_a_token_appears_neither_in_the_failure_nor_in_the_log(where: str, log: StringIO) -> None:
    with closed_port() as port, pytest.raises(DeliveryFailed) as caught:
        AppriseChannel("json://" + where.format(TOKEN, port)).deliver(MESSAGE)
    assert "Connection error" in caught.value.detail
    assert TOKEN not in f"{caught.value} {caught.value!r} {log.getvalue()}"


def test_a_url_that_cannot_be_read_appears_nowhere(log: StringIO, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(DeliveryFailed) as caught:
        AppriseChannel(f"slack://{TOKEN}").deliver(MESSAGE)
    assert TOKEN not in f"{caught.value!r} {log.getvalue()} {capfd.readouterr()}"


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The addresses to which anything connected; nothing really does."""
    addresses: list[object] = []

    def connect(_socket: socket.socket, address: object) -> None:
        addresses.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    return addresses


@pytest.mark.parametrize("host", ["169.254.169.254", "2852039166", "[fd00:ec2::254]", "[::ffff:169.254.169.254]"])
@pytest.mark.parametrize("kind", ["json", "jsons", "form", "xml", "gotify", "ntfy", "mmost"])
def test_no_metadata_service_is_told_anything(kind: str, host: str, connected: list[object]) -> None:
    url = f"{kind}://{host}/{TOKEN}"
    if is_valid(url):
        with pytest.raises(DeliveryFailed):
            AppriseChannel(url).deliver(MESSAGE)
    assert connected == []


def test_a_name_that_leads_to_a_metadata_service_is_none(
    connected: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("169.254.169.254", 80))]
    monkeypatch.setattr("links.net.dns.socket.getaddrinfo", lambda *_, **__: found)
    with pytest.raises(DeliveryFailed):
        AppriseChannel("json://hooks.example.com/").deliver(MESSAGE)
    assert connected == []


def _drip(client: socket.socket) -> None:
    client.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        client.sendall(b"x")
        time.sleep(0.05)


def _drip_body(client: socket.socket) -> None:
    client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    while True:
        client.sendall(b"x")
        time.sleep(0.05)


def _flood(client: socket.socket) -> None:
    client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        client.sendall(b"x" * 60_000)


@pytest.mark.parametrize("misbehave", [_drip, _drip_body, _flood])
def test_a_receiver_whose_answer_never_ends_holds_nobody_up(
    misbehave: Callable[[socket.socket], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apprise, "TOTAL_TIMEOUT_SECONDS", 1.0)
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def serve() -> None:
            client, _ = server.accept()
            with client, suppress(OSError):
                client.recv(4096)
                misbehave(client)

        thread = threading.Thread(target=serve)
        thread.start()
        began = time.monotonic()
        with pytest.raises(DeliveryFailed):
            AppriseChannel(f"json://127.0.0.1:{server.getsockname()[1]}/").deliver(MESSAGE)
        assert time.monotonic() - began < TIMEOUT_SECONDS  # it would never end
        thread.join()
