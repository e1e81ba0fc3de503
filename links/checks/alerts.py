"""Checks of the ways that alerts take."""

from collections.abc import Sequence

from django.core import checks
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from links.checks.addresses import is_metadata
from links.domain.errors import Unreadable
from links.domain.signed_urls.url_parts import split


def judge_channels(mails: Sequence[str], urls: Sequence[str]) -> list[CheckMessage]:
    if not mails and not urls:
        hint = "Set ALERT_MAILS to addresses or ALERT_URLS to Apprise URLs (Slack, Teams, webhooks and many more)."
        return [checks.Warning("No alert channel: incidents are told to nobody.", hint=hint, id="holdfast.W003")]
    return [*_judge_mails(mails), *_judge_alert_urls(urls)]


def _judge_mails(mails: Sequence[str]) -> list[CheckMessage]:
    broken = [str(number) for number, mail in enumerate(mails, start=1) if not _is_mail(mail)]
    if not broken:
        return []
    hint = "Write plain addresses, separated by commas, as in ops@example.com"
    return [Error(f"ALERT_MAILS: no. {', '.join(broken)} is not a mail address.", hint=hint, id="holdfast.E005")]


def _judge_alert_urls(urls: Sequence[str]) -> list[CheckMessage]:
    """By number: such a URL is a secret as a whole."""
    if not urls:
        return []
    from links.channels import apprise  # noqa: PLC0415  a second's import, that most commands do without

    found: list[CheckMessage] = []
    if broken := [str(number) for number, url in enumerate(urls, start=1) if not apprise.is_valid(url)]:
        hint = "Compare it with the services in Apprise's documentation. A comma within a URL is written %2C."
        message = f"ALERT_URLS: Apprise does not understand no. {', '.join(broken)}."
        found.append(Error(message, hint=hint, id="holdfast.E006"))
    if never := [str(number) for number, url in enumerate(urls, start=1) if is_metadata(apprise.find_host(url))]:
        hint = "Metadata services and link-local addresses are never connected to: nobody would be told."
        message = f"ALERT_URLS: no. {', '.join(never)} leads to a metadata service."
        found.append(Error(message, hint=hint, id="holdfast.E080"))
    return found


def judge_mail_way(mails: Sequence[str], backend: str) -> list[CheckMessage]:
    if not mails or backend.rpartition(".")[0].rpartition(".")[2] not in ("console", "dummy", "locmem"):
        return []
    hint = "Set EMAIL_URL to your mail server, as in smtp+tls://user:password@mail.example.com:587"
    return [checks.Warning("ALERT_MAILS is set, but no mail leaves this machine.", hint=hint, id="holdfast.W004")]


def judge_monitor(url: str) -> list[CheckMessage]:
    """The URL is a secret, and is not repeated."""
    try:
        if url:
            split(url)
    except Unreadable:
        hint = "Write the whole address, as in https://hc-ping.com/your-uuid; no redirect is followed."
        return [Error("MONITOR_URL is no http or https address.", hint=hint, id="holdfast.E014")]
    return []


def _is_mail(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
