"""What the clocks of signer, store and this server tell of each other."""

from datetime import timedelta

from links.domain.findings import Code, Finding, Verdict
from links.domain.judging.facts import Delivery
from links.domain.judging.foresight.cases import Case
from links.domain.signed_urls.reading import SignedUrl
from links.domain.stores.answers import Answer

MOST_ZONE = timedelta(hours=14)  # the farthest that any place's own time is ahead of UTC
CLOCK_TOLERANCE = timedelta(minutes=5)


def find_early_signature(case: Case) -> Finding | None:
    """Of a URL that somebody has. A stable link's was signed by us a moment ago."""
    if case.facts.delivery is Delivery.STABLE:
        return None
    if case.url.signed_at is None or case.url.signed_at <= case.now + CLOCK_TOLERANCE or case.served:
        return None
    ahead = case.url.signed_at - case.now
    params = {"whose": "signer", "starts_at": case.url.signed_at.isoformat()}
    if ahead <= MOST_ZONE:
        params |= {"zone": "yes", "seconds": str(int(ahead.total_seconds()))}
    return Finding(Code.CLOCK_SKEW, Verdict.AT_RISK, None, params)


def find_clock_difference(case: Case) -> Finding | None:
    if case.answer is None or case.answer.shifted is None:
        return None
    return Finding(Code.CLOCK_SKEW, Verdict.AT_RISK, None, describe_clocks(case.answer, case.url))


def describe_clocks(answer: Answer, url: SignedUrl) -> dict[str, str]:
    """By how much our clock and the store's differ, where that was measured."""
    skew = answer.shifted
    if skew is None:
        return {"whose": "ours"}
    side = "behind" if skew > timedelta() else "ahead"
    return {"whose": "ours", "side": side, "seconds": str(int(abs(skew).total_seconds())), "host": url.host}
