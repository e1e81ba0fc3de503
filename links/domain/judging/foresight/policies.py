"""What the bucket's policy foresees, where it may be read."""

from datetime import timedelta

from links.domain.findings import Code, Finding, Verdict
from links.domain.judging.facts import Delivery
from links.domain.judging.foresight.cases import Case, within_promise
from links.domain.policies.conditions import RequestContext, Window
from links.domain.policies.restrictions import Restriction, RestrictionKind, end_grants, find_restrictions
from links.domain.signed_urls.reading import MAX_SIGNATURE_LIFETIME, Style
from links.domain.stores.answers import Answer


def find_limit_to_age(case: Case) -> Finding | None:
    """What was signed once dies when it is older than the policy allows; a click's URL only if that is minutes."""
    stable = case.facts.delivery is Delivery.STABLE
    windows = [each.window for each in _find(case, RestrictionKind.AGE) if each.window.start or stable]
    window = next((each for each in windows if each.start is None or not _is_refuted(each, case, case.answer)), None)
    if window is None:
        return None
    if window.sure and window.start:
        return _build_finding(case, Code.POLICY_LIMITS_AGE, window)
    return _doubt(case, Code.POLICY_LIMITS_AGE, window, "" if stable else "denial")


def find_limit_to_callers(case: Case) -> Finding | None:
    """It works for us, and need not for the customer."""
    callers = sorted({caller for each in _find(case, RestrictionKind.CALLERS) for caller in each.callers})
    if not callers:
        return None
    params = {"callers": ", ".join(callers), "bucket": case.facts.bucket}
    return Finding(Code.POLICY_LIMITS_CALLERS, Verdict.AT_RISK, None, params)


def find_limit_to_time(case: Case) -> Finding | None:
    """A denial from, or until, a date; or an end of all that the policy allows."""
    windows = _find_present(case, RestrictionKind.TIME)
    for window in windows:
        if window.sure:
            return _build_finding(case, Code.POLICY_LIMITS_TIME, window)
    if windows:
        return _doubt(case, Code.POLICY_LIMITS_TIME, windows[0], "denial")
    return _find_end_of_grants(case)


def find_denial_of_presigned(case: Case) -> Finding | None:
    windows = _find_present(case, RestrictionKind.PRESIGNED)
    if not windows:
        return None
    if windows[0].sure:
        return Finding(Code.POLICY_REFUSES_PRESIGNED, Verdict.BROKEN, None, {"bucket": case.facts.bucket})
    return _doubt(case, Code.POLICY_REFUSES_PRESIGNED, windows[0], "denial")


def find_certain_denial(case: Case) -> Finding | None:
    """Why the policy as it is known must refuse the link now."""
    found = (rule(case) for rule in (find_denial_of_presigned, find_limit_to_time, find_limit_to_age))
    return next((finding for finding in found if finding and finding.verdict is Verdict.BROKEN), None)


def _find(case: Case, limit: RestrictionKind) -> list[Restriction]:
    """The denials that may strike the link before its promise, and what was signed once, is over."""
    denials = case.facts.configuration.denials
    context = _read_asking(case) if denials else None
    found = find_restrictions(denials, context) if denials and context else []
    return [each for each in found if each.limit is limit and _strikes(each.window, case)]


def _read_asking(case: Case) -> RequestContext | None:
    """CloudFront asks for the object in its own name, and another kind of URL is not S3's."""
    url, facts = case.url, case.facts
    if url.style not in (Style.SIGV4, Style.SIGV2):
        return None
    stable = facts.delivery is Delivery.STABLE
    lifetime = min(max(url.lifetime or 0, 0), int(MAX_SIGNATURE_LIFETIME.total_seconds()))
    return RequestContext(
        facts.bucket,
        facts.object_key,
        "s3:GetObjectVersion" if url.version_id else "s3:GetObject",
        url.style,
        signed_at=None if stable else url.signed_at,
        fresh_for=timedelta(seconds=lifetime) if stable else None,
        is_secure=url.scheme == "https" if url.is_aws else None,
        user=facts.key.user if facts.key and facts.signed_by_own_key and not url.token else "",
    )


def _strikes(window: Window, case: Case) -> bool:
    if window.end is not None and window.end <= case.now:
        return False
    signed_until = None if case.facts.delivery is Delivery.STABLE else case.url.expires_at
    return window.start is None or (
        within_promise(window.start, case.facts) is not None and (signed_until is None or window.start < signed_until)
    )


def _find_present(case: Case, limit: RestrictionKind) -> list[Window]:
    """When the policy denies old and new signatures alike, as far as no answer shows that it does not."""
    answers = (case.answer, case.facts.fresh)
    return [each.window for each in _find(case, limit) if not _is_refuted(each.window, case, *answers)]


def _is_refuted(window: Window, case: Case, *answers: Answer | None) -> bool:
    """What was served, or refused for another reason than permission, was not denied, whatever the policy said when
    it was read."""
    return window.contains(case.now) and any(answer is not None and _was_let_in(answer) for answer in answers)


def _was_let_in(answer: Answer) -> bool:
    status = answer.status
    return answer.served or (status is not None and status < 500 and status not in (401, 403))


def _build_finding(case: Case, code: Code, window: Window) -> Finding:
    """A denial that is sure: from when, or since and until when."""
    params, fails_at = {"bucket": case.facts.bucket}, within_promise(window.start, case.facts)
    if not window.contains(case.now):
        return Finding(code, Verdict.AT_RISK, fails_at, params)
    if window.start is not None:
        params["ended_at"] = window.start.isoformat()
    if window.end is not None:
        params["starts_at"] = window.end.isoformat()
    return Finding(code, Verdict.BROKEN, fails_at, params)


def _doubt(case: Case, code: Code, window: Window, may: str) -> Finding:
    """A denial that has further conditions, of which nothing is known here."""
    params = {"bucket": case.facts.bucket, "may": may}
    if window.start is not None and not window.contains(case.now):
        params["ends_at"] = window.start.isoformat()
    return Finding(code, Verdict.AT_RISK, None, params)


def _find_end_of_grants(case: Case) -> Finding | None:
    grants = case.facts.configuration.grants
    context = _read_asking(case) if grants else None
    end = end_grants(grants, context) if context else None
    if end is None or not _strikes(Window(start=end), case) or _is_refuted(Window(start=end), case, case.answer):
        return None
    params = {"bucket": case.facts.bucket, "may": "grant", "ends_at": end.isoformat()}
    return Finding(Code.POLICY_LIMITS_TIME, Verdict.AT_RISK, None, params)
