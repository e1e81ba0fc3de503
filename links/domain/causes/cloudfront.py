"""What a CloudFront answer tells."""

from links.domain.causes.ends import end_signature
from links.domain.causes.refusals import DENIED_CODES, Refusal
from links.domain.findings import Code, Finding
from links.domain.signed_urls import Style


def find_cloudfronts_words(refusal: Refusal) -> Finding | None:
    """CloudFront's own words; any other are those of the origin behind it."""
    if refusal.url.style is not Style.CLOUDFRONT:
        return None
    if refusal.code == "InvalidKey":
        return refusal.broken(Code.CLOUDFRONT_KEY_UNKNOWN, access_key_id=refusal.url.access_key_id)
    if refusal.code and refusal.stated_end_passed and refusal.code in (*DENIED_CODES, "MissingKey"):
        return end_signature(refusal)
    own = refusal.code in (*DENIED_CODES, "MissingKey", "MalformedPolicy", "MalformedSignature")
    return refusal.broken(Code.CLOUDFRONT_REFUSED) if refusal.code and own else None
