"""How tests foresee."""

from datetime import timedelta

from links.domain.findings import Code, Finding
from links.domain.judging.facts import Delivery, Facts, FileFacts
from links.domain.judging.foresight import foresee
from links.domain.stores.answers import Answer
from tests.domain.builders import NOW, facts, v4

DAY = timedelta(days=1)


def foreseen(case: Facts, answer: Answer | None = None) -> dict[Code, Finding]:
    return {finding.code: finding for finding in foresee(case, answer, NOW)}


FILE = FileFacts(etag='"17a5"', size=10, made_at=NOW)


STABLE = facts(v4(lifetime=180), Delivery.STABLE, file=FILE)
