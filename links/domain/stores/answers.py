"""What a store answered to one probe, as a value.

An answer never holds a body: AWS's `ExpiredToken` echoes the whole session token in it, and
`SignatureDoesNotMatch` the canonical request (docs/store-answers.md, section 1.2). `links.s3.probe` reads the few
elements that are safe and drops the rest.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

CLOCK_WARNING = timedelta(seconds=30)


class Trouble(StrEnum):
    """Why no HTTP answer came at all."""

    UNRESOLVED = "unresolved"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    RESET = "reset"
    FORBIDDEN = "forbidden"  # our own guard, as the next two: nobody allowed this host
    PRIVATE_ADDRESS = "private-address"  # the host is in a network of ours, and PROBE_ALLOWED_HOSTS does not name it
    FORBIDDEN_ADDRESS = "forbidden-address"  # a metadata service's, a link-local one, or nobody's
    NOT_ASKED = "not-asked"  # our own breaker: the store has been silent to others


OUR_REFUSALS = frozenset({Trouble.FORBIDDEN, Trouble.PRIVATE_ADDRESS, Trouble.FORBIDDEN_ADDRESS, Trouble.NOT_ASKED})
"""Nobody was asked."""


class Form(StrEnum):
    """In what a refusal was written."""

    NONE = "none"
    XML = "xml"
    JSON = "json"
    TEXT = "text"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class Echo:
    """What a store says that it calculated the signature of, where that is not what it was asked for. An empty field is
    the same, or was not told. `headers` and `query` are names, with commas; `query` is `order` where only that differs.
    `region`, `service` and `date` are those of the string to sign.
    """

    host: str = ""
    method: str = ""
    path: str = ""
    is_encoded_twice: bool = False
    headers: str = ""
    query: str = ""
    region: str = ""
    service: str = ""
    date: str = ""

    @property
    def is_same(self) -> bool:
        return self == Echo()


@dataclass(frozen=True, slots=True)
class Answer:
    """One probe's outcome. Times are aware UTC; `size` is the whole object's size in bytes.

    `served` is true only when at least one byte of the object came (206, or 200 with `Content-Range`),
    or a 416 said that the object is empty. `code` is a store's own; what anything else that answers in JSON calls its
    refusal is its `label`. `intermediary` is what names itself in the answer and is no store.
    """

    status: int | None = None
    trouble: Trouble | None = None
    code: str = ""
    label: str = ""
    message: str = ""
    form: Form = Form.NONE
    served: bool = False
    asked_at: datetime | None = None
    date: datetime | None = None
    store_time: datetime | None = None  # ServerTime, in the answer's body
    argument: str = ""  # ArgumentName: what the store takes exception to
    unsigned_headers: str = ""  # HeadersNotSigned
    echo: Echo | None = None
    intermediary: str = ""
    region: str = ""
    location_host: str = ""
    delete_marker: bool = False
    etag: str = ""
    size: int | None = None
    version_id: str = ""
    storage_class: str = ""
    content_type: str = ""
    server: str = ""
    expires_at: datetime | None = None  # x-amz-expiration: a lifecycle rule deletes the object then
    expiry_rule: str = ""
    restored_until: datetime | None = None  # x-amz-restore: the restored copy ends then
    certificate_ends_at: datetime | None = None
    took_ms: int = 0

    @property
    def skew(self) -> timedelta | None:
        """How far the store's clock is ahead of ours; None where it sent no `Date`."""
        if self.date is None or self.asked_at is None:
            return None
        return self.date - self.asked_at

    @property
    def shifted(self) -> timedelta | None:
        """The skew where it is too great to be the way's delay, or a second's rounding."""
        return self.skew if self.skew is not None and abs(self.skew) >= CLOCK_WARNING else None

    @property
    def clock(self) -> datetime | None:
        """What time it was by the store itself: the later of what its body and its headers say, so that a kept answer
        does not turn the clock back."""
        return max((moment for moment in (self.date, self.store_time) if moment), default=None)

    def says(self, *phrases: str) -> bool:
        message = self.message.casefold()
        return any(phrase in message for phrase in phrases)
