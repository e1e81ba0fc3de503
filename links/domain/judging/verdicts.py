"""The judgement: what a link's facts, a store's answer and the clock add up to."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from links.domain.credentials import KeyState
from links.domain.findings import Code, Finding, Subject, Verdict, find_worst_verdict, first_failure
from links.domain.judging.causes import explain
from links.domain.judging.cures import mark_signed_elsewhere
from links.domain.judging.facts import Delivery, Facts, Obstacle
from links.domain.judging.foresight import foresee
from links.domain.judging.resolution import Check, find_passed, is_explained, is_over
from links.domain.link_state import has_ended
from links.domain.signed_urls.reading import Style
from links.domain.stores.answers import CLOCK_WARNING, Answer
from links.domain.stores.clocks import is_about_our_clock


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict and every finding behind it, the gravest first; and what was shown to be in order, or read."""

    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    passed: frozenset[Check] = field(default=frozenset(), compare=False)

    @property
    def fails_at(self) -> datetime | None:
        return first_failure(self.findings)

    @property
    def is_inconclusive(self) -> bool:
        return any(finding.verdict is Verdict.UNKNOWN for finding in self.findings)

    def ends(self, known: Finding, now: datetime) -> bool:
        """Whether a cause that was known before, and was not found again, is over. A promise that is over is affected
        by nothing any more, and what is healthy by nothing at all."""
        if self.verdict is Verdict.ENDED or (self.verdict is Verdict.HEALTHY and not self.passed):
            return True
        return is_over(known, self.findings, self.passed, now)


# The end of a thing makes the warning of that end superfluous, and a reason the refusal without one.
_SUPERSEDES: dict[Code, frozenset[Code]] = {
    Code.SIGNED_WRONG: frozenset({Code.MIXED_CREDENTIALS}),
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
    if facts.promised_until is not None and has_ended(facts.promised_until, now):
        return Judgement(Verdict.ENDED)
    # Why nothing could be signed, or nothing was served; and else what can be known before it happens.
    cause = _blame(facts.obstacle, facts) if facts.obstacle else explain(facts, answer, now) if answer else None
    findings = [cause] if cause else []
    if facts.obstacle is None:
        findings = _drop_superseded([*findings, *foresee(facts, answer, now)])
    passed = find_passed(facts, answer, cause)
    ordered = _put_in_order(mark_signed_elsewhere(finding, facts.delivery) for finding in findings)
    # A URL without a signature that we can read gives nothing to judge, and nothing to be called healthy.
    is_readable = facts.url is not None and facts.url.style not in (Style.UNSIGNED, Style.OTHER)
    if not ordered and not (answer.served if answer else is_readable):
        return Judgement(Verdict.UNKNOWN, (), passed)
    return Judgement(find_worst_verdict(ordered), ordered, passed)


def settle_clocks(judgement: Judgement, offset: timedelta | None, skew: timedelta | None) -> Judgement:
    """What a judgement says of clocks, once ours was compared with more than one store's: `offset` is how far the right
    time is ahead of our clock, None where nobody tells; `skew` how far this store's is.

    What a wrong clock of ours signs is refused, and that tells nothing of the link. Where ours is right, or wrong by
    something else, it is the store's clock that differs.
    """
    ours = [finding for finding in judgement.findings if is_about_our_clock(finding)]
    is_ours = offset is None or (offset != timedelta() and (skew is None or abs(skew - offset) < CLOCK_WARNING))
    change = _make_unknown if is_ours else _blame_store
    findings = _put_in_order(change(each) if each in ours else each for each in judgement.findings)
    return replace(judgement, verdict=find_worst_verdict(findings), findings=findings) if ours else judgement


def _make_unknown(finding: Finding) -> Finding:
    return replace(finding, verdict=Verdict.UNKNOWN) if finding.verdict is Verdict.BROKEN else finding


def _blame_store(finding: Finding) -> Finding:
    opposite = {"behind": "ahead", "ahead": "behind"}
    side = opposite.get(finding.params.get("side", ""), "")
    return replace(finding, params={**finding.params, "whose": "store", "side": side})


def remember(known: Iterable[Finding], before: Verdict | None, judgement: Judgement, now: datetime) -> Judgement:
    """What holds of the link now: what was found, and what was known before and is not over, because something else
    kept it from being asked about; `unasked_since` tells since when. `before` is the link's former verdict.

    A fault of this site says nothing of a link that could not be asked about: its verdict stays what it was.
    """
    if judgement.verdict is Verdict.ENDED:
        return judgement
    lasting = [each for each in known if not judgement.ends(each, now)]
    sure = {each.code for each in lasting if not each.alternatives}
    fresh = [each for each in judgement.findings if not (_is_fault_of_the_site(each) or is_explained(each, sure))]
    found = {each.code for each in fresh}
    kept = [
        replace(each, params={"unasked_since": now.isoformat(), **each.params})
        for each in lasting
        if each.code not in found
    ]
    standing = _put_in_order([*fresh, *kept])
    if standing or judgement.verdict is Verdict.HEALTHY or Check.SERVED in judgement.passed:
        return replace(judgement, verdict=find_worst_verdict(standing), findings=standing)
    is_sites_fault = bool(judgement.findings) and before not in (None, Verdict.ENDED)
    return replace(judgement, verdict=before if before and is_sites_fault else Verdict.UNKNOWN, findings=())


def _is_fault_of_the_site(finding: Finding) -> bool:
    is_unsure = finding.verdict is Verdict.UNKNOWN and finding.kind.subject is Subject.SITE
    return is_unsure or is_about_our_clock(finding)


def _put_in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda finding: _ORDER.index(finding.verdict)))


def _blame(obstacle: Obstacle, facts: Facts) -> Finding:
    """Nothing could be signed, so nobody who clicks gets anything: broken, until the key is known to be fine. A URL
    that was handed out needs nothing of ours to work; only we cannot read it, and so cannot tell."""
    params = {"reason": obstacle.reason}
    if facts.key is not None:
        params["access_key_id"] = facts.key.access_key_id
        if facts.key.state is KeyState.PENDING:
            params["state"] = facts.key.state.value
    verdict = Verdict.BROKEN if facts.delivery is Delivery.STABLE else Verdict.UNKNOWN
    return Finding(obstacle.code, verdict, None, params)


def _drop_superseded(findings: Iterable[Finding]) -> list[Finding]:
    """One finding per code, the first (the store's own word) before the foreseen; no warning of what has come."""
    first: dict[Code, Finding] = {}
    for finding in findings:
        first.setdefault(finding.code, finding)
    dropped = {code for finding in first.values() for code in _SUPERSEDES.get(finding.code, ())}
    return [finding for code, finding in first.items() if code not in dropped]
