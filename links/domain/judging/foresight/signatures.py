"""What a URL shows of its signature: its end, its kind, and whether it is whole."""

from datetime import timedelta

from links.domain.findings import Code, Finding, Verdict
from links.domain.judging.facts import Delivery, Facts
from links.domain.judging.foresight.addresses import is_refused_as_sigv2
from links.domain.judging.foresight.cases import Case, within_promise
from links.domain.judging.foresight.requests import is_form, is_of_upload
from links.domain.signed_urls.flaws import join_changes
from links.domain.signed_urls.reading import MAX_SIGNATURE_LIFETIME, SignedUrl, Style

_FIRST_MOMENT = 1_142_294_400  # S3's first day, in seconds since 1970
WRONG_ZONE = timedelta(hours=12)  # how far behind a clock is at most that takes its own zone's time for UTC


def find_excess(case: Case) -> Finding | None:
    """Google allows seven days as S3 does (Cloud Storage manual, "Signed URLs")."""
    is_google, seconds = case.url.flavour == "google-v4", case.url.lifetime
    if not (case.url.style is Style.SIGV4 or is_google) or seconds is None:
        return None
    if seconds <= MAX_SIGNATURE_LIFETIME.total_seconds():
        return None
    params = {"seconds": str(seconds), "store": "google"} if is_google else {"seconds": str(seconds)}
    params["meant"] = _guess_unit(seconds)
    return Finding(Code.LONGER_THAN_SEVEN_DAYS, case.unless_served, None, params)


def _guess_unit(seconds: int) -> str:
    """Programs write milliseconds, or the moment of the end, where S3 reads a number of seconds."""
    if seconds >= _FIRST_MOMENT:
        return "moment"
    is_quarters_of_hours = seconds % 900_000 == 0 and seconds <= MAX_SIGNATURE_LIFETIME.total_seconds() * 1_000
    return "milliseconds" if is_quarters_of_hours else ""


def find_end(case: Case) -> Finding | None:
    """A stable link's URL is signed for minutes and signed again at each click: its end is nobody's."""
    if case.facts.delivery is Delivery.STABLE or case.url.expires_at is None:
        return None
    if case.url.expires_at <= case.now:
        # A store that serves it all the same is lenient, or our clock is ahead: it lives, but on nobody's word.
        asked_at = case.answer.asked_at if case.answer else None
        lenient = case.served and (asked_at is None or asked_at >= case.url.expires_at)
        return build_end_finding(case.facts, case.url, Verdict.AT_RISK if lenient else Verdict.BROKEN)
    if case.facts.promised_until is not None and case.url.expires_at < case.facts.promised_until:
        early = Code.CLOUDFRONT_ENDS_EARLY if is_cloudfront(case.url) else Code.SIGNATURE_ENDS_EARLY
        return Finding(early, Verdict.AT_RISK, case.url.expires_at, {"ends_at": case.url.expires_at.isoformat()})
    return None


def build_end_finding(facts: Facts, url: SignedUrl, verdict: Verdict, **params: str) -> Finding:
    """That the end which a URL states has come. One that had ended when it was first seen may never have worked:
    signed by a clock that is behind."""
    ended = Code.CLOUDFRONT_ENDED if is_cloudfront(url) else Code.SIGNATURE_ENDED
    if url.expires_at is not None:
        params["ended_at"] = url.expires_at.isoformat()
    if facts.seen_at and url.signed_at and url.expires_at and url.expires_at <= facts.seen_at:
        behind = facts.seen_at - url.signed_at
        if facts.delivery is Delivery.FOREIGN and behind <= WRONG_ZONE:
            params |= {"one_of": Code.CLOCK_SKEW.value, "seconds": str(int(behind.total_seconds()))}
    return Finding(ended, verdict, within_promise(url.expires_at, facts), params)


def is_cloudfront(url: SignedUrl) -> bool:
    return url.style is Style.CLOUDFRONT


def find_legacy_style(case: Case) -> Finding | None:
    if case.url.style is not Style.SIGV2:
        return None
    region = case.url.store.region
    if is_refused_as_sigv2(case.url):
        return Finding(Code.LEGACY_SIGNATURE, case.unless_served, None, {"region": region})
    return Finding(Code.LEGACY_SIGNATURE, Verdict.AT_RISK)


def find_change(case: Case) -> Finding | None:
    """Any parameter is part of what SigV4 signs, so one that no signer writes was likely added on the way."""
    if case.served or is_form(case.url):
        return None
    if case.url.flaws:
        return Finding(Code.URL_CHANGED, Verdict.BROKEN, None, {"what": join_changes(case.url.flaws)})
    if case.url.strangers:
        return Finding(
            Code.URL_CHANGED, Verdict.AT_RISK, None, {"what": join_changes((), case.url.strangers), "guessed": "yes"}
        )
    return None


def find_signed_headers(case: Case) -> Finding | None:
    if not case.url.unsent:
        return None
    params = {"headers": ", ".join(case.url.unsent), "upload": "yes" if is_of_upload(case.url) else ""}
    return Finding(Code.HEADERS_SIGNED, case.unless_served, None, params)
