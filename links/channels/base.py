"""A notice's way out. A channel is given plain values, never a row, and either hands them over or says why not.

A new channel is a module with a subclass of `Channel`, which makes its channels from a setting of its own and checks
that setting; one entry in `links.channels.CHANNEL_SETTINGS`; the setting itself in `config/settings.py`, and its row in
the README. `docs/how-to/add-a-channel.md` goes through it.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from django.core.checks import CheckMessage

from links.domain.errors import Unavailable
from links.domain.findings import Verdict
from links.domain.incidents import NoticeKind
from links.domain.reasons import Reason
from links.lib.redaction import redact

# In which a channel's `deliver` is over. A process that gives no sign of life is waited for longer than that before
# somebody else sends what it was sending (links.services.signs_of_life).
MAX_SEND_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Message:
    """What is said. `key` stays the same however often one message is tried, so that a repeat can be recognised. `kind`
    and `gravity` are None where it is about no incident."""

    key: str
    subject: str
    text: str
    kind: NoticeKind | None = None
    gravity: Verdict | None = None


class DeliveryFailed(Unavailable):
    """The channel did not take the message; another attempt may succeed. `wait` is how long the other side asks to be
    left alone, None where it did not say: until then nothing is sent through this channel."""

    wait: timedelta | None = None

    @classmethod
    def because(cls, reason: str, secrets: Iterable[str] = (), *, wait: timedelta | None = None) -> Self:
        """`reason` may be the words of a stranger; what is kept of it is safe to store and to show."""
        failed = cls(Reason.DELIVERY_FAILED, reason=redact(reason, [secret for secret in secrets if secret]))
        failed.wait = wait
        return failed

    @property
    def detail(self) -> str:
        return str(self.params.get("reason", ""))


class Channel(ABC):
    """Made from the values of one setting. Its `deliver` runs in a thread of its own, which touches no row."""

    @classmethod
    @abstractmethod
    def from_setting(cls, values: Sequence[str]) -> Sequence["Channel"]:
        """The channels that these values of the setting ask for; at least one value. Opens no connection."""

    @classmethod
    @abstractmethod
    def check_setting(cls, values: Sequence[str]) -> list[CheckMessage]:
        """What is wrong with these values, for `manage.py check`. A value that is a secret is named by its number."""

    @property
    @abstractmethod
    def identity(self) -> str:
        """What notices are addressed to: the same after every restart, at most 100 characters, never a secret."""

    @property
    def language(self) -> str:
        """In which its readers are told; "" is that of the site's alerts, `ALERT_LANGUAGE`."""
        return ""

    @property
    @abstractmethod
    def label(self) -> str:
        """What staff call it; never a secret."""

    @abstractmethod
    def deliver(self, message: Message) -> None:
        """Return once the other side has taken the message. Raises DeliveryFailed.

        It may block, for `MAX_SEND_SECONDS` at most: what takes longer may be sent twice.
        """
