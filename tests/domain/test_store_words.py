import pytest

from links.domain.answers import Answer
from links.domain.causes import explain, is_conclusive
from links.domain.findings import Code
from links.domain.signed_urls import SignedUrl
from links.domain.store_words import is_a_stores, name_code
from tests.domain.making import NOW, cloudfront, facts, refused, v2, v4

SESSION = v4(key_id="Q3AM3UQ867SPQQA43P2F", token=True, host="s3.example.com", lifetime=86400)


@pytest.mark.parametrize(
    ("code", "message", "named"),
    [
        ("nosuchkey", "", "NoSuchKey"),
        ("NO_SUCH_KEY", "", "NoSuchKey"),
        ("QpsLimitExceeded", "", "SlowDown"),
        ("ThrottlingException", "", "SlowDown"),
        ("InvalidSecurityToken.Expired", "", "ExpiredToken"),
        ("InvalidAccessKeyId.Inactive", "", "InactiveAccessKeyId"),
        ("AccessDenied", "Forbidden: No such key: GK31c2f218a2e44f485b94239e", "InvalidAccessKeyId"),
        ("AccessDenied", "The AWS Access Key Id you provided does not exist in our records.", "InvalidAccessKeyId"),
        ("InDebtOverdue", "", "AccountProblem"),
        ("AccessKeyIdAndSecurityTokenNotMatch", "", "InvalidToken"),
        ("AccessDenied", "The access key is disabled", "InactiveAccessKeyId"),
        ("AccessDenied", "The security token included in the request is expired", "ExpiredToken"),
        ("InvalidRequest", "Bad request: Date is too old", "ExpiredRequest"),
        ("SignatureDoesNotMatch", "Signature expired: 20220127T001427Z is now earlier than ...", "ExpiredRequest"),
        ("NoSuchKey", "The link has expired", "NoSuchKey"),
        ("AccessDenied", "User: arn:aws:iam::1:user/no such key: x is not authorized to perform: s3:GetObject", "AccessDenied"),
        ("MoonPhase", "Not tonight", "MoonPhase"),
        ("KMS.DisabledException", "access key is disabled", "KMS.DisabledException"),
    ],
)  # fmt: skip
def test_whatever_a_store_calls_it_it_is_named_as_at_aws(code: str, message: str, named: str) -> None:
    assert name_code(code, message) == named


def test_what_a_gateway_says_too_is_not_only_a_stores_word() -> None:
    assert is_a_stores("no-such-key")
    assert not any(map(is_a_stores, ["FORBIDDEN", "Unauthorized", "MoonPhase", ""]))


@pytest.mark.parametrize(
    ("url", "answer", "cause"),
    [
        (v2(), refused(401, "Unauthorized", "SigV2 authorization is not supported. Please use SigV4 instead."), Code.LEGACY_SIGNATURE),
        (v4(), refused(400, "InvalidRequest", "not supported. Please use AWS4-HMAC-SHA256."), Code.REFUSED_OTHER),
        (v4(), refused(404, "BlobNotThere"), Code.OBJECT_MISSING),
        (v4(), refused(404, "NoSuchTenant"), Code.REFUSED_OTHER),
        (cloudfront(), refused(404, "NoSuchKey"), Code.OBJECT_MISSING),
        (cloudfront(), refused(403, "InvalidObjectState"), Code.ARCHIVED),
        (SESSION, refused(401, "Unauthorized"), Code.TEMPORARY_CREDENTIALS_ENDED),
        (SESSION, refused(403, "AccessDenied", "Request has expired"), Code.TEMPORARY_CREDENTIALS_ENDED),
        (v4(), Answer(status=404, code="NoSuchKey", content_type="text/html"), Code.OBJECT_MISSING),
        (v4(), refused(402, "Unpaid"), Code.ACCOUNT_BLOCKED),
    ],
)  # fmt: skip
def test_stores_that_go_their_own_way_are_understood(url: SignedUrl, answer: Answer, cause: Code) -> None:
    found = explain(facts(url), answer, NOW)
    assert found is not None
    assert found.code is cause


@pytest.mark.parametrize("status", [407, 408, 429])
def test_a_proxys_own_refusal_says_nothing_of_the_link(status: int) -> None:
    assert not is_conclusive(Answer(status=status))
