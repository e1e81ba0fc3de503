"""Every code that the stores are known to answer, in every status, for every kind of URL, with a key in every state.

The expectations are rules over the four, written down apart from the judgement's own: a store's specific word stands
whatever the URL, and a word that says nothing yields to what the URL itself, its token, or the key is known to be.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from links.domain.credentials import CallerKind, KeyState
from links.domain.findings import Code, Verdict
from links.domain.judging.facts import BucketFacts, Delivery, Facts, KeyFacts, Listing
from links.domain.policies.statements import Condition, Statement
from links.domain.signed_urls.reading import SignedUrl
from links.domain.stores.answers import Answer
from tests.domain.builders import KEY_ID, NOW, SERVED, SESSION_ID, cloudfront, codes, facts, judged, v2, v4

HOUR = timedelta(hours=1)
STORE = "s3.example.com"

# What a URL is ------------------------------------------------------------------------------------------------------

PLAIN = ("plain", "legacy", "elsewhere")
SESSIONS = ("session", "session elsewhere", "legacy session")
DEAD_AT_BIRTH: Mapping[str, Code] = {
    "no token": Code.TEMPORARY_KEY_WITHOUT_TOKEN,
    "mixed": Code.MIXED_CREDENTIALS,
    "too long": Code.LONGER_THAN_SEVEN_DAYS,
    "cut": Code.URL_CHANGED,
    "headers": Code.HEADERS_SIGNED,
}
ENDED = ("ended", "ended legacy", "ended elsewhere")
URLS: Mapping[str, SignedUrl] = {
    "plain": v4(),
    "legacy": v2(),
    "elsewhere": v4(key_id="minio", host=STORE),
    "session": v4(key_id=SESSION_ID, token=True),
    "session elsewhere": v4(key_id="Q3AM3UQ867SPQQA43P2F", token=True, host=STORE),
    "legacy session": v2(key_id=SESSION_ID, token=True),
    "no token": v4(key_id=SESSION_ID),
    "mixed": v4(token=True),
    "too long": v4(lifetime=604801),
    "cut": v4(signature="0" * 60),
    "headers": v4(headers="content-type%3Bhost"),
    "ended": v4(signed_at=NOW - HOUR),
    "ended legacy": v2(ends_at=NOW),
    "ended elsewhere": v4(key_id="minio", signed_at=NOW - HOUR, host=STORE),
    "cloudfront": cloudfront(),
    "cloudfront ended": cloudfront(NOW),
}

# What is known of the key -------------------------------------------------------------------------------------------

KEYS: Mapping[str, dict[str, Any]] = {
    "unknown": {},
    "another": {"key": KeyFacts("AKIAANOTHEREXAMPLE12", KeyState.PROVED, CallerKind.IAM_USER)},
    "proved": {"key": KeyFacts(KEY_ID, KeyState.PROVED, CallerKind.IAM_USER, listing=Listing.ACTIVE)},
    "inactive": {"key": KeyFacts(KEY_ID, KeyState.PROVED, CallerKind.IAM_USER, listing=Listing.INACTIVE)},
    "listed inactive": {
        "key": KeyFacts("AKIAANOTHEREXAMPLE12", KeyState.PROVED),
        "listing": Listing.INACTIVE,
    },
    "pending": {"key": KeyFacts(KEY_ID, KeyState.PENDING)},
    "unproved": {"key": KeyFacts(KEY_ID, KeyState.UNPROVED)},
    "root": {"key": KeyFacts(KEY_ID, KeyState.REFUSED, CallerKind.ROOT)},
    "role": {"key": KeyFacts(KEY_ID, KeyState.REFUSED, CallerKind.ROLE)},
}

# What a store answers -----------------------------------------------------------------------------------------------

SPECIFIC: Mapping[str, Code] = {
    "NoSuchKey": Code.OBJECT_MISSING,
    "NoSuchBucket": Code.BUCKET_MISSING,
    "NoSuchVersion": Code.VERSION_MISSING,
    "InvalidObjectState": Code.ARCHIVED,
    "KMS.DisabledException": Code.ENCRYPTION_KEY,
    "KMS.KMSInvalidStateException": Code.ENCRYPTION_KEY,
    "PermanentRedirect": Code.WRONG_REGION,
    "TemporaryRedirect": Code.WRONG_REGION,
    "IllegalLocationConstraintException": Code.WRONG_REGION,
    "UserSuspended": Code.KEY_INACTIVE,
    "AccountProblem": Code.ACCOUNT_BLOCKED,
}
END_CONDITIONS = ("ExpiredRequest", "RequestExpired")
TOKENS = ("ExpiredToken", "InvalidToken", "TokenRefreshRequired")
UNKNOWN_KEYS = ("InvalidAccessKeyId", "InvalidClientTokenId")
MISMATCH = "SignatureDoesNotMatch"
MALFORMED = ("AuthorizationQueryParametersError", "AuthorizationHeaderMalformed")
DENIALS = ("AccessDenied", "Forbidden", "UnauthorizedAccess")
STRANGE = ("InvalidRequest", "InvalidArgument", "MoonPhase")
BUSY = ("SlowDown", "InternalError", "ServiceUnavailable", "RequestTimeout", "ThrottlingException")
SKEWED = "RequestTimeTooSkewed"
EVERY_CODE = (
    *SPECIFIC,
    *END_CONDITIONS,
    *TOKENS,
    *UNKNOWN_KEYS,
    MISMATCH,
    *MALFORMED,
    *DENIALS,
    *STRANGE,
    *BUSY,
    SKEWED,
)
REFUSING = (400, 401, 403)


def expect(code: str, url: str, key: str) -> Code:
    """The one cause of a refusal by a code and no words."""
    by_code = [rule(code, url, key) for rule in (_by_word, _by_token, _by_key, _by_url)]
    return next(cause for cause in (*by_code, _by_denial(code, url)) if cause)


def _by_word(code: str, url: str, _: str) -> Code | None:
    if code in SPECIFIC:
        return SPECIFIC[code]
    if code in BUSY:
        return Code.STORE_OVERLOADED
    if code in END_CONDITIONS:
        return _end_of(url) if url not in (*SESSIONS, "mixed") else Code.TEMPORARY_CREDENTIALS_ENDED
    if code == SKEWED and url not in (*ENDED, "cloudfront ended"):
        return Code.CLOCK_SKEW
    return None


def _end_of(url: str) -> Code:
    return Code.CLOUDFRONT_ENDED if url.startswith("cloudfront") else Code.SIGNATURE_ENDED


def _by_token(code: str, url: str, _: str) -> Code | None:
    """`ExpiredToken` without a token is Google's word for an end."""
    if code in (*TOKENS, *UNKNOWN_KEYS) and url == "mixed":
        return Code.MIXED_CREDENTIALS
    if code in (*TOKENS, *UNKNOWN_KEYS) and url in SESSIONS:
        return Code.TEMPORARY_CREDENTIALS_ENDED
    return _end_of(url) if code == "ExpiredToken" else None


def _by_key(code: str, url: str, key: str) -> Code | None:
    if code not in UNKNOWN_KEYS:
        return None
    if url == "no token":
        return Code.TEMPORARY_KEY_WITHOUT_TOKEN
    signed_by_ours = url not in ("elsewhere", "ended elsewhere", "cloudfront", "cloudfront ended")
    inactive = key == "listed inactive" or (key == "inactive" and signed_by_ours)
    return Code.KEY_INACTIVE if inactive else Code.KEY_UNKNOWN


def _by_url(_: str, url: str, __: str) -> Code | None:
    """No word has named a cause: the end that the URL states, then what it was born with."""
    if url in (*ENDED, "cloudfront ended"):
        return _end_of(url)
    return DEAD_AT_BIRTH.get(url)


def _by_denial(code: str, url: str) -> Code:
    if code == MISMATCH:
        return Code.SIGNATURE_MISMATCH
    if code in MALFORMED:
        return Code.URL_CHANGED
    if code in TOKENS and url == "elsewhere":
        return Code.TEMPORARY_KEY_WITHOUT_TOKEN
    if code in DENIALS:
        if url == "cloudfront":
            return Code.CLOUDFRONT_REFUSED
        return Code.TEMPORARY_CREDENTIALS_ENDED if url in SESSIONS else Code.PERMISSION_LOST
    return Code.REFUSED_OTHER


@pytest.mark.parametrize("code", EVERY_CODE)
def test_every_code_in_every_status_for_every_url_and_key(code: str) -> None:
    for status, url, key in product(REFUSING, URLS, KEYS):
        answer = Answer(status=status, code=code, content_type="application/xml")
        (first, *_), verdict = findings_of(facts(URLS[url], **KEYS[key]), answer)
        case = f"{status} {code}, {url}, key {key}"
        blamed = expect(code, url, key)
        told = {finding.code for finding in (first, *_)}
        assert blamed in told, f"{case}: {sorted(told)} instead of {blamed}"
        assert causes_in(told, url) == {blamed} - explained_by(url), f"{case}: {sorted(told)}"
        assert verdict is (Verdict.BROKEN if blamed is not Code.STORE_OVERLOADED else without_answer(url, key)), case


def findings_of(case: Facts, answer: Answer) -> tuple[list[Any], Verdict]:
    judgement = judged(case, answer)
    return list(judgement.findings), judgement.verdict


def without_answer(url: str, key: str) -> Verdict:
    """An outage takes nothing back of what the URL says of itself, and adds nothing to it."""
    return judged(facts(URLS[url], **KEYS[key])).verdict


FORESEEN = {
    Code.TEMPORARY_CREDENTIALS, Code.SIGNATURE_ENDS_EARLY, Code.CLOUDFRONT_ENDS_EARLY, Code.LEGACY_SIGNATURE,
    Code.ROOT_KEY, Code.NOT_AN_IAM_USER,
}  # fmt: skip


def explained_by(url: str) -> set[Code]:
    """What the URL shows by itself, whatever is answered."""
    ends = {_end_of(url)} if url in (*ENDED, "cloudfront ended") else set()
    return ends | ({DEAD_AT_BIRTH[url]} if url in DEAD_AT_BIRTH else set())


def causes_in(told: Iterable[Code], url: str) -> set[Code]:
    return set(told) - FORESEEN - explained_by(url)


# What else is known -------------------------------------------------------------------------------------------------


def denying(condition: Condition) -> BucketFacts:
    return BucketFacts(denials=(Statement(conditions=(condition,)),))


DENIED, BARE = ("Access Denied", "")
SPOKEN = "User: x is not authorized to perform: s3:GetObject"
STILL_WRONG = {"fresh": Answer(status=403, code=MISMATCH)}
UNLISTED = {"may_list": False}
GONE, THERE = {"exists": False}, {"exists": True}
FRESH, FRESH_GONE = {"fresh": SERVED}, {"fresh": Answer(status=404, code="NoSuchKey")}
NO_QUERY = {"configuration": denying(("stringequals", "s3:authtype", ("REST-QUERY-STRING",)))}
CLOSED = {"configuration": denying(("dategreaterthan", "aws:currenttime", ("2026-11-24",)))}
CALLER_GONE, CALLER = {"caller_answers": False}, {"caller_answers": True}

EVIDENCE: list[tuple[str, str, str, str, dict[str, Any], Code, str]] = [
    # code, message, url, key, known, the cause, and what else it may be
    ("AccessDenied", DENIED, "plain", "unknown", {}, Code.PERMISSION_LOST, "object-missing"),
    ("AccessDenied", BARE, "plain", "unknown", {}, Code.PERMISSION_LOST, "object-missing"),
    ("AccessDenied", DENIED, "plain", "proved", THERE, Code.PERMISSION_LOST, ""),
    ("AccessDenied", BARE, "plain", "proved", THERE, Code.PERMISSION_LOST, ""),
    ("AccessDenied", BARE, "plain", "another", THERE, Code.PERMISSION_LOST, "key-unknown"),
    ("AccessDenied", DENIED, "plain", "another", THERE, Code.PERMISSION_LOST, ""),
    ("AccessDenied", DENIED, "plain", "proved", GONE, Code.OBJECT_MISSING, ""),
    ("AccessDenied", BARE, "session", "another", GONE, Code.OBJECT_MISSING, ""),
    ("AccessDenied", BARE, "session", "another", FRESH, Code.TEMPORARY_CREDENTIALS_ENDED, ""),
    ("AccessDenied", DENIED, "plain", "proved", UNLISTED, Code.OBJECT_MISSING, "permission-lost"),
    ("AccessDenied", BARE, "plain", "proved", UNLISTED | CALLER, Code.OBJECT_MISSING, "permission-lost"),
    ("AccessDenied", BARE, "plain", "proved", UNLISTED | CALLER_GONE, Code.KEY_UNKNOWN, ""),
    ("AccessDenied", BARE, "plain", "another", CALLER_GONE, Code.PERMISSION_LOST, "object-missing"),
    ("AccessDenied", DENIED, "plain", "proved", FRESH, Code.POLICY_LIMITS_AGE, ""),
    ("AccessDenied", DENIED, "plain", "another", FRESH, Code.PERMISSION_LOST, ""),
    ("AccessDenied", DENIED, "plain", "another", FRESH_GONE, Code.OBJECT_MISSING, ""),
    ("AccessDenied", SPOKEN, "plain", "unknown", {}, Code.PERMISSION_LOST, ""),
    ("AccessDenied", SPOKEN, "session", "unknown", {}, Code.PERMISSION_LOST, ""),
    ("AccessDenied", DENIED, "plain", "proved", THERE | NO_QUERY, Code.POLICY_REFUSES_PRESIGNED, ""),
    ("AccessDenied", BARE, "plain", "unknown", NO_QUERY, Code.POLICY_REFUSES_PRESIGNED, ""),
    ("AccessDenied", DENIED, "plain", "proved", THERE | CLOSED, Code.POLICY_LIMITS_TIME, ""),
    ("SignatureDoesNotMatch", "", "plain", "unknown", {}, Code.SIGNATURE_MISMATCH, "url-changed"),
    ("SignatureDoesNotMatch", "", "plain", "another", FRESH, Code.SIGNATURE_MISMATCH, "url-changed"),
    ("SignatureDoesNotMatch", "", "plain", "proved", FRESH, Code.URL_CHANGED, ""),
    ("SignatureDoesNotMatch", "", "plain", "proved", STILL_WRONG, Code.SIGNATURE_MISMATCH, ""),
    ("", "", "plain", "proved", GONE, Code.OBJECT_MISSING, ""),
    ("", "", "session", "another", FRESH, Code.TEMPORARY_CREDENTIALS_ENDED, ""),
    ("", "", "plain", "another", FRESH, Code.REFUSED_OTHER, ""),
    ("", "", "plain", "unknown", {}, Code.UNREACHABLE, ""),
    ("", "", "session", "unknown", {}, Code.UNREACHABLE, ""),
]  # fmt: skip


@pytest.mark.parametrize(("code", "message", "url", "key", "known", "cause", "one_of"), EVIDENCE)
def test_what_else_is_known_decides_where_the_store_does_not(
    code: str, message: str, url: str, key: str, known: dict[str, Any], cause: Code, one_of: str
) -> None:
    answer = Answer(status=403, code=code, message=message)
    judgement = judged(facts(URLS[url], **KEYS[key], **known), answer)
    found = {finding.code: finding for finding in judgement.findings}
    assert causes_in(codes(judgement), url) == {cause}
    assert found[cause].params.get("one_of", "") == one_of


@pytest.mark.parametrize("delivery", Delivery)
@pytest.mark.parametrize("hours", [-2, 2])
def test_a_bare_refusal_goes_by_the_clock_of_the_store(delivery: Delivery, hours: int) -> None:
    answer = Answer(status=403, code="AccessDenied", asked_at=NOW, date=NOW + hours * HOUR)
    (cause, *_) = judged(facts(v4(), delivery), answer).findings
    ended = hours > 0 and delivery is not Delivery.STABLE
    assert cause.code is (Code.SIGNATURE_ENDED if ended else Code.CLOCK_SKEW)
    if delivery is Delivery.STABLE:
        assert (cause.params["whose"], cause.params["side"]) == ("ours", "behind" if hours > 0 else "ahead")
