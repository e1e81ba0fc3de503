"""Why a store did not serve: the one most specific cause that its answer and what else is known support.

The rules stand in order of precedence and the first that speaks is believed. `links.domain.store_words` knows what
stores call things. Codes come before words, and where neither tells (Ceph refuses an ended URL with a bare
`AccessDenied`, CloudFront names no reason at all) the URL's own clock and shape, its token and a fresh signature do.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from links.domain import store_words
from links.domain.answers import Answer, Trouble
from links.domain.facts import Delivery, Facts, Listing
from links.domain.findings import Code, Finding, Verdict
from links.domain.foresight import CLOCK_TOLERANCE, find_birth_defect, tell_clocks, tell_end
from links.domain.signed_urls import SignedUrl, Style

_KEY_CODES = (store_words.KEY_UNKNOWN, store_words.KEY_INACTIVE)
_DENIED = (store_words.DENIED, "Unauthorized", "")


@dataclass(frozen=True)
class Refusal:
    """An answer that served nothing, with what is known of the URL that got it."""

    facts: Facts
    url: SignedUrl
    answer: Answer
    now: datetime

    @cached_property
    def code(self) -> str:
        """AWS's name for what the store says."""
        return store_words.name_code(self.answer.code, self.answer.message)

    @property
    def token(self) -> bool:
        return self.url.token

    @property
    def stable(self) -> bool:
        return self.facts.delivery is Delivery.STABLE

    @property
    def clock(self) -> datetime:
        """A store goes by its own clock; ours tells as much where the two agree."""
        return self.answer.date if self.answer.date and self.answer.shifted else self.now

    @property
    def stated_end_passed(self) -> bool:
        return self.url.expires_at is not None and self.url.expires_at <= self.clock

    @property
    def is_silent(self) -> bool:
        """No code, no words of a store's: it need not be the store that answered."""
        return not self.code

    @property
    def is_spoken(self) -> bool:
        """AWS names who may not do what: then token, key and signature were in order."""
        return self.answer.says("is not authorized to perform", "explicit deny")

    @property
    def fresh_served(self) -> bool:
        return self.facts.fresh is not None and self.facts.fresh.served

    def broken(self, cause: Code, **params: str) -> Finding:
        return Finding(cause, Verdict.BROKEN, None, {**self.evidence, **params})

    def unknown(self, cause: Code, **params: str) -> Finding:
        return Finding(cause, Verdict.UNKNOWN, None, {**self.evidence, "host": self.url.host, **params})

    @property
    def evidence(self) -> dict[str, str]:
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
    if answer.served or _is_moved(answer):
        return True
    # Stores refuse in XML or without a body; a page in HTML was written by something on the way.
    written_on_the_way = not answer.code and "html" in answer.content_type.casefold()
    return 400 <= answer.status < 500 and not written_on_the_way and not _is_busy(answer)


def is_ambiguous(answer: Answer) -> bool:
    """Whether a refusal may have several causes, which a fresh signature, or a look for the object, tells apart."""
    if answer.served or not is_conclusive(answer):
        return False
    return store_words.name_code(answer.code, answer.message) in (*_DENIED, "SignatureDoesNotMatch")


def is_denial(answer: Answer) -> bool:
    """Whether it may be the object that is missing."""
    return is_ambiguous(answer) and store_words.name_code(answer.code, answer.message) in _DENIED


def is_of_an_unknown_key(answer: Answer) -> bool:
    return is_conclusive(answer) and store_words.name_code(answer.code, answer.message) == store_words.KEY_UNKNOWN


def _is_busy(answer: Answer) -> bool:
    status = answer.status or 0
    busy = store_words.name_code(answer.code, answer.message) == store_words.BUSY
    return busy or status >= 500 or status in (407, 408, 429)


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
    # 407 is a proxy's word about itself, and no store's.
    if refusal.answer.status == 407 or not _is_busy(refusal.answer):
        return None
    return refusal.unknown(Code.STORE_OVERLOADED, what="busy")


# What the store names -----------------------------------------------------------------------------------------------


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
    skewed = refusal.code == "RequestTimeTooSkewed" and (refusal.stable or not refusal.stated_end_passed)
    if refusal.code != store_words.EARLY and not skewed:
        return None
    return _too_early(refusal)


def _too_early(refusal: Refusal) -> Finding:
    """A URL that we signed a moment ago can only be too early if it is our clock that runs ahead."""
    if refusal.stable:
        return refusal.broken(Code.CLOCK_SKEW, **tell_clocks(refusal.answer, refusal.url))
    signed_at = refusal.url.signed_at
    starts_at = signed_at.isoformat() if signed_at and signed_at > refusal.clock else ""
    return refusal.broken(Code.CLOCK_SKEW, whose="signer", starts_at=starts_at)


def _ended(refusal: Refusal) -> Finding | None:
    """Stores name the end in several ways, and `ExpiredToken` without a token is Google's (section 4)."""
    if refusal.code != store_words.ENDED and (refusal.code != store_words.TOKEN_ENDED or refusal.token):
        return None
    if refusal.token and not refusal.stated_end_passed and refusal.url.expires_at is not None:
        return _end_of_session(refusal)
    return _end_of_signature(refusal)


def _end_of_signature(refusal: Refusal) -> Finding:
    """The end that the URL states, where it has come; a store that says so earlier goes by something else."""
    if refusal.stable:
        return refusal.broken(Code.CLOCK_SKEW, **tell_clocks(refusal.answer, refusal.url))
    cause = Code.CLOUDFRONT_ENDED if refusal.url.style is Style.CLOUDFRONT else Code.SIGNATURE_ENDED
    if refusal.url.expires_at is None or not refusal.stated_end_passed:
        return refusal.broken(cause)
    return tell_end(refusal.facts, refusal.url, Verdict.BROKEN, **refusal.evidence)


def _end_of_session(refusal: Refusal, **params: str) -> Finding:
    return refusal.broken(Code.TEMPORARY_CREDENTIALS_ENDED, access_key_id=refusal.url.access_key_id, **params)


def _token_refused(refusal: Refusal) -> Finding | None:
    if not refusal.token:
        return None
    # Elsewhere than on AWS a token that ended may have belonged to a key of any name.
    named = (store_words.TOKEN_REFUSED, *_KEY_CODES, *((store_words.TOKEN_ENDED,) if refusal.url.is_aws else ()))
    if refusal.url.has_long_lived_id and refusal.code in named:
        return refusal.broken(Code.MIXED_CREDENTIALS, access_key_id=refusal.url.access_key_id)
    if refusal.code in (store_words.TOKEN_ENDED, store_words.TOKEN_REFUSED, *_KEY_CODES):
        return _end_of_session(refusal)
    return None


def _cloudfront(refusal: Refusal) -> Finding | None:
    """CloudFront's own words; any other are those of the origin behind it."""
    if refusal.url.style is not Style.CLOUDFRONT:
        return None
    if refusal.code == "InvalidKey":
        return refusal.broken(Code.CLOUDFRONT_KEY_UNKNOWN, access_key_id=refusal.url.access_key_id)
    if refusal.code and refusal.stated_end_passed and refusal.code in (*_DENIED, "MissingKey"):
        return _end_of_signature(refusal)
    own = refusal.code in (*_DENIED, "MissingKey", "MalformedPolicy", "MalformedSignature")
    return refusal.broken(Code.CLOUDFRONT_REFUSED) if refusal.code and own else None


def _account_blocked(refusal: Refusal) -> Finding | None:
    unpaid = refusal.answer.status == 402 and not refusal.is_silent
    if refusal.code != store_words.ACCOUNT_BLOCKED and not unpaid:
        return None
    return refusal.broken(Code.ACCOUNT_BLOCKED, access_key_id=refusal.url.access_key_id)


def _key_refused(refusal: Refusal) -> Finding | None:
    access_key_id = refusal.url.access_key_id
    if refusal.code in ("UserSuspended", store_words.KEY_INACTIVE):
        return refusal.broken(Code.KEY_INACTIVE, access_key_id=access_key_id)
    if refusal.code != store_words.KEY_UNKNOWN:
        return None
    if refusal.url.has_temporary_id:
        return refusal.broken(Code.TEMPORARY_KEY_WITHOUT_TOKEN, access_key_id=access_key_id)
    inactive = refusal.facts.listing_of_signer is Listing.INACTIVE
    return refusal.broken(Code.KEY_INACTIVE if inactive else Code.KEY_UNKNOWN, access_key_id=access_key_id)


def _legacy(refusal: Refusal) -> Finding | None:
    if refusal.url.style is Style.SIGV4:
        return None
    if refusal.answer.says("aws4-hmac-sha256", "signature version 4", "sigv4", "sigv2", "signature v4", "v2 signature"):
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


# What the URL itself tells ------------------------------------------------------------------------------------------


def _cut(refusal: Refusal) -> Finding | None:
    """AWS lists what it misses; with a mechanism of its own beside the URL's it refuses both."""
    if not refusal.answer.says("query-string authentication", "only one auth mechanism"):
        return None
    return None if refusal.stated_end_passed and not refusal.url.flaws else _changed(refusal)


def _out_of_time(refusal: Refusal) -> Finding | None:
    """A refusal without a reason of its own, of a URL that cannot be in time by the clock of the store."""
    if refusal.is_spoken or (refusal.stable and not refusal.answer.shifted):
        return None
    if refusal.stated_end_passed:
        return _end_of_signature(refusal)
    signed_at = refusal.url.signed_at
    if refusal.code and signed_at is not None and signed_at - refusal.clock > CLOCK_TOLERANCE:
        return _too_early(refusal)
    return None


def _dead_at_birth(refusal: Refusal) -> Finding | None:
    if refusal.is_silent or refusal.is_spoken:
        return None
    defect = find_birth_defect(refusal.facts, refusal.url, refusal.now)
    return replace(defect, params={**refusal.evidence, **defect.params}) if defect else None


def _changed(refusal: Refusal) -> Finding:
    return refusal.broken(Code.URL_CHANGED, what=", ".join((*refusal.url.flaws, *refusal.url.strangers)))


def _mismatch(refusal: Refusal) -> Finding | None:
    """A wrong secret, or a URL that was changed: the URL's shape and a fresh signature tell them apart."""
    if refusal.code != "SignatureDoesNotMatch":
        return None
    foreign, own = refusal.facts.delivery is Delivery.FOREIGN, refusal.facts.signed_by_own_key
    if foreign and (refusal.url.flaws or refusal.url.strangers or (refusal.fresh_served and own)):
        return _changed(refusal)
    fresh = refusal.facts.fresh
    the_secret = fresh is not None and own and _name(fresh) == "SignatureDoesNotMatch"
    return refusal.broken(
        Code.SIGNATURE_MISMATCH,
        access_key_id=refusal.url.access_key_id,
        one_of="url-changed" if foreign and not the_secret else "",
    )


def _malformed(refusal: Refusal) -> Finding | None:
    malformed = refusal.code in ("AuthorizationQueryParametersError", "AuthorizationHeaderMalformed")
    return _changed(refusal) if malformed else None


# What else is known -------------------------------------------------------------------------------------------------


def _denied(refusal: Refusal) -> Finding | None:
    """A refusal that names no reason. Without even a code it counts only where it is known that the store answers."""
    if refusal.code not in _DENIED:
        return None
    known = _found_missing(refusal) or _told_by_fresh(refusal)
    if known is not None or (refusal.is_silent and not refusal.fresh_served):
        return known
    if refusal.token and not refusal.is_spoken:
        return _end_of_session(refusal)
    if refusal.url.strangers and refusal.url.style is Style.SIGV4 and not refusal.answer.message:
        return _changed(refusal)
    return _refused_key(refusal) or _refused_object(refusal)


def _found_missing(refusal: Refusal) -> Finding | None:
    if refusal.facts.exists is not False:
        return None
    return refusal.broken(Code.OBJECT_MISSING, object=refusal.facts.object_key)


def _told_by_fresh(refusal: Refusal) -> Finding | None:
    """What a URL signed a moment ago was told of the object holds for this one too, and of the key where it is the
    same."""
    fresh = refusal.facts.fresh
    if fresh is None or not is_conclusive(fresh):
        return None
    asked = replace(refusal, answer=fresh)
    rules: tuple[Rule, ...] = (_misdirected, _object_gone, _bucket_gone, _encryption)
    if refusal.facts.signed_by_own_key and not refusal.token:
        rules = (*rules, _key_refused, _mismatch)
    told = next((finding for rule in rules if (finding := rule(asked)) is not None), None)
    return replace(told, params={**told.params, **refusal.evidence}) if told else None


def _refused_key(refusal: Refusal) -> Finding | None:
    own, access_key_id = refusal.facts.signed_by_own_key, refusal.url.access_key_id
    if own and refusal.facts.caller_answers is False:
        return refusal.broken(Code.KEY_UNKNOWN, access_key_id=access_key_id)
    if refusal.code == "Unauthorized" and refusal.answer.status == 401:
        return refusal.broken(Code.KEY_UNKNOWN, access_key_id=access_key_id)
    if refusal.is_silent:
        return refusal.broken(Code.REFUSED_OTHER)
    # A version in the URL needs a permission of its own (s3:GetObjectVersion).
    if refusal.fresh_served and own and not (refusal.url.version_id and refusal.facts.delivery is Delivery.FOREIGN):
        return refusal.broken(Code.POLICY_LIMITS_AGE)
    return None


def _refused_object(refusal: Refusal) -> Finding:
    facts, access_key_id = refusal.facts, refusal.url.access_key_id
    looked = refusal.fresh_served or facts.exists is not None
    if not looked and facts.may_list is False and not refusal.is_spoken:
        return refusal.broken(Code.OBJECT_MISSING, object=facts.object_key, one_of="permission-lost")
    return refusal.broken(Code.PERMISSION_LOST, access_key_id=access_key_id, one_of=_doubt(refusal, looked=looked))


def _doubt(refusal: Refusal, *, looked: bool) -> str:
    """What it may be instead: some stores refuse a dead key, or a missing object, without a word."""
    if refusal.is_spoken:
        return ""
    if not looked:
        return "object-missing"
    proved = refusal.facts.caller_answers or (refusal.facts.exists and refusal.facts.signed_by_own_key)
    return "" if refusal.answer.message or proved else "key-unknown"


def _not_found(refusal: Refusal) -> Finding | None:
    """Whatever a store calls it, a 404 that speaks of nothing else speaks of the object."""
    if refusal.answer.status != 404 or not refusal.code or refusal.code.startswith("NoSuch"):
        return None
    return refusal.broken(Code.OBJECT_MISSING, object=refusal.facts.object_key)


def _refused_other(refusal: Refusal) -> Finding | None:
    # What is out of range of a file that is there is no refusal of the link.
    return refusal.broken(Code.REFUSED_OTHER) if refusal.code and refusal.answer.status != 416 else None


def _name(answer: Answer) -> str:
    return store_words.name_code(answer.code, answer.message)


Rule = Callable[[Refusal], Finding | None]

_OF_THE_WAY: tuple[Rule, ...] = (_unreachable, _overloaded)
_RULES: tuple[Rule, ...] = (
    _misdirected,
    _too_long,
    _not_yet_valid,
    _ended,
    _token_refused,
    _legacy,
    _cloudfront,
    _account_blocked,
    _key_refused,
    _object_gone,
    _bucket_gone,
    _encryption,
    _cut,
    _out_of_time,
    _dead_at_birth,
    _mismatch,
    _malformed,
    _denied,
    _not_found,
    _refused_other,
)
