"""A case: one URL before the judge."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from links.domain.findings import Finding, Verdict
from links.domain.judging.facts import Facts
from links.domain.signed_urls.reading import SignedUrl
from links.domain.stores.answers import Answer


@dataclass(frozen=True, slots=True)
class Case:
    """One URL before the judge: what is known of it, the store's answer where there was one, and the clock."""

    facts: Facts
    url: SignedUrl
    answer: Answer | None
    now: datetime

    @property
    def served(self) -> bool:
        return self.answer is not None and self.answer.served

    @property
    def unless_served(self) -> Verdict:
        return Verdict.AT_RISK if self.served else Verdict.BROKEN


Rule = Callable[[Case], Finding | None]


def within_promise(moment: datetime | None, facts: Facts) -> datetime | None:
    beyond = moment is None or (facts.promised_until is not None and moment >= facts.promised_until)
    return None if beyond else moment
