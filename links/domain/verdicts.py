"""The judgement: what a link's facts, a store's answer and the clock add up to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from links.domain.answers import Answer
from links.domain.causes import explain
from links.domain.credentials import KeyState
from links.domain.facts import Facts, Obstacle
from links.domain.findings import Code, Finding, Verdict, first_bite, weigh
from links.domain.foresight import foresee
from links.domain.signed_urls import Style


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict and every finding behind it, the gravest first."""

    verdict: Verdict
    findings: tuple[Finding, ...] = ()

    @property
    def bites_at(self) -> datetime | None:
        return first_bite(self.findings)


# The end of a thing makes the warning of that end superfluous, and a reason the refusal without one.
_SUPERSEDES: dict[Code, frozenset[Code]] = {
    Code.TEMPORARY_CREDENTIALS_ENDED: frozenset({Code.TEMPORARY_CREDENTIALS, Code.SIGNATURE_ENDS_EARLY}),
    Code.SIGNATURE_ENDED: frozenset({Code.TEMPORARY_CREDENTIALS, Code.SIGNATURE_ENDS_EARLY}),
    Code.CLOUDFRONT_ENDED: frozenset({Code.CLOUDFRONT_ENDS_EARLY}),
    Code.CLOUDFRONT_STARTS_LATER: frozenset({Code.CLOUDFRONT_REFUSED}),
    Code.CLOUDFRONT_OTHER_ADDRESS: frozenset({Code.CLOUDFRONT_REFUSED}),
}
_ORDER = (Verdict.BROKEN, Verdict.AT_RISK, Verdict.UNKNOWN)


def judge(facts: Facts, answer: Answer | None, now: datetime) -> Judgement:
    """Judge one link. Without an answer only what can be read is judged, and `healthy` means no more than
    "nothing wrong to be seen". A promise that is over is `ended`, however the link fares."""
    if facts.promised_until is not None and now >= facts.promised_until:
        return Judgement(Verdict.ENDED)
    findings = _gather(facts, answer, now)
    ordered = sorted(findings, key=lambda finding: _ORDER.index(finding.verdict))
    if not ordered and not (answer.served if answer else _says_something(facts)):
        return Judgement(Verdict.UNKNOWN)
    return Judgement(weigh(ordered), tuple(ordered))


def _says_something(facts: Facts) -> bool:
    """A URL without a signature that we can read gives nothing to judge, and nothing to be called healthy."""
    return facts.url is not None and facts.url.style not in (Style.UNSIGNED, Style.OTHER)


def _gather(facts: Facts, answer: Answer | None, now: datetime) -> list[Finding]:
    if facts.obstacle is not None:
        return [_blame(facts.obstacle, facts)]
    cause = explain(facts, answer, now) if answer is not None else None
    foreseen = foresee(facts, answer, now)
    return _drop_superseded(([cause] if cause else []) + foreseen)


def _blame(obstacle: Obstacle, facts: Facts) -> Finding:
    """Nothing could be signed, so nobody who clicks gets anything: broken, until the key is known to be fine."""
    params = {"reason": obstacle.reason}
    if facts.key is not None:
        params["access_key_id"] = facts.key.access_key_id
        if facts.key.state is KeyState.PENDING:
            params["state"] = facts.key.state.value
    return Finding(obstacle.code, Verdict.BROKEN, None, params)


def _drop_superseded(findings: Iterable[Finding]) -> list[Finding]:
    """One finding per code, the first (the store's own word) before the foreseen; no warning of what has come."""
    first: dict[Code, Finding] = {}
    for finding in findings:
        first.setdefault(finding.code, finding)
    dropped = {code for finding in first.values() for code in _SUPERSEDES.get(finding.code, ())}
    return [finding for code, finding in first.items() if code not in dropped]
