"""What is wrong with a link before any store is asked, or although it still serves: the findings that can be
foreseen. One rule, one finding; each is a pure function of facts, the answer if there was one, and the clock.

What an answer proves outweighs what a rule expects: a URL that was just served is not broken, whatever its shape.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from links.domain.answers import Answer
from links.domain.credentials import CallerKind, KeyState
from links.domain.facts import Delivery, Facts
from links.domain.findings import Code, Finding, Verdict
from links.domain.signed_urls import LONGEST_SIGNATURE, SignedUrl, Style

# The longest session that AWS gives: GetSessionToken and GetFederationToken, 129,600 s (AWS STS API reference).
LONGEST_SESSION = timedelta(hours=36)
CERTIFICATE_WARNING = timedelta(days=7)
CLOCK_TOLERANCE = timedelta(minutes=5)


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


def foresee(facts: Facts, answer: Answer | None, now: datetime) -> list[Finding]:
    """Every finding that the facts support; none where there is no URL to read."""
    if facts.url is None:
        return []
    case = Case(facts, facts.url, answer, now)
    found = (rule(case) for rule in _RULES)
    return [finding for finding in found if finding is not None]


def token_ends_by(case: Case) -> datetime | None:
    """The latest moment to which a URL with a session token can work, or None where that is not known.

    On AWS no session outlives 36 hours, counted from the signature or, where the URL does not say when that
    was (SigV2), from when the URL was first seen. Elsewhere only the signature's own end is sure.
    """
    ends = [case.url.expires_at] if case.url.expires_at else []
    if case.url.is_aws:
        ends.append((case.url.signed_at or case.facts.seen_at or case.now) + LONGEST_SESSION)
    latest = min(ends, default=None)
    return None if latest is None or (case.served and latest <= case.now) else latest


def _within_promise(moment: datetime | None, facts: Facts) -> datetime | None:
    beyond = moment is None or (facts.promised_until is not None and moment >= facts.promised_until)
    return None if beyond else moment


def _temporary_credentials(case: Case) -> Finding | None:
    if not case.url.token or case.url.has_long_lived_id:
        return None
    latest = token_ends_by(case)
    params = {"access_key_id": case.url.access_key_id}
    return Finding(Code.TEMPORARY_CREDENTIALS, Verdict.AT_RISK, _within_promise(latest, case.facts), params)


def _mixed_credentials(case: Case) -> Finding | None:
    if not (case.url.token and case.url.has_long_lived_id):
        return None
    return Finding(Code.MIXED_CREDENTIALS, case.unless_served, None, {"access_key_id": case.url.access_key_id})


def _temporary_key(case: Case) -> Finding | None:
    if case.url.token or not case.url.has_temporary_id:
        return None
    params = {"access_key_id": case.url.access_key_id}
    return Finding(Code.TEMPORARY_KEY_WITHOUT_TOKEN, case.unless_served, None, params)


def _longer_than_seven_days(case: Case) -> Finding | None:
    if (
        case.url.style is not Style.SIGV4
        or case.url.lifetime is None
        or case.url.lifetime <= LONGEST_SIGNATURE.total_seconds()
    ):
        return None
    return Finding(Code.LONGER_THAN_SEVEN_DAYS, case.unless_served, None, {"seconds": str(case.url.lifetime)})


def _signature_end(case: Case) -> Finding | None:
    """A stable link's URL is signed for minutes and signed again at each click: its end is nobody's."""
    if case.facts.delivery is Delivery.STABLE or case.url.expires_at is None:
        return None
    cloudfront = case.url.style is Style.CLOUDFRONT
    if case.url.expires_at <= case.now:
        ended = Code.CLOUDFRONT_ENDED if cloudfront else Code.SIGNATURE_ENDED
        # A store that serves it all the same is lenient, or our clock is ahead: it lives, but on nobody's word.
        return Finding(ended, case.unless_served, case.url.expires_at, {"ended_at": case.url.expires_at.isoformat()})
    if case.facts.promised_until is not None and case.url.expires_at < case.facts.promised_until:
        early = Code.CLOUDFRONT_ENDS_EARLY if cloudfront else Code.SIGNATURE_ENDS_EARLY
        return Finding(early, Verdict.AT_RISK, case.url.expires_at, {"ends_at": case.url.expires_at.isoformat()})
    return None


def _legacy_signature(case: Case) -> Finding | None:
    return Finding(Code.LEGACY_SIGNATURE, Verdict.AT_RISK) if case.url.style is Style.SIGV2 else None


def _url_changed(case: Case) -> Finding | None:
    """Any parameter is part of what SigV4 signs, so one that no signer writes was likely added on the way."""
    if case.served:
        return None
    if case.url.flaws:
        return Finding(Code.URL_CHANGED, Verdict.BROKEN, None, {"what": ", ".join(case.url.flaws)})
    if case.url.strangers and case.url.style is Style.SIGV4:
        return Finding(Code.URL_CHANGED, Verdict.AT_RISK, None, {"what": ", ".join(case.url.strangers)})
    return None


def _signed_in_the_future(case: Case) -> Finding | None:
    if case.url.signed_at is None or case.url.signed_at <= case.now + CLOCK_TOLERANCE or case.served:
        return None
    params = {"whose": "signer", "starts_at": case.url.signed_at.isoformat()}
    return Finding(Code.CLOCK_SKEW, Verdict.AT_RISK, None, params)


def _key_refused(case: Case) -> Finding | None:
    key = case.facts.key
    if key is None or key.state is not KeyState.REFUSED or not case.facts.signed_by_own_key:
        return None
    if key.caller is CallerKind.ROOT:
        return Finding(Code.ROOT_KEY, Verdict.AT_RISK, None, {"access_key_id": key.access_key_id})
    if key.caller in (CallerKind.ROLE, CallerKind.FEDERATED_USER):
        return Finding(Code.NOT_AN_IAM_USER, Verdict.AT_RISK, None, {"access_key_id": key.access_key_id})
    return None


def _rotation_due(case: Case) -> Finding | None:
    """Only URLs that were handed out die with their key; a stable link is signed by whatever key comes next."""
    if case.facts.delivery is not Delivery.PRESIGNED or case.facts.key is None or not case.facts.signed_by_own_key:
        return None
    rotates_at = _within_promise(case.facts.key.rotates_at, case.facts)
    if rotates_at is None or (case.url.expires_at and case.url.expires_at <= rotates_at):
        return None
    return Finding(Code.ROTATION_DUE, Verdict.AT_RISK, rotates_at, {"access_key_id": case.url.access_key_id})


def _lifecycle_deletes(case: Case) -> Finding | None:
    deletes_at = _within_promise(case.answer.expires_at if case.answer else None, case.facts)
    if deletes_at is None or case.answer is None:
        return None
    params = {"rule": case.answer.expiry_rule, "object": case.facts.object_key}
    return Finding(Code.LIFECYCLE_DELETES, Verdict.AT_RISK, deletes_at, params)


def _restore_ends(case: Case) -> Finding | None:
    ends_at = _within_promise(case.answer.restored_until if case.answer else None, case.facts)
    return Finding(Code.RESTORE_ENDS, Verdict.AT_RISK, ends_at, {"object": case.facts.object_key}) if ends_at else None


def _certificate_ends(case: Case) -> Finding | None:
    """Certificates are renewed as a matter of course; one that ends within days was forgotten."""
    ends_at = _within_promise(case.answer.certificate_ends_at if case.answer else None, case.facts)
    if ends_at is None or ends_at > case.now + CERTIFICATE_WARNING:
        return None
    return Finding(Code.CERTIFICATE_ENDS, Verdict.AT_RISK, ends_at, {"host": case.url.host})


_RULES: tuple[Rule, ...] = (
    _mixed_credentials,
    _temporary_credentials,
    _temporary_key,
    _longer_than_seven_days,
    _signature_end,
    _legacy_signature,
    _url_changed,
    _signed_in_the_future,
    _key_refused,
    _rotation_due,
    _lifecycle_deletes,
    _restore_ends,
    _certificate_ends,
)
