"""A notice's way out: given plain values, never a row. `links.channels.base` says how to add one."""

from collections.abc import Sequence

from links.channels import apprise, mail
from links.channels.base import Channel, DeliveryFailed, Message

__all__ = ["Channel", "DeliveryFailed", "Message", "configured"]


def configured(mails: Sequence[str], urls: Sequence[str]) -> list[Channel]:
    """Every channel that the settings ask for, each once. Opens no connection."""
    channels: list[Channel] = [
        *mail.channels(mails),
        *apprise.channels(urls),
    ]
    return list({channel.identity: channel for channel in channels}.values())
