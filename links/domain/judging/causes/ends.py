"""Refusals that speak of time: of an end, a beginning or a clock, of the signature or of the session behind it."""

from links.domain.findings import Code, Finding, Verdict
from links.domain.judging.causes.refusals import KEY_CODES, Refusal
from links.domain.judging.foresight.clocks import CLOCK_TOLERANCE, describe_clocks
from links.domain.judging.foresight.signatures import build_end_finding
from links.domain.signed_urls.reading import Style
from links.domain.stores import refusal_words
from links.domain.stores.hosts import GLOBAL_REGIONS

_KEYLESS = (Style.CLOUDFRONT, Style.OTHER, Style.UNSIGNED)


def find_beginning(refusal: Refusal) -> Finding | None:
    skewed = refusal.code == "RequestTimeTooSkewed" and (refusal.stable or not refusal.stated_end_passed)
    if refusal.code != refusal_words.EARLY and not skewed:
        return None
    return blame_clock(refusal)


def blame_clock(refusal: Refusal) -> Finding:
    """A URL that we signed a moment ago, or that by our clock was signed in time, can only be too early if it is our
    clock that runs ahead of the store's."""
    signed_at = refusal.url.signed_at
    in_time = signed_at is not None and signed_at <= refusal.now
    if refusal.stable or (refusal.answer.shifted and in_time):
        return refusal.broken(Code.CLOCK_SKEW, **describe_clocks(refusal.answer, refusal.url))
    starts_at = signed_at.isoformat() if signed_at and signed_at > refusal.clock else ""
    return refusal.broken(Code.CLOCK_SKEW, whose="signer", starts_at=starts_at)


def find_end(refusal: Refusal) -> Finding | None:
    """Stores name the end in several ways, and `ExpiredToken` without a token is Google's (section 4)."""
    if refusal.code != refusal_words.ENDED and (refusal.code != refusal_words.TOKEN_ENDED or refusal.token):
        return None
    if refusal.token and not refusal.stated_end_passed and refusal.url.expires_at is not None:
        return end_session(refusal)
    return end_signature(refusal)


def end_signature(refusal: Refusal) -> Finding:
    """The end that the URL states, where it has come; a store that says so earlier goes by something else."""
    if refusal.stable:
        return refusal.broken(Code.CLOCK_SKEW, **describe_clocks(refusal.answer, refusal.url))
    cause = Code.CLOUDFRONT_ENDED if refusal.url.style is Style.CLOUDFRONT else Code.SIGNATURE_ENDED
    if not refusal.stated_end_passed:
        return refusal.broken(cause)
    return build_end_finding(refusal.facts, refusal.url, Verdict.BROKEN, **refusal.evidence)


def end_session(refusal: Refusal, **params: str) -> Finding:
    return refusal.broken(Code.TEMPORARY_CREDENTIALS_ENDED, access_key_id=refusal.url.access_key_id, **params)


def find_refused_token(refusal: Refusal) -> Finding | None:
    if not refusal.token:
        return None
    # Elsewhere than on AWS a token that ended may have belonged to a key of any name.
    named = (refusal_words.TOKEN_REFUSED, *KEY_CODES, *((refusal_words.TOKEN_ENDED,) if refusal.url.is_aws else ()))
    if refusal.url.has_long_lived_id and refusal.code in named:
        return refusal.broken(Code.MIXED_CREDENTIALS, access_key_id=refusal.url.access_key_id)
    if refusal.code == refusal_words.TOKEN_REFUSED and refusal.url.is_aws:
        # AWS has another word for one that ended. Newer regions refuse, by default, what its global STS gave.
        is_new = bool(refusal.url.region) and refusal.url.region not in GLOBAL_REGIONS
        region = refusal.url.region if is_new else ""
        return end_session(refusal, one_of=Code.URL_CHANGED.value, refused_in=region)
    if refusal.code in (refusal_words.TOKEN_ENDED, refusal_words.TOKEN_REFUSED, *KEY_CODES):
        return end_session(refusal)
    return None


def find_missing_token(refusal: Refusal) -> Finding | None:
    """Where ids tell nothing, a store that misses a token tells that the key is a session's."""
    if refusal.code != refusal_words.TOKEN_REFUSED or refusal.url.has_long_lived_id or refusal.url.style in _KEYLESS:
        return None
    return refusal.broken(Code.TEMPORARY_KEY_WITHOUT_TOKEN, access_key_id=refusal.url.access_key_id)


def find_time_over(refusal: Refusal) -> Finding | None:
    """A refusal without a reason of its own, of a URL that cannot be in time by the clock of the store."""
    if refusal.is_spoken or (refusal.stable and not refusal.answer.shifted):
        return None
    if refusal.stated_end_passed:
        return end_signature(refusal)
    signed_at = refusal.url.signed_at
    if refusal.code and signed_at is not None and signed_at - refusal.clock > CLOCK_TOLERANCE:
        return blame_clock(refusal)
    return None
