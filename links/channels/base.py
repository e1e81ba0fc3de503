"""A notice's way out. A channel is given plain values, never a row, and either hands them over or says why not.

A new channel is one file with a subclass of `Channel` and a `channels()` that reads its setting, and one line in
`links.channels.configured`. It may block, within time-outs of its own: who calls it gives it a thread.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from links.domain.errors import Unavailable
from links.domain.findings import Verdict
from links.domain.incidents import NoticeKind
from links.domain.reasons import Reason
from links.lib.redaction import redact


@dataclass(frozen=True, slots=True)
class Message:
    """What is said. `key` stays the same however often one notice is tried, so that a repeat can be recognised."""

    key: str
    subject: str
    text: str
    kind: NoticeKind
    gravity: Verdict


class DeliveryFailed(Unavailable):
    """The channel did not take the message; another attempt may succeed."""

    @classmethod
    def because(cls, reason: str, secrets: Iterable[str] = ()) -> Self:
        """`reason` may be the words of a stranger; what is kept of it is safe to store and to show."""
        return cls(Reason.DELIVERY_FAILED, reason=redact(reason, [secret for secret in secrets if secret]))

    @property
    def detail(self) -> str:
        return str(self.params.get("reason", ""))


class Channel(ABC):
    @property
    @abstractmethod
    def identity(self) -> str:
        """What notices are addressed to: the same after every restart, at most 100 characters, never a secret."""

    @property
    @abstractmethod
    def label(self) -> str:
        """What staff call it; never a secret."""

    @abstractmethod
    def deliver(self, message: Message) -> None:
        """Return once the other side has taken the message. Raises DeliveryFailed."""
