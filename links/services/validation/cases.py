"""A link on its way through one validation, and what came of it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self
from uuid import UUID

from links.domain.incidents import find_store
from links.domain.judging.facts import Facts
from links.domain.judging.verdicts import Judgement
from links.domain.signed_urls.reading import SignedUrl
from links.domain.stores.answers import Answer
from links.models import ShareLink

Clock = Callable[[], datetime]

# What a validation asks of a link and writes to it; nothing of what customers and staff say, and no token.
_READ = (
    *(
        "encryption_id",
        "delivery",
        "bucket",
        "object_key",
        "filename",
        "version_id",
        "follows_latest",
        "object_made_at",
    ),
    *("url", "url_hash", "host", "access_key_id", "signature_ends_at", "site", "import_batch"),
    *("created_at", "promised_until", "due_at", "lease_id", "leased_until", "claim_count"),
    *("etag", "size", "verdict", "findings", "fails_at", "validated_at", "worked_at", "unknown_streak"),
)


def read_leased(lease: UUID) -> list[ShareLink]:
    """The links of this lease, in the order of their numbers; each of their buckets and keys is read once."""
    leased = ShareLink.objects.filter(lease_id=lease).order_by("pk")
    return list(leased.only(*_READ).prefetch_related("bucket__key"))


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """One link's validation."""

    link: ShareLink
    judgement: Judgement
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class Case:
    """A link on its way through one validation. `url` is a bearer secret, and empty where nothing could be signed."""

    link: ShareLink
    facts: Facts
    url: str = field(repr=False)
    answer: Answer | None = None

    @property
    def store(self) -> str:
        return find_store(self.facts.bucket, self.link.host)

    def take_url(self, text: str, signed: SignedUrl) -> Self:
        """The same, to be asked with this URL."""
        return replace(self, url=text, facts=replace(self.facts, url=signed))

    def __repr__(self) -> str:
        return f"<case of link {self.link.pk}>"
