"""What a URL shows of the credentials that signed it, and what is known of the key."""

from datetime import datetime, timedelta

from links.domain.credentials import CallerKind, KeyState
from links.domain.findings import Code, Finding, Verdict
from links.domain.judging.facts import Delivery
from links.domain.judging.foresight.cases import Case, within_promise
from links.lib.calendars import later

# The longest session that AWS gives: GetSessionToken and GetFederationToken, 129,600 s (AWS STS API reference).
MAX_SESSION = timedelta(hours=36)
# What CreateSession gives for a directory bucket (S3 API reference); its token has a name of its own.
MAX_EXPRESS_SESSION = timedelta(minutes=5)


def token_ends_by(case: Case) -> datetime | None:
    """The latest moment to which a URL with a session token can work, or None where that is not known.

    On AWS no session outlives 36 hours, or a directory bucket's five minutes, counted from the signature or, where
    the URL does not say when that was (SigV2), from when the URL was first seen. Elsewhere only the signature's own
    end is sure, unless the token itself states one in clear text (MinIO's is a JSON Web Token).
    """
    ends = [end for end in (case.url.expires_at, case.url.session_ends_at) if end]
    if case.url.is_aws:
        longest = MAX_EXPRESS_SESSION if case.url.has_express_token else MAX_SESSION
        ends.append(later(case.url.signed_at or case.facts.seen_at or case.now, longest))
    latest = min(ends, default=None)
    return None if latest is None or (case.served and latest <= case.now) else latest


def _token_probably_ends_by(case: Case) -> datetime | None:
    """The same by what AWS's tokens tell of a session's beginning, where that is earlier. Nobody documents how they do:
    it makes nothing broken."""
    session, known = case.url.session, token_ends_by(case)
    if session is None or not case.url.is_aws:
        return None
    latest = later(session.began_at, MAX_SESSION)
    is_refuted = case.served and latest <= case.now
    return None if is_refuted or known is None or latest >= known else latest


def find_temporary_credentials(case: Case) -> Finding | None:
    if not case.url.has_session or case.url.has_long_lived_id:
        return None
    latest, probably = token_ends_by(case), _token_probably_ends_by(case)
    params = {"access_key_id": case.url.access_key_id}
    if latest and latest <= case.now and latest != case.url.expires_at and case.answer is None:
        # Nobody was asked; but no session that AWS gives lasts so long.
        over = {**params, "ended_at": latest.isoformat()}
        return Finding(Code.TEMPORARY_CREDENTIALS_ENDED, Verdict.BROKEN, within_promise(latest, case.facts), over)
    if probably:
        params["probably"] = "over" if probably <= case.now else "yes"
    return Finding(Code.TEMPORARY_CREDENTIALS, Verdict.AT_RISK, within_promise(probably or latest, case.facts), params)


def find_mixed_credentials(case: Case) -> Finding | None:
    if not (case.url.token and case.url.has_long_lived_id):
        return None
    return Finding(Code.MIXED_CREDENTIALS, case.unless_served, None, {"access_key_id": case.url.access_key_id})


def find_key_without_token(case: Case) -> Finding | None:
    if case.url.token or not case.url.has_temporary_id:
        return None
    if case.url.flaws or any("token" in name for name in case.url.strangers):  # it may have been cut off, or misspelt
        return None
    params = {"access_key_id": case.url.access_key_id}
    return Finding(Code.TEMPORARY_KEY_WITHOUT_TOKEN, case.unless_served, None, params)


def find_refused_key(case: Case) -> Finding | None:
    key = case.facts.key
    if key is None or key.state is not KeyState.REFUSED or not case.facts.signed_by_own_key:
        return None
    if key.caller is CallerKind.ROOT:
        return Finding(Code.ROOT_KEY, Verdict.AT_RISK, None, {"access_key_id": key.access_key_id})
    if key.caller in (CallerKind.ROLE, CallerKind.FEDERATED_USER):
        return Finding(Code.NOT_AN_IAM_USER, Verdict.AT_RISK, None, {"access_key_id": key.access_key_id})
    return None


def find_rotation(case: Case) -> Finding | None:
    """Only URLs that were handed out die with their key; a stable link is signed by whatever key comes next."""
    if case.facts.delivery is not Delivery.PRESIGNED or case.facts.key is None or not case.facts.signed_by_own_key:
        return None
    rotates_at = within_promise(case.facts.key.rotates_at, case.facts)
    if rotates_at is None or (case.url.expires_at and case.url.expires_at <= rotates_at):
        return None
    return Finding(Code.ROTATION_DUE, Verdict.AT_RISK, rotates_at, {"access_key_id": case.url.access_key_id})
