"""Refusals that speak of the signature, and what the URL itself tells where they hardly do."""

from dataclasses import replace

from links.domain.findings import Code, Finding
from links.domain.judging.causes.refusals import Refusal, name_of
from links.domain.judging.facts import Delivery
from links.domain.judging.foresight import find_signing_defect
from links.domain.signed_urls.flaws import join_changes
from links.domain.signed_urls.reading import Style

_VERSIONS = (
    "aws4-hmac-sha256",
    "signature version 4",
    "signature v4",
    "sigv4",
    "signature version 2",
    "signature v2",
    "v2 signature",
    "sigv2",
)


def find_excess(refusal: Refusal) -> Finding | None:
    if not refusal.answer.says("less than a week", "604800"):
        return None
    return refusal.broken(Code.LONGER_THAN_SEVEN_DAYS, seconds=str(refusal.url.lifetime or ""))


def find_legacy_style(refusal: Refusal) -> Finding | None:
    if refusal.url.style is Style.SIGV4:
        return None
    if refusal.answer.says(*_VERSIONS):
        return refusal.broken(Code.LEGACY_SIGNATURE)
    return None


def find_cut(refusal: Refusal) -> Finding | None:
    """AWS lists what it misses."""
    if not refusal.answer.says("query-string authentication"):
        return None
    return None if refusal.stated_end_passed and not refusal.url.flaws else blame_change(refusal)


def find_defect(refusal: Refusal) -> Finding | None:
    if refusal.is_silent or refusal.is_spoken:
        return None
    defect = find_signing_defect(refusal.facts, refusal.url, refusal.now)
    return replace(defect, params={**refusal.evidence, **defect.params}) if defect else None


def blame_change(refusal: Refusal) -> Finding:
    return refusal.broken(Code.URL_CHANGED, what=join_changes(refusal.url.flaws, refusal.url.strangers))


def find_mismatch(refusal: Refusal) -> Finding | None:
    """A wrong secret, a URL that was changed or was signed for another request, or a request that is changed before
    the store: what the store echoes, the URL's shape and a fresh signature tell them apart."""
    if refusal.code != "SignatureDoesNotMatch":
        return None
    if (changed := _find_difference(refusal)) is not None:
        return changed
    foreign, own = refusal.facts.delivery is Delivery.FOREIGN, refusal.facts.signed_by_own_key
    if foreign and (refusal.url.flaws or refusal.url.strangers or (refusal.fresh_served and own)):
        return blame_change(refusal)
    fresh = refusal.facts.fresh
    the_secret = fresh is not None and own and name_of(fresh) == "SignatureDoesNotMatch"
    return refusal.broken(
        Code.SIGNATURE_MISMATCH,
        access_key_id=refusal.url.access_key_id,
        one_of="url-changed" if foreign and not the_secret else "",
        echoed="same" if refusal.answer.echo else "",
    )


def _find_difference(refusal: Refusal) -> Finding | None:
    """What the store calculated with is not what it was sent: nothing that was signed for this URL can match."""
    echo = refusal.answer.echo
    if echo is None or echo.is_same:
        return None
    if echo.region:
        return refusal.broken(Code.WRONG_REGION, region=echo.region)
    if echo.service:
        return refusal.broken(Code.WRONG_SERVICE, signed_for=refusal.url.service, service=echo.service)
    differences = {
        "date": echo.date,
        "host": echo.host,
        "method": echo.method,
        "headers": echo.headers,
        "path": echo.path,
        "query": echo.query,
    }
    difference = next(name for name, value in differences.items() if value)
    if echo.is_encoded_twice:
        difference = "encoding"
    elif echo.query == "order" and difference == "query":
        difference = "order"
    return refusal.broken(
        Code.SIGNATURE_MISMATCH,
        access_key_id=refusal.url.access_key_id,
        difference=difference,
        theirs=differences.get(difference, ""),
        host=refusal.url.host,
    )


def find_malformation(refusal: Refusal) -> Finding | None:
    """What a store does not take at all, as a session's token, was not changed on its way."""
    malformed = refusal.code in ("AuthorizationQueryParametersError", "AuthorizationHeaderMalformed")
    return blame_change(refusal) if malformed and not refusal.answer.says("is not supported") else None
