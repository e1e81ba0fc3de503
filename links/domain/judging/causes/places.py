"""Refusals that speak of where the object lies: region, bucket, object, and what it is locked with."""

import re

from links.domain.findings import Code, Finding
from links.domain.judging.causes.refusals import Refusal, is_moved
from links.domain.stores import refusal_words


def find_other_region(refusal: Refusal) -> Finding | None:
    """The bucket lives in another region (docs/store-answers.md, 1.3 and 1.6)."""
    answer = refusal.answer
    is_malformed = refusal.code in ("AuthorizationQueryParametersError", "AuthorizationHeaderMalformed")
    region = answer.says(*_OF_A_REGION) or (is_malformed and (answer.region or answer.says("the region")))
    moved = refusal.code in (refusal_words.ELSEWHERE, "TemporaryRedirect", "IllegalLocationConstraintException")
    if region or moved or is_moved(answer):
        return refusal.broken(Code.WRONG_REGION, region=answer.region)
    own = refusal.url.store.region
    if answer.says("region must be specified if this is not the home region") and own != refusal.url.region:
        params = {"signed_for": refusal.url.region, "region": own, "store": "oracle"}
        return refusal.broken(Code.WRONG_REGION, one_of=Code.KEY_UNKNOWN.value, **params)
    return None


# Of Alibaba, of the gateways of Versity and CDNetworks, and of Garage, whose scope has been held against the URL's
# date and service before.
_OF_A_REGION = (
    "invalid signing region",
    "non-empty region must be provided",
    "scoped to a valid region",
    "malformed, unexpected scope",
)
_SERVICE = re.compile(
    r'incorrect service(?: "(?P<ours>[a-z0-9-]{1,30})")?\b.{0,40}belongs to "(?P<theirs>[a-z0-9-]{1,30})"'
)


def find_other_service(refusal: Refusal) -> Finding | None:
    """AWS names both."""
    found = _SERVICE.search(refusal.answer.message)
    if found is None:
        return None
    return refusal.broken(Code.WRONG_SERVICE, signed_for=found["ours"] or refusal.url.service, service=found["theirs"])


def find_missing_object(refusal: Refusal) -> Finding | None:
    answer, object_key = refusal.answer, refusal.facts.object_key
    if refusal.code == "NoSuchKey":
        recoverable = "yes" if answer.delete_marker else ""
        return refusal.missing(recoverable=recoverable)
    marker = answer.status == 405 and answer.delete_marker
    if refusal.code == "NoSuchVersion" or marker or answer.says("version id"):
        return refusal.broken(Code.VERSION_MISSING, object=object_key)
    if refusal.code == "InvalidObjectState":
        return refusal.broken(Code.ARCHIVED, object=object_key, storage_class=answer.storage_class)
    return None


def find_missing_bucket(refusal: Refusal) -> Finding | None:
    if refusal.code != "NoSuchBucket":
        return None
    return refusal.broken(Code.BUCKET_MISSING, bucket=refusal.facts.bucket)


def find_encryption(refusal: Refusal) -> Finding | None:
    named = refusal_words.is_of_kms(refusal.code)
    kms = named or refusal.answer.says("kms:", "customer master key", "kms key", "by kms")
    if kms or refusal.answer.says("server side encryption", "correct secret key"):
        return refusal.broken(Code.ENCRYPTION_KEY)
    return None


def find_nothing_there(refusal: Refusal) -> Finding | None:
    """Whatever a store calls it, a 404 that speaks of nothing else speaks of the object."""
    if refusal.answer.status != 404 or not refusal.code or refusal_words.is_of_something_missing(refusal.code):
        return None
    return refusal.missing()
