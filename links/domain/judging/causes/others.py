"""Refusals of links that no key of S3's signed: those of other stores and services, and those without a signature."""

from links.domain.findings import Code, Finding
from links.domain.judging.causes.ends import end_signature
from links.domain.judging.causes.refusals import DENIED_CODES, Refusal
from links.domain.judging.causes.signatures import blame_change
from links.domain.signed_urls.reading import Style
from links.domain.stores import refusal_words
from links.domain.stores.hosts import Endpoint

_KEYLESS = (Style.OTHER, Style.UNSIGNED)
_REFUSING = (401, 403, 404, 410)


def find_either(refusal: Refusal) -> Finding | None:
    """Oracle answers one sentence to a link that is over, to one that was deleted and to a bucket that is gone."""
    if refusal.code != refusal_words.NOT_THERE_OR_NOT_ALLOWED:
        return None
    return end_signature(refusal) if refusal.stated_end_passed else _doubt(refusal)


def find_unsigned(refusal: Refusal) -> Finding | None:
    """What has no signature is open to everybody or to nobody who only has the URL. S3 denies what is not there in the
    same words, to whoever may not list."""
    if refusal.url.style is not Style.UNSIGNED and refusal.url.store.endpoint is not Endpoint.WEBSITE:
        return None
    refused = (*DENIED_CODES, refusal_words.UNAUTHENTICATED, "PublicAccessNotPermitted")
    if refusal.is_silent or refusal.code not in refused:
        return None
    limit = "account" if refusal.denial.is_of_account or refusal.code == "PublicAccessNotPermitted" else ""
    return refusal.broken(
        Code.NOT_PUBLIC,
        object=refusal.facts.object_key,
        limit=limit,
        one_of="" if limit or refusal.denial.action or refusal.facts.exists else Code.OBJECT_MISSING.value,
    )


def find_named_limit(refusal: Refusal) -> Finding | None:
    """Azure says whether it is the caller or the action that the signature does not allow."""
    if refusal.code == refusal_words.CALLER_REFUSED:
        return refusal.broken(Code.POLICY_LIMITS_CALLERS, callers=refusal.url.marks.get("callers", ""))
    return refusal.broken(Code.PERMISSION_LOST) if refusal.code == refusal_words.ACTION_REFUSED else None


def find_refused_link(refusal: Refusal) -> Finding | None:
    """A link of another service that is refused, for whatever reason."""
    if refusal.code == refusal_words.GONE or refusal.answer.status == 410:
        return refusal.broken(Code.OBJECT_MISSING, object=refusal.facts.object_key, elsewhere="yes")
    if refusal.code == refusal_words.PARAMETER_LOST and refusal.url.flaws:
        return blame_change(refusal)
    if refusal.code in (refusal_words.LINK_INVALID, refusal_words.PARAMETER_LOST):
        return _doubt(refusal)
    if is_of_a_web_server(refusal):
        return refusal.broken(
            Code.OBJECT_MISSING,
            object=refusal.facts.object_key,
            elsewhere="yes",
            one_of=Code.LINK_REFUSED.value,
        )
    if refusal.url.style is not Style.OTHER or refusal.answer.status not in _REFUSING:
        return None
    is_named = refusal.code not in (*DENIED_CODES, "AuthenticationFailed", "AuthorizationFailure")
    return None if is_named or refusal.is_silent else _doubt(refusal)


def is_of_a_web_server(refusal: Refusal) -> bool:
    """Whether it is the word of the server that the link leads to that there is nothing: where no store of S3's kind is
    asked, the page that says so (404) is no proxy's."""
    is_of_a_store = refusal.url.style not in _KEYLESS or refusal.url.is_aws
    return refusal.answer.status == 404 and not refusal.answer.code and not is_of_a_store


def _doubt(refusal: Refusal) -> Finding:
    """One of what is left: its end, where the URL states none; its signature; its withdrawal; the file."""
    ends_at = refusal.url.expires_at.isoformat() if refusal.url.expires_at else ""
    left = [Code.URL_CHANGED.value, Code.OBJECT_MISSING.value]
    if not ends_at:
        left.insert(0, Code.SIGNATURE_ENDED.value)
    return refusal.broken(Code.LINK_REFUSED, ends_at=ends_at, one_of=", ".join(left))
