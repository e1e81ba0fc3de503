"""What is wrong with a link before any store is asked, or although it still serves: the findings that can be
foreseen. One rule, one finding; each is a pure function of facts, the answer if there was one, and the clock.

What an answer proves outweighs what a rule expects: a URL that was just served is not broken, whatever its shape.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from links.domain.answers import Answer
from links.domain.credentials import CallerKind, KeyState
from links.domain.facts import Delivery, Facts
from links.domain.findings import Code, Finding, Verdict
from links.domain.lifecycles import Foreseen, foresee_changes
from links.domain.policies import limit_age, limit_callers
from links.domain.signed_urls import LONGEST_SIGNATURE, SignedUrl, Style

# The longest session that AWS gives: GetSessionToken and GetFederationToken, 129,600 s (AWS STS API reference).
LONGEST_SESSION = timedelta(hours=36)
CERTIFICATE_WARNING = timedelta(days=7)
CLOCK_TOLERANCE = timedelta(minutes=5)
WRONG_ZONE = timedelta(hours=12)  # how far behind a clock is at most that takes its own zone's time for UTC


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
        ends.append(_after(case.url.signed_at or case.facts.seen_at or case.now, LONGEST_SESSION))
    latest = min(ends, default=None)
    return None if latest is None or (case.served and latest <= case.now) else latest


def _after(moment: datetime, span: timedelta) -> datetime:
    """A stranger's URL may be signed at the end of the calendar."""
    return datetime.max.replace(tzinfo=UTC) if moment > datetime.max.replace(tzinfo=UTC) - span else moment + span


def _within_promise(moment: datetime | None, facts: Facts) -> datetime | None:
    beyond = moment is None or (facts.promised_until is not None and moment >= facts.promised_until)
    return None if beyond else moment


def _temporary_credentials(case: Case) -> Finding | None:
    if not case.url.token or case.url.has_long_lived_id:
        return None
    latest = token_ends_by(case)
    params = {"access_key_id": case.url.access_key_id}
    if latest and latest <= case.now and latest != case.url.expires_at and case.answer is None:
        # Nobody was asked; but no session that AWS gives lasts so long.
        over = {**params, "ended_at": latest.isoformat()}
        return Finding(Code.TEMPORARY_CREDENTIALS_ENDED, Verdict.BROKEN, _within_promise(latest, case.facts), over)
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
    if case.url.expires_at <= case.now:
        # A store that serves it all the same is lenient, or our clock is ahead: it lives, but on nobody's word.
        asked_at = case.answer.asked_at if case.answer else None
        lenient = case.served and (asked_at is None or asked_at >= case.url.expires_at)
        return tell_end(case.facts, case.url, Verdict.AT_RISK if lenient else Verdict.BROKEN)
    if case.facts.promised_until is not None and case.url.expires_at < case.facts.promised_until:
        early = Code.CLOUDFRONT_ENDS_EARLY if _is_cloudfront(case.url) else Code.SIGNATURE_ENDS_EARLY
        return Finding(early, Verdict.AT_RISK, case.url.expires_at, {"ends_at": case.url.expires_at.isoformat()})
    return None


def tell_end(facts: Facts, url: SignedUrl, verdict: Verdict, **params: str) -> Finding:
    """That the end which a URL states has come. One that had ended when it was first seen may never have worked:
    signed by a clock that is behind."""
    ended = Code.CLOUDFRONT_ENDED if _is_cloudfront(url) else Code.SIGNATURE_ENDED
    if url.expires_at is not None:
        params["ended_at"] = url.expires_at.isoformat()
    if facts.seen_at and url.signed_at and url.expires_at and url.expires_at <= facts.seen_at:
        behind = facts.seen_at - url.signed_at
        if facts.delivery is Delivery.FOREIGN and behind <= WRONG_ZONE:
            params |= {"one_of": Code.CLOCK_SKEW.value, "seconds": str(int(behind.total_seconds()))}
    return Finding(ended, verdict, _within_promise(url.expires_at, facts), params)


def _is_cloudfront(url: SignedUrl) -> bool:
    return url.style is Style.CLOUDFRONT


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


def _headers_signed(case: Case) -> Finding | None:
    if not case.url.unsent:
        return None
    return Finding(Code.HEADERS_SIGNED, case.unless_served, None, {"headers": ", ".join(case.url.unsent)})


def _cloudfront_starts_later(case: Case) -> Finding | None:
    """Its beginning is seconds since 1970, which a policy may set beyond the calendar."""
    starts = case.url.policy.starts_at if case.url.policy else None
    if starts is None or starts <= case.now.timestamp() or case.served:
        return None
    try:
        params = {"starts_at": (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=starts)).isoformat()}
    except OverflowError:
        params = {}
    return Finding(Code.CLOUDFRONT_STARTS_LATER, Verdict.BROKEN, None, params)


def _cloudfront_other_address(case: Case) -> Finding | None:
    url = case.url
    if url.policy is None or url.policy.covers(f"{url.scheme}://{url.host}{url.path}"):
        return None
    return Finding(Code.CLOUDFRONT_OTHER_ADDRESS, case.unless_served, None, {"resource": url.policy.resource})


def _cloudfront_limits_callers(case: Case) -> Finding | None:
    if case.url.policy is None or not case.url.policy.callers:
        return None
    return Finding(Code.CLOUDFRONT_LIMITS_CALLERS, Verdict.AT_RISK, None, {"callers": case.url.policy.callers})


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


def _coming_change(case: Case, *, archives: bool) -> Foreseen | None:
    """The first change that the bucket's own rules will make to the object before the promise ends."""
    made_at = case.facts.file.made_at if case.facts.file else None
    if made_at is None:
        return None
    size = case.facts.file.size if case.facts.file else None
    changes = foresee_changes(case.facts.configuration.rules or (), case.facts.object_key, size, made_at)
    coming = (change for change in changes if bool(change.to) is archives)
    return next((change for change in coming if change.at > case.now and _within_promise(change.at, case.facts)), None)


def _lifecycle_archives(case: Case) -> Finding | None:
    change = _coming_change(case, archives=True)
    if change is None:
        return None
    params = {"rule": change.rule, "object": case.facts.object_key, "storage_class": change.to}
    return Finding(Code.LIFECYCLE_ARCHIVES, Verdict.AT_RISK, change.at, params)


def _lifecycle_deletes(case: Case) -> Finding | None:
    """The object's own header counts before the bucket's rules: it knows of tags."""
    header = case.answer.expires_at if case.answer else None
    rule = case.answer.expiry_rule if case.answer else ""
    if header is None and (change := _coming_change(case, archives=False)):
        header, rule = change.at, change.rule
    deletes_at = _within_promise(header, case.facts)
    if deletes_at is None:
        return None
    params = {"rule": rule, "object": case.facts.object_key}
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


def _object_replaced(case: Case) -> Finding | None:
    file, answer = case.facts.file, case.answer
    if file is None or answer is None or not file.is_replaced_in(answer):
        return None
    # Only a link of our own can be stopped: what was handed out signed leads to the other file.
    params = {"object": case.facts.object_key, "delivery": case.facts.delivery.value}
    return Finding(Code.OBJECT_REPLACED, Verdict.BROKEN, None, params)


def _policy_limits_age(case: Case) -> Finding | None:
    """What was signed once dies when it is older than the policy allows; a click's URL only if that is minutes."""
    bucket, key = case.facts.bucket, case.facts.object_key
    limit = limit_age(case.facts.configuration.denials or (), bucket, key)
    if limit is None or case.url.signed_at is None or case.url.lifetime is None:
        return None
    if limit.total_seconds() >= case.url.lifetime:
        return None
    ends_at = (
        None
        if case.facts.delivery is Delivery.STABLE
        else _within_promise(_after(case.url.signed_at, limit), case.facts)
    )
    if ends_at is None and case.facts.delivery is not Delivery.STABLE:
        return None
    params = {"seconds": str(int(limit.total_seconds())), "bucket": bucket}
    return Finding(Code.POLICY_LIMITS_AGE, Verdict.AT_RISK, ends_at, params)


def _policy_limits_callers(case: Case) -> Finding | None:
    """It works for us, and need not for the customer."""
    callers = limit_callers(case.facts.configuration.denials or (), case.facts.bucket, case.facts.object_key)
    if not callers:
        return None
    params = {"callers": ", ".join(callers), "bucket": case.facts.bucket}
    return Finding(Code.POLICY_LIMITS_CALLERS, Verdict.AT_RISK, None, params)


def _clocks_differ(case: Case) -> Finding | None:
    if case.answer is None or case.answer.shifted is None:
        return None
    return Finding(Code.CLOCK_SKEW, Verdict.AT_RISK, None, tell_clocks(case.answer, case.url))


def tell_clocks(answer: Answer, url: SignedUrl) -> dict[str, str]:
    """By how much our clock and the store's differ, where that was measured."""
    skew = answer.shifted
    if skew is None:
        return {"whose": "ours"}
    side = "behind" if skew > timedelta() else "ahead"
    return {"whose": "ours", "side": side, "seconds": str(int(abs(skew).total_seconds())), "host": url.host}


def _base_url_changed(case: Case) -> Finding | None:
    facts = case.facts
    if facts.delivery is not Delivery.STABLE or not facts.handed_out_at or facts.handed_out_at == facts.site:
        return None
    return Finding(Code.BASE_URL_CHANGED, Verdict.AT_RISK, None, {"was": facts.handed_out_at, "now": facts.site})


_RULES: tuple[Rule, ...] = (
    _mixed_credentials,
    _temporary_credentials,
    _temporary_key,
    _longer_than_seven_days,
    _signature_end,
    _legacy_signature,
    _url_changed,
    _headers_signed,
    _cloudfront_starts_later,
    _cloudfront_other_address,
    _cloudfront_limits_callers,
    _signed_in_the_future,
    _key_refused,
    _rotation_due,
    _lifecycle_deletes,
    _lifecycle_archives,
    _restore_ends,
    _object_replaced,
    _policy_limits_age,
    _policy_limits_callers,
    _clocks_differ,
    _base_url_changed,
    _certificate_ends,
)

# What no clock, key or object can mend: such a URL never worked.
_DEFECTS: tuple[Rule, ...] = (
    _mixed_credentials,
    _temporary_key,
    _longer_than_seven_days,
    _url_changed,
    _headers_signed,
    _cloudfront_starts_later,
    _cloudfront_other_address,
)


def find_birth_defect(facts: Facts, url: SignedUrl, now: datetime) -> Finding | None:
    """Why a URL cannot have worked, whatever a store says of it."""
    found = (rule(Case(facts, url, None, now)) for rule in _DEFECTS)
    return next((finding for finding in found if finding and finding.verdict is Verdict.BROKEN), None)
