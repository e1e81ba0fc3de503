"""What the bucket's policy foresees."""

from links.domain.facts import Delivery
from links.domain.findings import Code, Finding, Verdict
from links.domain.foresight.cases import Case, add, within_promise
from links.domain.policies import limit_age, limit_callers


def find_limit_to_age(case: Case) -> Finding | None:
    """What was signed once dies when it is older than the policy allows; a click's URL only if that is minutes."""
    bucket, key = case.facts.bucket, case.facts.object_key
    limit = limit_age(case.facts.configuration.denials or (), bucket, key)
    if limit is None or case.url.signed_at is None or case.url.lifetime is None:
        return None
    if limit.total_seconds() >= case.url.lifetime:
        return None
    ends_at = (
        None if case.facts.delivery is Delivery.STABLE else within_promise(add(case.url.signed_at, limit), case.facts)
    )
    if ends_at is None and case.facts.delivery is not Delivery.STABLE:
        return None
    params = {"seconds": str(int(limit.total_seconds())), "bucket": bucket}
    return Finding(Code.POLICY_LIMITS_AGE, Verdict.AT_RISK, ends_at, params)


def find_limit_to_callers(case: Case) -> Finding | None:
    """It works for us, and need not for the customer."""
    callers = limit_callers(case.facts.configuration.denials or (), case.facts.bucket, case.facts.object_key)
    if not callers:
        return None
    params = {"callers": ", ".join(callers), "bucket": case.facts.bucket}
    return Finding(Code.POLICY_LIMITS_CALLERS, Verdict.AT_RISK, None, params)
