"""A link on its way through one validation, and what came of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from links.domain.incidents import find_store
from links.domain.judging.facts import Facts
from links.domain.judging.verdicts import Judgement
from links.domain.signed_urls.reading import SignedUrl
from links.domain.stores.answers import Answer
from links.models import ShareLink

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """One link's validation."""

    link: ShareLink
    judgement: Judgement
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class Case:
    """A link on its way through one validation. `url` is empty where nothing could be signed."""

    link: ShareLink
    facts: Facts
    url: str
    answer: Answer | None = None

    @property
    def store(self) -> str:
        return find_store(self.facts.bucket, self.link.host)

    def take_url(self, text: str, signed: SignedUrl) -> Self:
        """The same, to be asked with this URL."""
        return replace(self, url=text, facts=replace(self.facts, url=signed))

    def __repr__(self) -> str:
        return f"<case of link {self.link.pk}>"
