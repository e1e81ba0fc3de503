"""What is wrong with a link before any store is asked, or although it still serves: the findings that can be
foreseen. One rule, one finding; each is a pure function of facts, the answer if there was one, and the clock.

What an answer proves outweighs what a rule expects: a URL that was just served is not broken, whatever its shape.
"""

from datetime import datetime

from links.domain.findings import Finding, Verdict
from links.domain.judging.facts import Facts
from links.domain.judging.foresight import (
    addresses,
    clocks,
    cloudfront,
    credentials,
    hosts,
    mistakes,
    objects,
    policies,
    requests,
    signatures,
)
from links.domain.judging.foresight.cases import Case, Rule
from links.domain.signed_urls.reading import SignedUrl
from links.domain.stores.answers import Answer

_RULES: tuple[Rule, ...] = (
    mistakes.find_mistake,
    requests.find_upload,
    requests.find_refused_header,
    credentials.find_mixed_credentials,
    credentials.find_temporary_credentials,
    credentials.find_key_without_token,
    signatures.find_excess,
    signatures.find_end,
    signatures.find_legacy_style,
    signatures.find_change,
    signatures.find_signed_headers,
    addresses.find_impossible_key_id,
    addresses.find_other_partition,
    addresses.find_other_region,
    addresses.find_outside_region_set,
    addresses.find_region_of_other_cloud,
    addresses.find_other_service,
    addresses.find_dots,
    addresses.find_website,
    addresses.find_single_region,
    addresses.find_other_name,
    addresses.find_cloudfront_signature,
    addresses.find_path_at_accelerator,
    addresses.find_long_key,
    cloudfront.find_later_start,
    cloudfront.find_other_address,
    cloudfront.find_limit_to_callers,
    clocks.find_early_signature,
    credentials.find_refused_key,
    credentials.find_rotation,
    objects.find_deletion,
    objects.find_archiving,
    objects.find_end_of_copy,
    objects.find_other_file,
    policies.find_limit_to_age,
    policies.find_limit_to_callers,
    policies.find_limit_to_time,
    policies.find_denial_of_presigned,
    clocks.find_clock_difference,
    hosts.find_old_address,
    hosts.find_end_of_certificate,
)

# What no clock, key or object can mend: such a URL never worked.
_DEFECTS: tuple[Rule, ...] = (
    mistakes.find_mistake,
    requests.find_upload,
    requests.find_refused_header,
    credentials.find_mixed_credentials,
    credentials.find_key_without_token,
    signatures.find_excess,
    addresses.find_impossible_key_id,
    addresses.find_other_partition,
    addresses.find_other_region,
    addresses.find_region_of_other_cloud,
    addresses.find_other_service,
    signatures.find_change,
    signatures.find_legacy_style,
    signatures.find_signed_headers,
    addresses.find_dots,
    addresses.find_long_key,
    addresses.find_cloudfront_signature,
    addresses.find_path_at_accelerator,
    cloudfront.find_later_start,
    cloudfront.find_other_address,
)


def foresee(facts: Facts, answer: Answer | None, now: datetime) -> list[Finding]:
    """Every finding that the facts support; none where there is no URL to read."""
    if facts.url is None:
        return []
    case = Case(facts, facts.url, answer, now)
    found = (rule(case) for rule in _RULES)
    return [finding for finding in found if finding is not None]


def find_signing_defect(facts: Facts, url: SignedUrl, now: datetime) -> Finding | None:
    """Why a URL cannot have worked, whatever a store says of it."""
    found = (rule(Case(facts, url, None, now)) for rule in _DEFECTS)
    return next((finding for finding in found if finding and finding.verdict is Verdict.BROKEN), None)
