"""Mail: one plain text to everybody in `ALERT_MAILS`, through Django's mail settings."""

from collections.abc import Sequence
from email.utils import parseaddr
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from links.channels.base import Channel, DeliveryFailed, Message

SECONDS = 20


class MailChannel(Channel):
    identity = "mail"

    def __init__(self, recipients: Sequence[str]) -> None:
        self._recipients = list(recipients)

    @property
    def label(self) -> str:
        return ", ".join(self._recipients)

    def deliver(self, message: Message) -> None:
        try:
            self._write(message).send()
        except (SMTPException, OSError, ValueError) as error:
            raise DeliveryFailed.because(f"{type(error).__name__}: {error}", [settings.EMAIL_HOST_PASSWORD]) from None

    def _write(self, message: Message) -> EmailMessage:
        return EmailMessage(
            subject=" ".join(message.subject.split()),
            body=message.text,
            to=self._recipients,
            headers={
                "Message-ID": f"<{message.key}@{_sending_host()}>",
                # RFC 3834: so that no holiday reply answers an alert.
                "Auto-Submitted": "auto-generated",
            },
            connection=get_connection(timeout=settings.EMAIL_TIMEOUT or SECONDS),
        )


def channels(mails: Sequence[str]) -> list[Channel]:
    return [MailChannel(mails)] if mails else []


def _sending_host() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "holdfast.invalid"
