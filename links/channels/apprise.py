"""Apprise: Slack, Teams, webhooks and some hundred other services, each named by one URL in `ALERT_URLS`.

Such a URL is a secret as a whole: tokens stand in its path, its user part, even where its host would be.
"""

import hashlib
import logging
import re
from collections.abc import Sequence
from functools import cached_property
from typing import Self
from urllib.parse import unquote

from apprise import Apprise, AppriseAsset, NotifyBase, NotifyFormat, NotifyType, OverflowMode
from django.core.checks import CheckMessage, Error

from links.channels.base import MAX_SEND_SECONDS, Channel, DeliveryFailed, Message
from links.conf import site
from links.domain.findings import Verdict
from links.domain.incidents import NoticeKind
from links.lib.safe_text.chats import disarm
from links.net.addresses import is_metadata
from links.net.requests import ending_within, use_dialler

TIMEOUT_SECONDS = 15.0  # for one answer
TOTAL_TIMEOUT_SECONDS = MAX_SEND_SECONDS  # for a whole delivery, of however many requests

# Apprise's services ask by the functions of Requests, which take no adapter.
use_dialler()

# What Apprise logs names hosts and parts of URLs. Its words reach us by its result, and are redacted there.
_logger = logging.getLogger("apprise")
_logger.propagate = False
_logger.addHandler(logging.NullHandler())

_ASSET = AppriseAsset(
    app_id="Holdfast",
    app_desc="Holdfast",
    app_url="",
    # Its thread pool is shared by all services, and a few that hang would block the rest.
    async_mode=False,
    service_timeout=0,
    # A redirected POST becomes a GET, which succeeds and delivers nothing.
    http_redirects=False,
)
# Programs, devices and logs of this very machine: a notice would count as delivered, and nobody would have seen it.
_LOCAL = frozenset({"blink1", "dbus", "gio", "glib", "gnome", "kde", "macosx", "qt", "syslog", "windows"})
_GRAVITIES = {
    Verdict.BROKEN: NotifyType.FAILURE,
    Verdict.AT_RISK: NotifyType.WARNING,
    Verdict.UNKNOWN: NotifyType.WARNING,
}


class AppriseChannel(Channel):
    def __init__(self, url: str) -> None:
        self._url = url

    @classmethod
    def from_setting(cls, values: Sequence[str]) -> list[Self]:
        return [cls(url) for url in values]

    @classmethod
    def check_setting(cls, values: Sequence[str]) -> list[CheckMessage]:
        """By number: such a URL is a secret as a whole."""
        found: list[CheckMessage] = []
        if broken := [str(number) for number, url in enumerate(values, start=1) if not is_valid(url)]:
            hint = "Compare it with the services in Apprise's documentation. A comma within a URL is written %2C."
            message = f"ALERT_URLS: Apprise does not understand no. {', '.join(broken)}."
            found.append(Error(message, hint=hint, id="holdfast.E006"))
        if never := [str(number) for number, url in enumerate(values, start=1) if is_metadata(find_host(url))]:
            hint = "Metadata services and link-local addresses are never connected to: nobody would be told."
            message = f"ALERT_URLS: no. {', '.join(never)} leads to a metadata service."
            found.append(Error(message, hint=hint, id="holdfast.E080"))
        return found

    @property
    def identity(self) -> str:
        return f"{self._scheme}:{self._fingerprint}"

    @property
    def label(self) -> str:
        return f"{self._scheme}://… ({self._fingerprint})"

    def deliver(self, message: Message) -> None:
        if self._service is None:
            raise DeliveryFailed.because(
                "This is no URL of a service that Apprise can reach. Correct it in ALERT_URLS."
            )
        with (
            ending_within(TOTAL_TIMEOUT_SECONDS) as requested,
            Apprise(self._service, asset=_ASSET).notify(
                title=disarm(message.subject, site.BASE_URL),
                body=disarm(f"{message.text}\n\nNotice {message.key}", site.BASE_URL),
                body_format=NotifyFormat.TEXT,
                notify_type=_weigh(message),
            ) as result,
        ):
            if not result:
                said = " ".join(entry.message for entry in result.logs())
                said = said or "The service did not take it."
                raise DeliveryFailed.because(said, _secrets_in(self._url), wait=requested.wait)

    @property
    def _scheme(self) -> str:
        scheme = re.match(r"[A-Za-z][A-Za-z0-9+.-]{0,30}(?=://)", self._url)
        return scheme[0].lower() if scheme else "apprise"

    @property
    def _fingerprint(self) -> str:
        return hashlib.sha256(self._url.encode()).hexdigest()[:12]

    @cached_property
    def _service(self) -> NotifyBase | None:
        """Kept for the channel's life: a service spaces its requests as its operator asks."""
        service = _try_to_read(self._url)
        if service is not None:
            # The URL may ask for redirects again.
            service.redirects = False
            # An "optional" service reports success when it failed.
            service.optional = False
            service.socket_connect_timeout = max(service.socket_connect_timeout, TIMEOUT_SECONDS)
            service.socket_read_timeout = max(service.socket_read_timeout, TIMEOUT_SECONDS)
            if service.overflow_mode is OverflowMode.UPSTREAM:
                service.overflow_mode = OverflowMode.TRUNCATE
        return service


def is_valid(url: str) -> bool:
    """Whether the URL is one of a service in the network, as far as that can be told without a connection."""
    return _try_to_read(url) is not None


def find_host(url: str) -> str:
    """The host that the URL names by itself; "" for what is no URL, or is of a service with a host of its own."""
    service = _try_to_read(url)
    return str(getattr(service, "host", "") or "")


def _try_to_read(url: str) -> NotifyBase | None:
    service = Apprise.instantiate(url, asset=_ASSET)
    return None if service is None or service.schema in _LOCAL else service


def _weigh(message: Message) -> NotifyType:
    if message.kind is NoticeKind.RESOLVED:
        return NotifyType.SUCCESS
    return _GRAVITIES.get(message.gravity, NotifyType.INFO) if message.gravity else NotifyType.INFO


def _secrets_in(url: str) -> list[str]:
    """Every part of the URL but its scheme, longest first, as it stands and decoded."""
    parts = {part for part in re.split(r"[/?#&=@:]+", url)[1:] if len(part) > 3}
    return sorted(parts | {unquote(part) for part in parts}, key=len, reverse=True)
