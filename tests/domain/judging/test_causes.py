"""Every refusal that the stores are known to answer, and the one cause that it is."""

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from links.domain.findings import Code, Subject, Verdict
from links.domain.judging.causes import explain, is_ambiguous, is_conclusive
from links.domain.judging.facts import BucketFacts, Delivery, Facts, KeyFacts, Listing
from links.domain.policies.statements import Statement
from links.domain.signed_urls.reading import SignedUrl
from links.domain.stores.answers import Answer, Trouble
from tests.domain.builders import KEY_ID, NOW, SERVED, SESSION_ID, cloudfront, facts, key, refused, v2, v4

DENIED = refused(403, "AccessDenied", "Access Denied")
SPOKEN = "User: x is not authorized to perform: s3:GetObject with an explicit deny in {} policy"
BY_THE_BUCKET = refused(403, "AccessDenied", SPOKEN.format("a resource-based"))
BY_THE_USER = refused(403, "AccessDenied", SPOKEN.format("an identity-based"))
BARE = refused(403, "AccessDenied")
HOUR = timedelta(hours=1)
ENDED = v4(signed_at=NOW - 2 * HOUR)
PLAIN, SESSION, MIXED = v4(), v4(key_id=SESSION_ID, token=True), v4(token=True)
NO_PREFIX = v4(key_id="Q3AM3UQ867SPQQA43P2F", token=True, host="minio.example.com:9000")

ANSWERS: list[tuple[str, SignedUrl, Answer, Code]] = [
    ("AWS, ended", ENDED, refused(403, "AccessDenied", "Request has expired"), Code.SIGNATURE_ENDED),
    ("versitygw, ended", ENDED, refused(403, "AccessDenied", "Request has expired."), Code.SIGNATURE_ENDED),
    ("R2, ended", ENDED, refused(403, "ExpiredRequest", "Request has expired"), Code.SIGNATURE_ENDED),
    (
        "B2, ended",
        ENDED,
        refused(401, "UnauthorizedAccess", "Request has expired given timestamp: '20250815T210443Z' and expiration: 3600"),
        Code.SIGNATURE_ENDED,
    ),
    ("Google, ended", ENDED, refused(400, "ExpiredToken", "The provided token has expired."), Code.SIGNATURE_ENDED),
    ("Google, V4 ended", ENDED, refused(400, "ExpiredToken", "Invalid argument."), Code.SIGNATURE_ENDED),
    ("Ceph, ended without a word", ENDED, BARE, Code.SIGNATURE_ENDED),
    ("some store, ended with 400", ENDED, refused(400, "AccessDenied"), Code.SIGNATURE_ENDED),
    ("a store that names no code, ended", ENDED, Answer(status=403), Code.SIGNATURE_ENDED),
    ("AWS, ended SigV2", v2(ends_at=NOW - HOUR), refused(403, "AccessDenied", "Request has expired"), Code.SIGNATURE_ENDED),
    ("AWS, session over", SESSION, refused(400, "ExpiredToken", "The provided token has expired."), Code.TEMPORARY_CREDENTIALS_ENDED),
    ("AWS, token unknown", SESSION, refused(400, "InvalidToken"), Code.TEMPORARY_CREDENTIALS_ENDED),
    ("AWS, old session", SESSION, refused(403, "InvalidAccessKeyId"), Code.TEMPORARY_CREDENTIALS_ENDED),
    ("a store without words, session over", NO_PREFIX, BARE, Code.TEMPORARY_CREDENTIALS_ENDED),
    ("a store whose session keys vanish", NO_PREFIX, refused(403, "InvalidAccessKeyId"), Code.TEMPORARY_CREDENTIALS_ENDED),
    ("AWS, static key with a token", MIXED, refused(400, "InvalidToken"), Code.MIXED_CREDENTIALS),
    ("AWS, session key without its token", v4(key_id=SESSION_ID), refused(403, "InvalidAccessKeyId"), Code.TEMPORARY_KEY_WITHOUT_TOKEN),
    ("MinIO, session key without its token", v4(key_id="Q3AM3UQ867SPQQA43P2F"), refused(403, "InvalidTokenId"), Code.TEMPORARY_KEY_WITHOUT_TOKEN),
    ("a store that speaks of a token that is not there", PLAIN, refused(403, "InvalidTokenId"), Code.REFUSED_OTHER),
    ("AWS, key deleted", PLAIN, refused(403, "InvalidAccessKeyId"), Code.KEY_UNKNOWN),
    ("R2, key deleted", PLAIN, refused(401, "Unauthorized"), Code.KEY_UNKNOWN),
    ("Ceph, user suspended", PLAIN, refused(403, "UserSuspended"), Code.KEY_INACTIVE),
    ("a store, key made inactive", PLAIN, refused(403, "InactiveAccessKey"), Code.KEY_INACTIVE),
    ("a store, denied in another word", PLAIN, refused(403, "Unauthorized"), Code.PERMISSION_LOST),
    ("a store, session's key made inactive", NO_PREFIX, refused(403, "InactiveAccessKey"), Code.TEMPORARY_CREDENTIALS_ENDED),
    ("Garage, whose every answer names its region", PLAIN, refused(404, "NoSuchKey", region="garage"), Code.OBJECT_MISSING),
    ("a store that wants less than a week", v4(lifetime=604800), refused(400, "InvalidArgument", "X-Amz-Expires must be less than a week"), Code.LONGER_THAN_SEVEN_DAYS),
    ("a store without words, more than a week", v4(lifetime=604801), BARE, Code.LONGER_THAN_SEVEN_DAYS),
    ("a store without words, cut off", v4(signature="0a"), BARE, Code.URL_CHANGED),
    ("AWS, wrong secret", PLAIN, refused(403, "SignatureDoesNotMatch"), Code.SIGNATURE_MISMATCH),
    ("AWS, something added", v4(extra="&utm_source=mail"), refused(403, "SignatureDoesNotMatch"), Code.URL_CHANGED),
    ("AWS, more than a week", v4(lifetime=604801), refused(400, "AuthorizationQueryParametersError", "X-Amz-Expires must be less than a week (in seconds); that is, ..."), Code.LONGER_THAN_SEVEN_DAYS),
    ("R2, more than a week", v4(lifetime=604801), refused(400, "InvalidArgument", "X-Amz-Expires must be less than a week (in seconds)"), Code.LONGER_THAN_SEVEN_DAYS),
    ("AWS, wrong region", PLAIN, refused(400, "AuthorizationQueryParametersError", "Error parsing the X-Amz-Credential parameter; the region 'us-east-1' is wrong; expecting 'eu-central-1'", region="eu-central-1"), Code.WRONG_REGION),
    ("AWS, moved for good", PLAIN, refused(301, "PermanentRedirect", region="eu-west-1"), Code.WRONG_REGION),
    ("AWS, moved for now", PLAIN, refused(307, "TemporaryRedirect", location_host="files.s3.eu-central-1.amazonaws.com"), Code.WRONG_REGION),
    ("AWS, opt-in region", PLAIN, refused(400, "IllegalLocationConstraintException"), Code.WRONG_REGION),
    ("AWS, double encoded credential", PLAIN, refused(400, "AuthorizationQueryParametersError", 'the Credential is mal-formed; expecting "<YOUR-AKID>/..."'), Code.URL_CHANGED),
    ("AWS, parameter cut off", v2(), refused(403, "AccessDenied", "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters"), Code.URL_CHANGED),
    ("AWS, not yet valid", PLAIN, refused(403, "AccessDenied", "Request is not yet valid"), Code.CLOCK_SKEW),
    ("MinIO, not yet valid", PLAIN, refused(403, "AccessDenied", "Request is not valid yet"), Code.CLOCK_SKEW),
    ("AWS, SigV2 refused", v2(), refused(400, "InvalidRequest", "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."), Code.LEGACY_SIGNATURE),
    ("AWS, SigV2 on KMS", v2(), refused(400, "InvalidArgument", "Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4."), Code.LEGACY_SIGNATURE),
    ("AWS, object deleted", PLAIN, refused(404, "NoSuchKey"), Code.OBJECT_MISSING),
    ("AWS, version deleted", PLAIN, refused(404, "NoSuchVersion"), Code.VERSION_MISSING),
    ("AWS, version is a marker", PLAIN, refused(405, "MethodNotAllowed", delete_marker=True), Code.VERSION_MISSING),
    ("AWS, version malformed", PLAIN, refused(400, "InvalidArgument", "Invalid version id specified"), Code.VERSION_MISSING),
    ("AWS, bucket deleted", PLAIN, refused(404, "NoSuchBucket"), Code.BUCKET_MISSING),
    ("AWS, archived", PLAIN, refused(403, "InvalidObjectState", storage_class="DEEP_ARCHIVE"), Code.ARCHIVED),
    ("AWS, KMS key disabled", PLAIN, refused(400, "KMS.DisabledException", "... is disabled."), Code.ENCRYPTION_KEY),
    ("AWS, KMS state", PLAIN, refused(400, "KMS.KMSInvalidStateException"), Code.ENCRYPTION_KEY),
    ("AWS, KMS not permitted", SESSION, refused(403, "AccessDenied", "User: arn:aws:sts::123456789012:assumed-role/app/session is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:eu-west-2:1:key/1"), Code.ENCRYPTION_KEY),
    ("AWS, KMS out of reach", PLAIN, refused(403, "AccessDenied", "The ciphertext refers to a customer master key that does not exist, ..."), Code.ENCRYPTION_KEY),
    ("AWS, denied", PLAIN, DENIED, Code.PERMISSION_LOST),
    ("AWS, role denied", SESSION, refused(403, "AccessDenied", "User: arn:aws:sts::1:assumed-role/app/s is not authorized to perform: s3:GetObject"), Code.PERMISSION_LOST),
    ("CloudFront, ended", cloudfront(NOW - HOUR), refused(403, "AccessDenied", "Access denied"), Code.CLOUDFRONT_ENDED),
    ("CloudFront, refused", cloudfront(), refused(403, "AccessDenied", "Access denied"), Code.CLOUDFRONT_REFUSED),
    ("CloudFront, key pair removed", cloudfront(), refused(403, "InvalidKey", "Unknown Key"), Code.CLOUDFRONT_KEY_UNKNOWN),
    ("CloudFront, parameters stripped", cloudfront(), refused(403, "MissingKey"), Code.CLOUDFRONT_REFUSED),
    ("CloudFront, ended and stripped", cloudfront(NOW - HOUR), refused(403, "MissingKey"), Code.CLOUDFRONT_ENDED),
    ("CloudFront, ended without a word", cloudfront(NOW - HOUR), Answer(status=403), Code.CLOUDFRONT_ENDED),
    ("CloudFront, policy cut off", cloudfront(), refused(403, "MalformedPolicy"), Code.CLOUDFRONT_REFUSED),
    ("CloudFront, signature cut off", cloudfront(), refused(403, "MalformedSignature"), Code.CLOUDFRONT_REFUSED),
    ("a word nobody knows", PLAIN, refused(418, "Teapot"), Code.REFUSED_OTHER),
]  # fmt: skip


@pytest.mark.parametrize(("url", "answer", "code"), [case[1:] for case in ANSWERS], ids=[case[0] for case in ANSWERS])
def test_a_refusal_is_given_its_most_specific_cause(url: SignedUrl, answer: Answer, code: Code) -> None:
    cause = explain(facts(url), answer, NOW)
    assert cause is not None
    assert (cause.code, cause.verdict) == (code, Verdict.BROKEN)
    assert (cause.params["store_code"], cause.params["status"]) == (answer.code, str(answer.status))
    if cause.kind.subject is Subject.KEY:
        assert cause.params["access_key_id"] == url.access_key_id
    if cause.kind.subject is Subject.OBJECT:
        assert cause.params["object"] == "reports/2026.pdf"


@pytest.mark.parametrize(
    ("answer", "code", "what"),
    [
        (refused(503, "SlowDown"), Code.STORE_OVERLOADED, "busy"),
        (refused(500, "InternalError"), Code.STORE_OVERLOADED, "busy"),
        (Answer(status=502, content_type="text/html"), Code.STORE_OVERLOADED, "busy"),
        (Answer(status=429), Code.STORE_OVERLOADED, "busy"),
        (refused(400, "RequestTimeout"), Code.STORE_OVERLOADED, "busy"),
        (refused(409, "OperationAborted"), Code.STORE_OVERLOADED, "busy"),
        (refused(403, "TemporarilyUnavailable"), Code.STORE_OVERLOADED, "busy"),
        (Answer(trouble=Trouble.TIMEOUT), Code.STORE_OVERLOADED, "timeout"),
        (Answer(trouble=Trouble.UNRESOLVED), Code.UNREACHABLE, "unresolved"),
        (Answer(trouble=Trouble.CONNECT), Code.UNREACHABLE, "connect"),
        (Answer(trouble=Trouble.TLS), Code.UNREACHABLE, "tls"),
        (Answer(trouble=Trouble.RESET), Code.UNREACHABLE, "reset"),
        (Answer(trouble=Trouble.FORBIDDEN), Code.UNREACHABLE, "forbidden"),
        (Answer(status=302, location_host="login.example.com"), Code.UNREACHABLE, "redirect"),
        (Answer(status=200, content_type="text/html"), Code.UNREACHABLE, "stranger"),
        (refused(500, "Mishap"), Code.STORE_OVERLOADED, "busy"),
        (Answer(status=407), Code.UNREACHABLE, "stranger"),
        (Answer(status=402), Code.UNREACHABLE, "stranger"),
        (Answer(status=403), Code.UNREACHABLE, "stranger"),
        (Answer(status=400, content_type="text/html"), Code.UNREACHABLE, "stranger"),
        (Answer(status=403, content_type="text/html"), Code.UNREACHABLE, "stranger"),
        (Answer(status=404, content_type="text/html"), Code.UNREACHABLE, "stranger"),
        (Answer(status=200), Code.UNREACHABLE, "stranger"),
        (Answer(), Code.UNREACHABLE, "stranger"),
    ],
)
def test_what_says_nothing_of_the_link_is_could_not_tell(answer: Answer, code: Code, what: str) -> None:
    for url in (PLAIN, cloudfront()):
        cause = explain(facts(url), answer, NOW)
        assert cause is not None
        assert (cause.code, cause.verdict, cause.params["what"]) == (code, Verdict.UNKNOWN, what)
        assert cause.params["host"] == url.host


def test_a_page_of_a_proxy_does_not_end_a_url_whose_end_is_near() -> None:
    cause = explain(facts(ENDED), Answer(status=403, content_type="text/html; charset=utf-8"), NOW)
    assert cause is not None
    assert cause.verdict is Verdict.UNKNOWN


def test_what_was_served_needs_no_cause() -> None:
    assert explain(facts(PLAIN), SERVED, NOW) is None


def test_a_deleted_object_that_a_marker_hides_can_be_brought_back() -> None:
    for marker, recoverable in ((True, "yes"), (False, "")):
        cause = explain(facts(PLAIN), refused(404, "NoSuchKey", delete_marker=marker), NOW)
        assert cause is not None
        assert cause.params["recoverable"] == recoverable


def ambiguous(delivery: Delivery = Delivery.FOREIGN, url: SignedUrl = PLAIN, **known: Any) -> Facts:
    return facts(url, delivery, key=key(), **known)


def test_a_denial_of_an_object_that_is_gone_is_a_missing_object() -> None:
    cause = explain(ambiguous(exists=False), DENIED, NOW)
    assert cause is not None
    assert cause.code is Code.OBJECT_MISSING


def test_a_denial_where_the_key_may_not_list_is_one_of_two() -> None:
    cause = explain(ambiguous(may_list=False), DENIED, NOW)
    assert cause is not None
    assert (cause.code, cause.params["one_of"]) == (Code.OBJECT_MISSING, "permission-lost")


def test_a_denial_while_a_fresh_url_works_is_the_policys_age_limit() -> None:
    cause = explain(ambiguous(Delivery.PRESIGNED, fresh=SERVED), DENIED, NOW)
    assert cause is not None
    assert cause.code is Code.POLICY_LIMITS_AGE


@pytest.mark.parametrize(
    ("fresh", "code"),
    [
        (refused(400, "AuthorizationQueryParametersError", "the region 'a' is wrong", region="b"), Code.WRONG_REGION),
        (refused(404, "NoSuchBucket"), Code.BUCKET_MISSING),
        (refused(404, "NoSuchKey"), Code.OBJECT_MISSING),
        (refused(400, "KMS.DisabledException"), Code.ENCRYPTION_KEY),
        (refused(403, "InvalidAccessKeyId"), Code.KEY_UNKNOWN),
        (refused(503, "InternalError", "The KMS key cannot be reached"), Code.PERMISSION_LOST),
    ],
)
def test_a_denial_is_what_a_url_signed_a_moment_ago_is_told(fresh: Answer, code: Code) -> None:
    cause = explain(ambiguous(Delivery.PRESIGNED, fresh=fresh), DENIED, NOW)
    assert cause is not None
    assert (cause.code, cause.params["store_code"]) == (code, "AccessDenied")


def test_what_is_told_of_a_key_is_not_told_of_a_session_with_the_same_id() -> None:
    session = v4(token=True, key_id="Q3AM3UQ867SPQQA43P2F", host="minio.example.com:9000")
    same = KeyFacts("Q3AM3UQ867SPQQA43P2F", key().state)
    cause = explain(facts(session, key=same, fresh=refused(403, "InvalidAccessKeyId")), BARE, NOW)
    assert cause is not None
    assert cause.code is Code.TEMPORARY_CREDENTIALS_ENDED


def test_a_stranger_in_the_query_is_no_reason_where_the_store_gives_one() -> None:
    for answer, code in ((BARE, Code.URL_CHANGED), (DENIED, Code.PERMISSION_LOST)):
        cause = explain(facts(v4(extra="&utm_source=mail")), answer, NOW)
        assert cause is not None
        assert cause.code is code


def test_a_denial_that_the_policy_explains_is_the_policys() -> None:
    presigned = Statement(conditions=(("stringequals", "s3:authtype", ("REST-QUERY-STRING",)),))
    dated = Statement(conditions=(("dategreaterthan", "aws:currenttime", ("2026-11-24",)),))
    for denial, code in ((presigned, Code.POLICY_REFUSES_PRESIGNED), (dated, Code.POLICY_LIMITS_TIME)):
        known = BucketFacts(denials=(denial,))
        for delivery, answer in product(Delivery, (DENIED, BARE, BY_THE_BUCKET)):
            cause = explain(ambiguous(delivery, exists=True, configuration=known), answer, NOW)
            assert cause is not None
            assert (cause.code, cause.params["store_code"]) == (code, "AccessDenied")
        served = explain(ambiguous(Delivery.PRESIGNED, fresh=SERVED, configuration=known), DENIED, NOW)
        assert served is not None
        assert served.code is Code.POLICY_LIMITS_AGE
        another = explain(ambiguous(exists=True, configuration=known), BY_THE_USER, NOW)
        assert another is not None
        assert another.code is Code.PERMISSION_LOST


def test_a_denial_of_a_strangers_url_that_is_older_than_the_policy_allows_is_the_policys() -> None:
    ten_minutes = Statement(conditions=(("numericgreaterthan", "s3:signatureage", ("600000",)),))
    known = BucketFacts(denials=(ten_minutes,))
    old = v4(key_id="AKIAREPLACEDEXAMPLE1", signed_at=NOW - timedelta(minutes=10))
    cause = explain(ambiguous(Delivery.FOREIGN, old, fresh=SERVED, configuration=known), DENIED, NOW)
    assert cause is not None
    assert (cause.code, cause.params["ended_at"]) == (Code.POLICY_LIMITS_AGE, NOW.isoformat())


def test_a_denial_that_the_policy_only_may_explain_is_not_the_policys() -> None:
    tagged = ("stringequals", "s3:existingobjecttag/shared", ("no",))
    perhaps = Statement(conditions=(("stringequals", "s3:authtype", ("REST-QUERY-STRING",)), tagged))
    cause = explain(ambiguous(exists=True, configuration=BucketFacts(denials=(perhaps,))), BY_THE_BUCKET, NOW)
    assert cause is not None
    assert cause.code is Code.PERMISSION_LOST


def test_a_denial_of_a_strangers_url_with_a_version_may_be_for_want_of_a_permission_of_its_own() -> None:
    version = v4(extra="&versionId=abc")
    for delivery, code in ((Delivery.FOREIGN, Code.PERMISSION_LOST), (Delivery.PRESIGNED, Code.POLICY_LIMITS_AGE)):
        cause = explain(ambiguous(delivery, version, fresh=SERVED), DENIED, NOW)
        assert cause is not None
        assert cause.code is code


def test_a_url_that_was_signed_in_time_by_our_clock_and_not_by_the_stores_is_no_fault_of_its_signer() -> None:
    behind = replace(BARE, asked_at=NOW, date=NOW - 2 * HOUR)
    said = replace(behind, message="Request is not yet valid")
    for answer, (url, whose) in product((behind, said), ((PLAIN, "ours"), (v4(signed_at=NOW + HOUR), "signer"))):
        cause = explain(facts(url), answer, NOW)
        assert cause is not None
        assert (cause.code, cause.params["whose"]) == (Code.CLOCK_SKEW, whose)
        if whose == "ours":
            assert (cause.params["side"], cause.params["seconds"]) == ("ahead", "7200")


def test_an_end_that_only_the_store_knows_has_no_date() -> None:
    for url, dated in ((PLAIN, False), (ENDED, True)):
        cause = explain(facts(url), refused(403, "ExpiredRequest"), NOW)
        assert cause is not None
        assert ("ended_at" in cause.params) is dated


def test_a_click_that_came_too_late_to_the_store_is_the_clocks_fault() -> None:
    cause = explain(facts(ENDED, Delivery.STABLE, key=key()), refused(403, "RequestTimeTooSkewed"), NOW)
    assert cause is not None
    assert cause.code is Code.CLOCK_SKEW


def test_a_denial_while_the_bucket_reads_with_another_key_is_that_keys_lost_permission() -> None:
    replaced = v4(key_id="AKIAREPLACEDEXAMPLE1")
    cause = explain(ambiguous(Delivery.PRESIGNED, replaced, fresh=SERVED), DENIED, NOW)
    assert cause is not None
    assert (cause.code, cause.params["access_key_id"]) == (Code.PERMISSION_LOST, "AKIAREPLACEDEXAMPLE1")


def test_a_denial_while_the_account_of_the_same_key_is_blocked_is_the_accounts() -> None:
    fresh = refused(403, "AccountProblem")
    for url, code in ((PLAIN, Code.ACCOUNT_BLOCKED), (v4(key_id="AKIAREPLACEDEXAMPLE1"), Code.PERMISSION_LOST)):
        cause = explain(ambiguous(Delivery.PRESIGNED, url, fresh=fresh), DENIED, NOW)
        assert cause is not None
        assert cause.code is code


def test_a_key_whose_time_is_over_is_not_called_a_signature_that_ended() -> None:
    cause = explain(facts(PLAIN), refused(403, "AccessDenied", "Access key has expired"), NOW)
    assert cause is not None
    assert (cause.code, cause.params["expired"]) == (Code.KEY_INACTIVE, "yes")


def test_a_bucket_whose_downloads_are_paid_by_others_says_so() -> None:
    unpaid = refused(400, "UserProjectMissing", "Bucket is a requester pays bucket but no user project provided.")
    cause = explain(facts(PLAIN), unpaid, NOW)
    assert cause is not None
    assert (cause.code, cause.params["payer"]) == (Code.PERMISSION_LOST, "requester")


def test_amazons_plain_denial_of_a_session_is_its_end_or_its_lost_permission() -> None:
    """An ended session has a code of its own there (docs/store-answers.md, 1.2), but a revoked one is denied."""
    for url, answer, one_of in ((SESSION, DENIED, "permission-lost"), (SESSION, BARE, ""), (NO_PREFIX, DENIED, "")):
        cause = explain(facts(url), answer, NOW)
        assert cause is not None
        assert (cause.code, cause.params.get("one_of", "")) == (Code.TEMPORARY_CREDENTIALS_ENDED, one_of)


def test_a_mismatch_while_the_stored_secret_still_signs_is_a_changed_url() -> None:
    cause = explain(ambiguous(fresh=SERVED), refused(403, "SignatureDoesNotMatch"), NOW)
    assert cause is not None
    assert cause.code is Code.URL_CHANGED


def test_a_mismatch_of_our_own_url_is_never_a_changed_url() -> None:
    for delivery, fresh in product((Delivery.STABLE, Delivery.PRESIGNED), (None, SERVED)):
        cause = explain(ambiguous(delivery, fresh=fresh), refused(403, "SignatureDoesNotMatch"), NOW)
        assert cause is not None
        assert cause.code is Code.SIGNATURE_MISMATCH


def test_a_mismatch_of_a_strangers_url_is_one_of_two() -> None:
    cause = explain(facts(PLAIN), refused(403, "SignatureDoesNotMatch"), NOW)
    assert cause is not None
    assert cause.params["one_of"] == Code.URL_CHANGED


def test_a_key_that_its_user_lists_as_inactive_is_not_a_deleted_one() -> None:
    inactive = KeyFacts(KEY_ID, key().state, listing=Listing.INACTIVE)
    cause = explain(facts(PLAIN, Delivery.STABLE, key=inactive), refused(403, "InvalidAccessKeyId"), NOW)
    assert cause is not None
    assert cause.code is Code.KEY_INACTIVE


def test_a_url_that_was_signed_a_moment_ago_cannot_have_ended_so_our_clock_is_wrong() -> None:
    for words in ("Request has expired", "Request is not yet valid"):
        cause = explain(ambiguous(Delivery.STABLE), refused(403, "AccessDenied", words), NOW)
        assert cause is not None
        assert (cause.code, cause.params["whose"]) == (Code.CLOCK_SKEW, "ours")


@pytest.mark.parametrize(
    ("answer", "conclusive"),
    [
        (SERVED, True),
        (refused(403, "AccessDenied"), True),
        (refused(301, "PermanentRedirect", region="eu-west-1"), True),
        (Answer(status=302), False),
        (refused(503, "SlowDown"), False),
        (Answer(status=429), False),
        (Answer(trouble=Trouble.TLS), False),
    ],
)
def test_only_an_answer_about_the_link_is_conclusive(answer: Answer, conclusive: bool) -> None:
    assert is_conclusive(answer) is conclusive


@pytest.mark.parametrize(
    ("answer", "ambiguous"),
    [
        (DENIED, True),
        (Answer(status=403), True),
        (refused(403, "SignatureDoesNotMatch"), True),
        (refused(404, "NoSuchKey"), False),
        (Answer(status=403, content_type="text/html"), False),
        (SERVED, False),
    ],
)
def test_more_is_asked_only_where_a_store_refused_without_a_reason(answer: Answer, ambiguous: bool) -> None:
    assert is_ambiguous(answer) is ambiguous


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("Mismatching date in Authorization Credential and x-amz-date", Code.REQUEST_CHANGED),
        ("Invalid credential date. Date is not the same as X-Amz-Date: 20260101", Code.REFUSED_OTHER),
    ],
)
def test_two_unlike_dates_are_a_headers_only_where_the_store_names_the_header(message: str, code: Code) -> None:
    answer = refused(403, "SignatureDoesNotMatch", message)
    cause = explain(facts(PLAIN), answer, NOW)
    assert cause is not None
    assert cause.code is code
