"""Arithmetic before a store's word: what the URL's own dates and the store's own clock disprove is not the reason."""

from datetime import datetime

from links.domain.findings import Code, Finding
from links.domain.judging.causes.refusals import Refusal
from links.domain.signed_urls.reading import MAX_SIGNATURE_LIFETIME
from links.domain.stores import refusal_words
from links.domain.stores.answers import CLOCK_WARNING

_TOO_FAR = "RequestTimeTooSkewed"


def find_contradiction(refusal: Refusal) -> Finding | None:
    """Only by the store's own clock: ours may be the one that is wrong. A URL that we sign at each click is told of
    nothing by its dates."""
    if refusal.stable:
        return None
    claim = _find_false_claim(refusal)
    if not claim:
        return None
    moments = {
        "starts_at": refusal.url.signed_at,
        "ends_at": refusal.url.expires_at,
        "clock_at": refusal.answer.clock,
    }
    times = {name: moment.isoformat() for name, moment in moments.items() if moment}
    return refusal.broken(Code.REASON_CONTRADICTED, claim=claim, seconds=str(refusal.url.lifetime or ""), **times)


def _find_false_claim(refusal: Refusal) -> str:
    url, clock = refusal.url, refusal.answer.clock
    if refusal.answer.says("less than a week", "604800"):
        is_short = url.lifetime is not None and 0 <= url.lifetime < MAX_SIGNATURE_LIFETIME.total_seconds()
        return "excess" if is_short else ""
    if clock is None:
        return ""
    is_end = refusal.code == refusal_words.ENDED or (refusal.code == refusal_words.TOKEN_ENDED and not refusal.token)
    if is_end and not refusal.token:
        return "ended" if _is_to_come(url.expires_at, clock) else ""
    if refusal.code == refusal_words.EARLY:
        return "early" if _has_begun(url.signed_at, clock) else ""
    in_time = _has_begun(url.signed_at, clock) and _is_to_come(url.expires_at, clock)
    return "skew" if refusal.code == _TOO_FAR and in_time else ""


def _is_to_come(moment: datetime | None, clock: datetime) -> bool:
    return moment is not None and moment - clock >= CLOCK_WARNING


def _has_begun(moment: datetime | None, clock: datetime) -> bool:
    return moment is not None and moment <= clock
