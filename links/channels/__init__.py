"""Ways out for notices. `CHANNEL_SETTINGS` names each; `links.channels.base` says what a channel has to do."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.module_loading import import_string

from links.channels.base import Channel, DeliveryFailed, Message
from links.conf import site

__all__ = ["CHANNEL_SETTINGS", "Channel", "ChannelSetting", "DeliveryFailed", "Message", "configured", "is_configured"]


@dataclass(frozen=True, slots=True)
class ChannelSetting:
    """A setting, a list of texts, that asks for channels of one class."""

    name: str
    holds: str  # what its values are, for whoever has to set it
    class_path: str  # imported only where the setting has a value: Apprise alone takes a second

    def read(self) -> Sequence[str]:
        return list(getattr(site, self.name))

    def load(self) -> type[Channel]:
        return import_string(self.class_path)  # type: ignore[no-any-return]


# The notices, the system checks and the demo go by this list.
CHANNEL_SETTINGS = (
    ChannelSetting("ALERT_MAILS", "mail addresses", "links.channels.mail.MailChannel"),
    ChannelSetting(
        "ALERT_URLS",
        "Apprise URLs (Slack, Teams, webhooks and many more)",
        "links.channels.apprise.AppriseChannel",
    ),
)


def is_configured() -> bool:
    """Whether anybody is told: asked without making a channel."""
    return any(setting.read() for setting in CHANNEL_SETTINGS)


def configured() -> list[Channel]:
    """Every channel that the settings ask for, each once. Opens no connection."""
    channels = [
        channel
        for setting in CHANNEL_SETTINGS
        if (values := setting.read())
        for channel in setting.load().from_setting(values)
    ]
    return list({channel.identity: channel for channel in channels}.values())
