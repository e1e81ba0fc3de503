"""Why a store did not serve: the one most specific cause that its answer and what else is known support.

The rules stand in order of precedence and the first that speaks is believed. What stores really answer, and how
sure that is, stands in the project's notes on store answers; the words matched here are theirs. Codes come before
words, and where neither tells (Ceph refuses an ended URL with a bare `AccessDenied`, CloudFront names no reason at
all) the URL's own clock, its token and a fresh signature do.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from links.domain.answers import Answer, Trouble
from links.domain.facts import Delivery, Facts, Listing
from links.domain.findings import Code, Finding, Verdict
from links.domain.signed_urls import SignedUrl, Style

_OVERLOADED = frozenset(
    {
        "SlowDown",
        "InternalError",
        "ServiceUnavailable",
        "RequestTimeout",
        "Throttling",
        "ThrottlingException",
        "TooManyRequests",
        "RequestLimitExceeded",
        "Busy",
    }
)
_ENDED_WORDS = ("has expired", "request expired", "url expired", "signature expired", "expired given timestamp")
_EARLY_WORDS = ("not yet valid", "not valid yet")
_DENIED = frozenset({"AccessDenied", "Forbidden", "UnauthorizedAccess", "AllAccessDisabled", "Unauthorized", ""})


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that served nothing, with what is known of the URL that got it."""

    facts: Facts
    url: SignedUrl
    answer: Answer
    now: datetime

    @property
    def code(self) -> str:
        return self.answer.code

    @property
    def token(self) -> bool:
        return self.url.token

    @property
    def stated_end_passed(self) -> bool:
        return self.url.expires_at is not None and self.url.expires_at <= self.now

    @property
    def fresh_served(self) -> bool:
        return self.facts.fresh is not None and self.facts.fresh.served

    def broken(self, cause: Code, **params: str) -> Finding:
        return Finding(cause, Verdict.BROKEN, None, {**self._evidence(), **params})

    def unknown(self, cause: Code, **params: str) -> Finding:
        return Finding(cause, Verdict.UNKNOWN, None, {**self._evidence(), "host": self.url.host, **params})

    def _evidence(self) -> dict[str, str]:
        """The raw answer, kept for the curious."""
        status = str(self.answer.status) if self.answer.status is not None else ""
        return {"status": status, "store_code": self.answer.code, "store_message": self.answer.message}


def explain(facts: Facts, answer: Answer, now: datetime) -> Finding | None:
    """The cause of a refusal; None where the store served."""
    if answer.served or facts.url is None:
        return None
    refusal = Refusal(facts, facts.url, answer, now)
    rules = (*_OF_THE_WAY, *_RULES) if is_conclusive(answer) else _OF_THE_WAY
    found = (rule(refusal) for rule in rules)
    return next((finding for finding in found if finding is not None), _inconclusive(refusal))


def is_conclusive(answer: Answer) -> bool:
    """Whether an answer says something about the link, rather than about the way to the store."""
    if answer.trouble is not None or answer.status is None:
        return False
    refused = 400 <= answer.status < 500 and answer.status not in (408, 429)
    # Stores refuse in XML or without a body; a page in HTML was written by something on the way.
    return answer.served or (refused and "html" not in answer.content_type.casefold()) or _is_moved(answer)


def _is_moved(answer: Answer) -> bool:
    return answer.status in (301, 302, 307, 308) and bool(answer.region or answer.code.endswith("Redirect"))


def _inconclusive(refusal: Refusal) -> Finding:
    status = refusal.answer.status
    return refusal.unknown(Code.UNREACHABLE, what="redirect" if status and 300 <= status < 400 else "stranger")


def _unreachable(refusal: Refusal) -> Finding | None:
    trouble = refusal.answer.trouble
    if trouble is None:
        return None
    if trouble is Trouble.TIMEOUT:
        return refusal.unknown(Code.STORE_OVERLOADED, what=trouble.value)
    return refusal.unknown(Code.UNREACHABLE, what=trouble.value)


def _overloaded(refusal: Refusal) -> Finding | None:
    status = refusal.answer.status or 0
    if refusal.code in _OVERLOADED or status >= 500 or status in (408, 429):
        return refusal.unknown(Code.STORE_OVERLOADED, what="busy")
    return None


def _misdirected(refusal: Refusal) -> Finding | None:
    """The bucket lives in another region (store-answers.md, 1.3 and 1.6)."""
    answer = refusal.answer
    region = refusal.code in ("AuthorizationQueryParametersError", "AuthorizationHeaderMalformed") and (
        answer.region or answer.says("the region")
    )
    moved = refusal.code in ("PermanentRedirect", "TemporaryRedirect", "IllegalLocationConstraintException")
    if region or moved or _is_moved(answer):
        return refusal.broken(Code.WRONG_REGION, region=answer.region)
    return None


def _too_long(refusal: Refusal) -> Finding | None:
    if not refusal.answer.says("less than a week", "604800"):
        return None
    return refusal.broken(Code.LONGER_THAN_SEVEN_DAYS, seconds=str(refusal.url.lifetime or ""))


def _not_yet_valid(refusal: Refusal) -> Finding | None:
    if not refusal.answer.says(*_EARLY_WORDS) and refusal.code != "RequestTimeTooSkewed":
        return None
    # A URL that we signed a moment ago can only be too early if it is our clock that runs ahead.
    whose = "ours" if refusal.facts.delivery is Delivery.STABLE else "signer"
    return refusal.broken(Code.CLOCK_SKEW, whose=whose)


def _ended(refusal: Refusal) -> Finding | None:
    """Stores name the end in several ways, and `ExpiredToken` without a token is Google's (section 4)."""
    said = refusal.answer.says(*_ENDED_WORDS) and not (refusal.token and refusal.code == "ExpiredToken")
    named = refusal.code in ("ExpiredRequest", "RequestExpired") or (
        refusal.code == "ExpiredToken" and not refusal.token
    )
    if not (said or named):
        return None
    return _end_of_signature(refusal)


def _end_of_signature(refusal: Refusal) -> Finding:
    if refusal.facts.delivery is Delivery.STABLE:
        return refusal.broken(Code.CLOCK_SKEW, whose="ours")
    ended_at = refusal.url.expires_at.isoformat() if refusal.url.expires_at else ""
    cloudfront = refusal.url.style is Style.CLOUDFRONT
    cause = Code.CLOUDFRONT_ENDED if cloudfront else Code.SIGNATURE_ENDED
    return Finding(
        cause, Verdict.BROKEN, refusal.url.expires_at, {**refusal.broken(cause).params, "ended_at": ended_at}
    )


def _token_refused(refusal: Refusal) -> Finding | None:
    if not refusal.token:
        return None
    if refusal.url.has_long_lived_id and refusal.code in ("InvalidToken", "InvalidAccessKeyId"):
        return refusal.broken(Code.MIXED_CREDENTIALS, access_key_id=refusal.url.access_key_id)
    if refusal.code in ("ExpiredToken", "InvalidToken", "TokenRefreshRequired", "InvalidAccessKeyId"):
        return refusal.broken(Code.TEMPORARY_CREDENTIALS_ENDED, access_key_id=refusal.url.access_key_id)
    return None


def _key_refused(refusal: Refusal) -> Finding | None:
    access_key_id = refusal.url.access_key_id
    if refusal.code == "UserSuspended":
        return refusal.broken(Code.KEY_INACTIVE, access_key_id=access_key_id)
    if refusal.code not in ("InvalidAccessKeyId", "InvalidClientTokenId") and (
        refusal.code != "Unauthorized" or refusal.answer.status != 401
    ):
        return None
    if refusal.url.has_temporary_id:
        return refusal.broken(Code.TEMPORARY_KEY_WITHOUT_TOKEN, access_key_id=access_key_id)
    key = refusal.facts.key
    if key is not None and refusal.facts.signed_by_own_key and key.listing is Listing.INACTIVE:
        return refusal.broken(Code.KEY_INACTIVE, access_key_id=access_key_id)
    return refusal.broken(Code.KEY_UNKNOWN, access_key_id=access_key_id)


def _mismatch(refusal: Refusal) -> Finding | None:
    """A wrong secret, or a URL that was changed: the URL's shape and a fresh signature tell them apart."""
    if refusal.code != "SignatureDoesNotMatch":
        return None
    if refusal.stated_end_passed and refusal.facts.delivery is not Delivery.STABLE:
        return _end_of_signature(refusal)
    if refusal.url.unsent:
        return refusal.broken(Code.HEADERS_SIGNED, headers=", ".join(refusal.url.unsent))
    what = ", ".join((*refusal.url.flaws, *refusal.url.strangers))
    foreign = refusal.facts.delivery is Delivery.FOREIGN
    if foreign and (what or (refusal.fresh_served and refusal.facts.signed_by_own_key)):
        return refusal.broken(Code.URL_CHANGED, what=what)
    return refusal.broken(
        Code.SIGNATURE_MISMATCH,
        access_key_id=refusal.url.access_key_id,
        one_of="url-changed" if foreign and refusal.facts.fresh is None else "",
    )


def _malformed(refusal: Refusal) -> Finding | None:
    malformed = refusal.code in ("AuthorizationQueryParametersError", "AuthorizationHeaderMalformed")
    if malformed or refusal.answer.says("query-string authentication", "only one auth mechanism"):
        return refusal.broken(Code.URL_CHANGED, what=", ".join((*refusal.url.flaws, *refusal.url.strangers)))
    return None


def _legacy(refusal: Refusal) -> Finding | None:
    if refusal.answer.says("aws4-hmac-sha256", "signature version 4"):
        return refusal.broken(Code.LEGACY_SIGNATURE)
    return None


def _object_gone(refusal: Refusal) -> Finding | None:
    answer, object_key = refusal.answer, refusal.facts.object_key
    if refusal.code == "NoSuchKey":
        recoverable = "yes" if answer.delete_marker else ""
        return refusal.broken(Code.OBJECT_MISSING, object=object_key, recoverable=recoverable)
    marker = answer.status == 405 and answer.delete_marker
    if refusal.code == "NoSuchVersion" or marker or answer.says("version id"):
        return refusal.broken(Code.VERSION_MISSING, object=object_key)
    if refusal.code == "InvalidObjectState":
        return refusal.broken(Code.ARCHIVED, object=object_key, storage_class=answer.storage_class)
    return None


def _bucket_gone(refusal: Refusal) -> Finding | None:
    if refusal.code != "NoSuchBucket":
        return None
    return refusal.broken(Code.BUCKET_MISSING, bucket=refusal.facts.bucket)


def _encryption(refusal: Refusal) -> Finding | None:
    kms = refusal.code.startswith("KMS.") or refusal.answer.says("kms:", "customer master key", "kms key")
    if kms or refusal.answer.says("server side encryption", "correct secret key"):
        return refusal.broken(Code.ENCRYPTION_KEY)
    return None


def _cloudfront(refusal: Refusal) -> Finding | None:
    if refusal.url.style is not Style.CLOUDFRONT:
        return None
    if refusal.code == "InvalidKey":
        return refusal.broken(Code.CLOUDFRONT_KEY_UNKNOWN, access_key_id=refusal.url.access_key_id)
    if refusal.code == "AccessDenied" and refusal.stated_end_passed:
        return _end_of_signature(refusal)
    return refusal.broken(Code.CLOUDFRONT_REFUSED) if refusal.code else None


def _denied(refusal: Refusal) -> Finding | None:
    """A refusal that names no reason: the URL's clock first, then its token, then what else is known."""
    if refusal.code not in _DENIED or refusal.answer.status not in (400, 401, 403):
        return None
    if refusal.stated_end_passed and refusal.facts.delivery is not Delivery.STABLE:
        return _end_of_signature(refusal)
    if refusal.code and refusal.url.flaws:
        return refusal.broken(Code.URL_CHANGED, what=", ".join(refusal.url.flaws))
    return _blame_by_what_is_known(refusal) if refusal.code else None


def _blame_by_what_is_known(refusal: Refusal) -> Finding:
    spoken = refusal.answer.says("is not authorized to perform", "explicit deny")
    if refusal.token and not spoken:
        return refusal.broken(Code.TEMPORARY_CREDENTIALS_ENDED, access_key_id=refusal.url.access_key_id)
    if refusal.fresh_served and refusal.facts.signed_by_own_key:
        return refusal.broken(Code.POLICY_LIMITS_AGE)
    if refusal.fresh_served:
        return refusal.broken(Code.PERMISSION_LOST, access_key_id=refusal.url.access_key_id)
    if refusal.facts.exists is False:
        return refusal.broken(Code.OBJECT_MISSING, object=refusal.facts.object_key)
    if refusal.facts.may_list is False and not spoken:
        return refusal.broken(Code.OBJECT_MISSING, object=refusal.facts.object_key, one_of="permission-lost")
    return refusal.broken(Code.PERMISSION_LOST, access_key_id=refusal.url.access_key_id)


def _refused_other(refusal: Refusal) -> Finding | None:
    return refusal.broken(Code.REFUSED_OTHER) if refusal.code else None


Rule = Callable[[Refusal], Finding | None]

_OF_THE_WAY: tuple[Rule, ...] = (_unreachable, _overloaded)
_RULES: tuple[Rule, ...] = (
    _misdirected,
    _too_long,
    _not_yet_valid,
    _ended,
    _token_refused,
    _cloudfront,
    _key_refused,
    _mismatch,
    _malformed,
    _legacy,
    _object_gone,
    _bucket_gone,
    _encryption,
    _denied,
    _refused_other,
)
