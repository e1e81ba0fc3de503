"""Mail, handed to a real SMTP server."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

import pytest
from django.core import mail as django_mail
from pytest_django import Settings

from links.channels import DeliveryFailed, Message
from links.channels.mail import MailChannel
from links.domain.findings import Verdict
from links.domain.incidents import NoticeKind
from tests.fake_receivers import MailReceiver, closed_port, send_mail_to, silence
from tests.waiting import TIMEOUT_SECONDS

MESSAGE = Message("0f3c", "Links will die", "A key was deleted.\nMake another.", NoticeKind.OPENED, Verdict.BROKEN)
CHANNEL = MailChannel(["ops@example.com", "boss@example.com"])


@pytest.fixture
def sink(settings: Settings) -> Iterator[MailReceiver]:
    with MailReceiver() as sink:
        send_mail_to(settings, sink.port)
        yield sink


def test_everybody_gets_the_same_one_mail(sink: MailReceiver) -> None:
    CHANNEL.deliver(MESSAGE)
    assert sink.recipients == [["ops@example.com", "boss@example.com"]]
    (mail,) = sink.messages
    assert mail["Subject"] == "Links will die"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().splitlines() == ["A key was deleted.", "Make another."]


def test_a_mailer_may_leave_out_what_django_lets_it_leave_out(sink: MailReceiver, settings: Settings) -> None:
    """Django 6.1's own tests set one without options."""
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    CHANNEL.deliver(MESSAGE)
    assert [mail.subject for mail in django_mail.outbox] == ["Links will die"]
    settings.MAILERS = {"default": {"OPTIONS": {"host": "127.0.0.1", "port": sink.port}}}
    CHANNEL.deliver(MESSAGE)
    assert [mail["Subject"] for mail in sink.messages] == ["Links will die"]


def test_a_repeat_is_recognised_by_its_message_id(sink: MailReceiver) -> None:
    CHANNEL.deliver(MESSAGE)
    CHANNEL.deliver(MESSAGE)
    assert [mail["Message-ID"] for mail in sink.messages] == ["<0f3c@share.example.com>"] * 2


def test_no_holiday_reply_answers_an_alert(sink: MailReceiver) -> None:
    CHANNEL.deliver(MESSAGE)
    assert sink.messages[0]["Auto-Submitted"] == "auto-generated"


def test_a_line_break_in_a_subject_makes_no_header(sink: MailReceiver) -> None:
    CHANNEL.deliver(Message("1", "a\r\nBcc: x@example.com", "text", NoticeKind.OPENED, Verdict.BROKEN))
    (mail,) = sink.messages
    assert mail["Subject"] == "a Bcc: x@example.com"
    assert mail["Bcc"] is None


def test_japanese_and_endless_lines_arrive_as_they_were_sent(sink: MailReceiver) -> None:
    text = "鍵が削除されました。\n" + "長" * 1024
    CHANNEL.deliver(Message("1", "リンクが切れます", text, NoticeKind.OPENED, Verdict.BROKEN))
    (mail,) = sink.messages
    assert str(mail["Subject"]).strip() == "リンクが切れます"
    assert mail.get_content().splitlines() == text.splitlines()


def test_a_refusal_is_a_failure_with_the_servers_words(sink: MailReceiver) -> None:
    sink.refusal = "451 Try again later"
    with pytest.raises(DeliveryFailed) as caught:
        CHANNEL.deliver(MESSAGE)
    assert "Try again later" in caught.value.detail


def test_a_server_that_is_down_is_a_failure(settings: Settings) -> None:
    with closed_port() as port:
        send_mail_to(settings, port)
        with pytest.raises(DeliveryFailed, match="refused"):
            CHANNEL.deliver(MESSAGE)


def test_a_server_that_never_answers_is_a_failure_soon(settings: Settings) -> None:
    with silence() as port:
        send_mail_to(settings, port, timeout=0.2)
        with pytest.raises(DeliveryFailed, match="timed out"):
            CHANNEL.deliver(MESSAGE)


@contextmanager
def _server(piece: bytes, pause: float, *, greeting: bytes = b"220 ") -> Iterator[int]:
    """It greets, and goes on with this piece for as long as anybody listens."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def serve() -> None:
            client, _ = listening.accept()
            with client, suppress(OSError):
                client.sendall(greeting)
                while True:
                    client.sendall(piece)
                    time.sleep(pause)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


@pytest.mark.parametrize(
    ("greeting", "piece", "pause", "reason"),
    [
        (b"220 ", b"x", 0.05, "timed out"),
        (b"", b"220-x\r\n", 0.05, "timed out"),
        (b"", b"220-" + b"x" * 500 + b"\r\n", 0, "no end"),
        (b"220 x\r\n250-x\r\n", b"250-x\r\n", 0.05, "timed out"),
    ],
)
def test_a_server_whose_answers_never_end_holds_nobody_up(
    greeting: bytes, piece: bytes, pause: float, reason: str, settings: Settings
) -> None:
    began = time.monotonic()
    with _server(piece, pause, greeting=greeting) as port:
        send_mail_to(settings, port, timeout=1)
        with pytest.raises(DeliveryFailed, match=reason):
            CHANNEL.deliver(MESSAGE)
        assert time.monotonic() - began < TIMEOUT_SECONDS  # it would never end


@pytest.mark.parametrize("secure", [False, True])
def test_tls_does_not_lift_the_deadline(secure: bool, settings: Settings) -> None:
    began = time.monotonic()
    with _server(b"\x16", 0.05, greeting=b"") as port:
        send_mail_to(settings, port, use_ssl=secure, timeout=1)
        with pytest.raises(DeliveryFailed):
            CHANNEL.deliver(MESSAGE)
        assert time.monotonic() - began < TIMEOUT_SECONDS  # it would never end


@pytest.mark.parametrize("host", ["169.254.169.254", "2852039166", "fd00:ec2::254", "::ffff:169.254.169.254"])
def test_no_metadata_service_is_a_mail_server(host: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    connected: list[object] = []
    monkeypatch.setattr("links.net.dialler._connect", lambda *address: connected.append(address))
    send_mail_to(settings, 25, host)
    with pytest.raises(DeliveryFailed, match="EMAIL_URL"):
        CHANNEL.deliver(MESSAGE)
    assert connected == []


def test_a_password_in_the_servers_words_is_not_kept(sink: MailReceiver, settings: Settings) -> None:
    send_mail_to(settings, sink.port, password="hunter2hunter2")
    sink.refusal = "451 I will not say hunter2hunter2"
    with pytest.raises(DeliveryFailed) as caught:
        CHANNEL.deliver(MESSAGE)
    assert "hunter2" not in caught.value.detail


def test_the_identity_outlives_a_change_of_recipients() -> None:
    assert CHANNEL.identity == MailChannel(["other@example.com"]).identity == "mail"
