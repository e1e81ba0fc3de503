"""Mail, through the default of Django's MAILERS: one plain text to one or more addresses; notices to `ALERT_MAILS`."""

from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import formataddr, parseaddr
from smtplib import SMTPException
from typing import Any, Self

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.utils.module_loading import import_string

from links.channels.base import Channel, DeliveryFailed, Message
from links.conf.languages import LANGUAGES
from links.domain.errors import Refused

BACKEND = "links.channels.smtp.EmailBackend"  # where a mailer names none, as Django takes its own


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom a mail is from, by name, and who gets the reply; "" is the site's own name, and its own address."""

    name: str = ""
    reply_to: str = ""


THE_SITE = Sender()


def find_mailer() -> dict[str, Any]:
    """The default of MAILERS; of a project before Django 6.1 its EMAIL_BACKEND, which reads its options by itself."""
    mailers = getattr(settings, "MAILERS", None)
    return dict(mailers["default"]) if mailers else {"BACKEND": settings.EMAIL_BACKEND}


def send(
    recipients: Sequence[str],
    key: str,
    subject: str,
    text: str,
    *,
    sender: Sender = THE_SITE,
    secrets: Sequence[str] = (),
) -> None:
    """Hand one plain text to these addresses over to the mail server. Raises DeliveryFailed, which quotes none of the
    `secrets` that stand in the text.

    `key` stays the same however often one mail is tried: a repeat is recognised by its Message-ID.
    """
    mailer = find_mailer()
    options = mailer.get("OPTIONS", {})
    try:
        # As Django 6.1's `mailers.default` opens it, which 5.2 does not have.
        backend = import_string(mailer.get("BACKEND", BACKEND))(alias="default", **options)
        try:
            backend.send_messages([_write(recipients, key, subject, text, sender)])
        finally:
            backend.close()  # where the server refuses us, Django leaves the connection open
    except Refused:
        raise DeliveryFailed.because(
            "The mail server's address is that of a metadata service, or link-local. Correct EMAIL_URL."
        ) from None
    except (SMTPException, OSError, ValueError) as error:
        hidden = [str(options.get("password", "")), *secrets]
        raise DeliveryFailed.because(f"{type(error).__name__}: {error}", hidden) from None


class MailChannel(Channel):
    """All addresses that read one language."""

    def __init__(self, recipients: Sequence[str], language: str = "") -> None:
        self._recipients, self._language = list(recipients), language

    @classmethod
    def from_setting(cls, values: Sequence[str]) -> list[Self]:
        """Each is an address, or an address, a colon and the language of whoever reads there."""
        read = [_read_address(value) for value in values]
        languages = dict.fromkeys(language for _address, language in read)
        return [cls([address for address, its in read if its == language], language) for language in languages]

    @classmethod
    def check_setting(cls, values: Sequence[str]) -> list[CheckMessage]:
        found: list[CheckMessage] = []
        read = [(str(number), *_read_address(value)) for number, value in enumerate(values, start=1)]
        if broken := [number for number, address, _language in read if not _is_mail(address)]:
            hint = "Write plain addresses, separated by commas, as in ops@example.com or ops@example.com:ja"
            message = f"ALERT_MAILS: no. {', '.join(broken)} is not a mail address."
            found.append(Error(message, hint=hint, id="holdfast.E005"))
        known = [code for code, _name in LANGUAGES]
        if foreign := [number for number, _address, language in read if language and language not in known]:
            hint = f"After the colon, write one of: {', '.join(known)}. Without a colon ALERT_LANGUAGE counts."
            message = f"ALERT_MAILS: no. {', '.join(foreign)} asks for a language that there is not."
            found.append(Error(message, hint=hint, id="holdfast.E084"))
        return found

    @property
    def identity(self) -> str:
        return f"mail:{self._language}" if self._language else "mail"

    @property
    def language(self) -> str:
        return self._language

    @property
    def label(self) -> str:
        return ", ".join(self._recipients)

    def deliver(self, message: Message) -> None:
        send(self._recipients, message.key, message.subject, message.text)


def _read_address(value: str) -> tuple[str, str]:
    """The address and the language, "" where none is said."""
    address, _, language = value.partition(":")
    return address.strip(), language.strip().lower()


def _write(recipients: Sequence[str], key: str, subject: str, text: str, sender: Sender) -> EmailMessage:
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    host = address.rpartition("@")[2] or "holdfast.invalid"
    return EmailMessage(
        subject=" ".join(subject.split()),
        body=text,
        from_email=formataddr((sender.name, address)) if sender.name and address else None,
        to=recipients,
        reply_to=[sender.reply_to] if sender.reply_to else None,
        headers={
            "Message-ID": f"<{key}@{host}>",
            # RFC 3834: so that no holiday reply answers a machine.
            "Auto-Submitted": "auto-generated",
        },
    )


def _is_mail(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
