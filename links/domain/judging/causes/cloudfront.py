"""What a CloudFront answer tells."""

from links.domain.findings import Code, Finding
from links.domain.judging.causes.ends import end_signature
from links.domain.judging.causes.refusals import Refusal
from links.domain.signed_urls.reading import Style
from links.domain.stores.refusal_words import DENIED

_OWN_CODES = (DENIED, "Unauthorized", "MissingKey", "MalformedPolicy", "MalformedSignature")


def find_cloudfront_error(refusal: Refusal) -> Finding | None:
    """CloudFront's own words; any other are those of the origin behind it."""
    if refusal.url.style is not Style.CLOUDFRONT:
        return None
    if refusal.code == "InvalidKey":
        return refusal.broken(Code.CLOUDFRONT_KEY_UNKNOWN, access_key_id=refusal.url.access_key_id)
    if refusal.code not in _OWN_CODES:
        return None
    return end_signature(refusal) if refusal.stated_end_passed else refusal.broken(Code.CLOUDFRONT_REFUSED)
