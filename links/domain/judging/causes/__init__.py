"""Why a store did not serve: the one most specific cause that its answer and what else is known support.

The rules stand in order of precedence and the first that speaks is believed. `links.domain.stores.refusal_words` knows
what stores call things. Codes come before words, and where neither tells (Ceph refuses an ended URL with a bare
`AccessDenied`, CloudFront names no reason at all) the URL's own clock and shape, its token and a fresh signature do.
"""

from datetime import datetime

from links.domain.findings import Finding
from links.domain.judging.causes import (
    cloudfront,
    contradictions,
    denials,
    ends,
    keys,
    others,
    outages,
    places,
    signatures,
    spoken,
)
from links.domain.judging.causes.refusals import (
    Refusal,
    Rule,
    is_ambiguous,
    is_conclusive,
    is_denial,
    is_of_a_missing_object,
    is_of_an_unknown_key,
)
from links.domain.judging.facts import Facts
from links.domain.stores.answers import Answer

__all__ = ["explain", "is_ambiguous", "is_conclusive", "is_denial", "is_of_a_missing_object", "is_of_an_unknown_key"]

_OF_THE_WAY: tuple[Rule, ...] = (outages.find_no_answer, outages.find_overload)
_RULES: tuple[Rule, ...] = (
    places.find_other_service,
    places.find_other_region,
    contradictions.find_contradiction,
    signatures.find_excess,
    ends.find_beginning,
    ends.find_end,
    ends.find_refused_token,
    signatures.find_legacy_style,
    cloudfront.find_cloudfront_error,
    others.find_either,
    keys.find_impossible_key_id,
    keys.find_blocked_account,
    keys.find_refused_key,
    spoken.find_refused_response_header,
    spoken.find_missing_object,
    places.find_missing_object,
    places.find_missing_bucket,
    places.find_encryption,
    # What the URL itself tells.
    spoken.find_second_mechanism,
    spoken.find_other_day,
    spoken.find_unsigned_headers,
    spoken.find_lost_signature,
    signatures.find_cut,
    ends.find_time_over,
    signatures.find_defect,
    ends.find_missing_token,
    signatures.find_mismatch,
    signatures.find_malformation,
    others.find_unsigned,
    others.find_named_limit,
    others.find_refused_link,
    # What else is known.
    denials.find_unpaid_request,
    spoken.find_other_request,
    denials.find_denial,
    places.find_nothing_there,
    denials.find_anything_else,
)


def explain(facts: Facts, answer: Answer, now: datetime) -> Finding | None:
    """The cause of a refusal; None where the store served."""
    if answer.served or facts.url is None:
        return None
    refusal = Refusal(facts, facts.url, answer, now)
    is_about_link = is_conclusive(answer) or others.is_of_a_web_server(refusal)
    rules = _RULES if is_about_link else _OF_THE_WAY
    found = (rule(refusal) for rule in rules)
    return next((finding for finding in found if finding is not None), outages.blame_the_way(refusal))
