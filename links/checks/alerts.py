"""Checks of the ways that alerts take."""

from collections.abc import Sequence

from django.core import checks
from django.core.checks import CheckMessage, Error

from links.channels import ChannelSetting
from links.domain.errors import Unreadable
from links.domain.signed_urls.url_parts import split


def check_limit(per_hour: int) -> list[CheckMessage]:
    if per_hour > 0:
        return []
    hint = "Write how many messages an hour an alert channel may get, as in 10; what is beyond them comes in digests."
    return [Error("ALERTS_PER_HOUR is not above 0.", hint=hint, id="holdfast.E083")]


def check_channels(channel_settings: Sequence[ChannelSetting]) -> list[CheckMessage]:
    """Whether anybody can be told, and what each channel finds wrong with its own setting."""
    configured = [setting for setting in channel_settings if setting.read()]
    if not configured:
        hint = f"Set {' or '.join(f'{setting.name} to {setting.holds}' for setting in channel_settings)}."
        return [checks.Warning("No alert channel: incidents are told to nobody.", hint=hint, id="holdfast.W003")]
    return [found for setting in configured for found in setting.load().check_setting(setting.read())]


def check_mail_backend(mails: Sequence[str], backend: str) -> list[CheckMessage]:
    if not mails or backend.rpartition(".")[0].rpartition(".")[2] not in ("console", "dummy", "locmem"):
        return []
    hint = "Set EMAIL_URL to your mail server, as in smtp+tls://user:password@mail.example.com:587"
    return [checks.Warning("ALERT_MAILS is set, but no mail leaves this machine.", hint=hint, id="holdfast.W004")]


def check_monitor(url: str) -> list[CheckMessage]:
    """The URL is a secret, and is not repeated."""
    try:
        if url:
            split(url)
    except Unreadable:
        hint = "Write the whole address, as in https://hc-ping.com/your-uuid; no redirect is followed."
        return [Error("MONITOR_URL is no http or https address.", hint=hint, id="holdfast.E014")]
    return []
