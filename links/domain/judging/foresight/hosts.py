"""What is known of the hosts that a link goes by: the site's own, and the store's certificate."""

from datetime import timedelta

from links.domain.findings import Code, Finding, Verdict
from links.domain.judging.facts import Delivery
from links.domain.judging.foresight.cases import Case, within_promise

CERTIFICATE_WARNING = timedelta(days=7)


def find_old_address(case: Case) -> Finding | None:
    facts = case.facts
    if facts.delivery is not Delivery.STABLE or not facts.handed_out_at or facts.handed_out_at == facts.site:
        return None
    return Finding(Code.BASE_URL_CHANGED, Verdict.AT_RISK, None, {"was": facts.handed_out_at, "now": facts.site})


def find_end_of_certificate(case: Case) -> Finding | None:
    """Certificates are renewed as a matter of course; one that ends within days was forgotten."""
    ends_at = within_promise(case.answer.certificate_ends_at if case.answer else None, case.facts)
    if ends_at is None or ends_at > case.now + CERTIFICATE_WARNING:
        return None
    return Finding(Code.CERTIFICATE_ENDS, Verdict.AT_RISK, ends_at, {"host": case.url.host})
