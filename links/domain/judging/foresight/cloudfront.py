"""What the policy inside a CloudFront URL says, besides its end."""

from datetime import UTC, datetime, timedelta

from links.domain.findings import Code, Finding, Verdict
from links.domain.judging.foresight.cases import Case


def find_later_start(case: Case) -> Finding | None:
    """Its beginning is seconds since 1970, which a policy may set beyond the calendar."""
    starts = case.url.policy.starts_at if case.url.policy else None
    if starts is None or starts <= case.now.timestamp() or case.served:
        return None
    try:
        params = {"starts_at": (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=starts)).isoformat()}
    except OverflowError:
        params = {}
    return Finding(Code.CLOUDFRONT_STARTS_LATER, Verdict.BROKEN, None, params)


def find_other_address(case: Case) -> Finding | None:
    url = case.url
    if url.policy is None or url.policy.covers(f"{url.scheme}://{url.host}{url.path}"):
        return None
    return Finding(Code.CLOUDFRONT_OTHER_ADDRESS, case.unless_served, None, {"resource": url.policy.resource})


def find_limit_to_callers(case: Case) -> Finding | None:
    if case.url.policy is None or not case.url.policy.callers:
        return None
    return Finding(Code.CLOUDFRONT_LIMITS_CALLERS, Verdict.AT_RISK, None, {"callers": case.url.policy.callers})
