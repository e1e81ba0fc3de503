import pytest

from links.domain.findings import Code
from links.domain.judging.causes import explain, is_conclusive
from links.domain.signed_urls.reading import SignedUrl, read
from links.domain.stores.answers import Answer
from links.domain.stores.refusal_words import is_a_stores, name_code
from tests.domain.builders import NOW, cloudfront, facts, refused, v2, v4

AZURE = read("https://a.blob.core.windows.net/c/b?sv=2022-11-02&sr=b&sp=r&sip=10.0.0.1&se=2091-01-01&sig=abc%3D")
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
        ("InvalidRegion", "Region does not match.", "PermanentRedirect"),
        ("InvalidRegionName", "The region name 'eu-central-1' is not valid. Must be one of: wnam, auto", "PermanentRedirect"),
        ("AccessDenied", "The bucket you are attempting to access must be addressed using the specified endpoint.", "PermanentRedirect"),
        ("InArrearOrInsufficientBalance", "The subscriber owes fees.", "AccountProblem"),
        ("UserProjectAccountProblem", "User project billing account not in good standing.", "AccountProblem"),
        ("AccessDenied", "Your trial has expired. Please upgrade your plan.", "AccountProblem"),
        ("AccessDenied", "Your account has been locked due to a billing issue", "AccountProblem"),
        ("UserProjectMissing", "Bucket is a requester pays bucket but no user project provided.", "RequesterPays"),
        ("AccessDenied", "The provided API key has expired", "ExpiredAccessKeyId"),
        ("UnauthorizedAccess", "Application key has expired", "ExpiredAccessKeyId"),
        ("InvalidAccessKeyId", "Your account is disabled; please contact your administrator.", "InactiveAccessKeyId"),
        ("InvalidAccessKeyId", "The OSS Access Key Id is disabled.", "InactiveAccessKeyId"),
        ("InvalidRequest", "ErrAccessKeyDisabled", "InactiveAccessKeyId"),
        ("AccessDenied", "User is inactive", "InactiveAccessKeyId"),
        ("InvalidAccessKeyId", "The provided token has expired.", "InvalidAccessKeyId"),
        ("SignatureDoesNotMatch", "The secret key required to complete authentication could not be found.", "InvalidAccessKeyId"),
        ("AccessDenied", "Forbidden: Invalid signature", "SignatureDoesNotMatch"),
        ("AccessDenied", "The encryption key is disabled", "AccessDenied"),
        ("BlobArchived", "This operation is not permitted on an archived blob.", "InvalidObjectState"),
        ("KeyBasedAuthenticationNotPermitted", "", "InactiveAccessKeyId"),
    ],
)  # fmt: skip
def test_whatever_a_store_calls_it_it_is_named_as_at_aws(code: str, message: str, named: str) -> None:
    assert name_code(code, message) == named


def test_what_a_gateway_says_too_is_not_only_a_stores_word() -> None:
    assert all(map(is_a_stores, ["NoSuchKey", "AccessDenied", "KMS.DisabledException"]))
    assert not any(map(is_a_stores, ["FORBIDDEN", "Unauthorized", "MoonPhase", ""]))


def test_what_any_web_application_writes_in_its_own_spelling_is_no_stores_word() -> None:
    assert not any(map(is_a_stores, ["invalid_token", "access_denied", "TOKEN_EXPIRED", "ACCOUNT_DISABLED"]))


@pytest.mark.parametrize(
    ("url", "answer", "cause"),
    [
        (v2(), refused(401, "Unauthorized", "SigV2 authorization is not supported. Please use SigV4 instead."), Code.LEGACY_SIGNATURE),
        (v2(), refused(400, "InvalidArgument", "AWS Signature Version 2 is not supported"), Code.LEGACY_SIGNATURE),
        (v4(), refused(400, "InvalidRequest", "not supported. Please use AWS4-HMAC-SHA256."), Code.REFUSED_OTHER),
        (v4(), refused(404, "BlobNotThere"), Code.OBJECT_MISSING),
        (v4(), refused(404, "NoSuchTenant"), Code.REFUSED_OTHER),
        (cloudfront(), refused(404, "NoSuchKey"), Code.OBJECT_MISSING),
        (cloudfront(), refused(403, "InvalidObjectState"), Code.ARCHIVED),
        (SESSION, refused(401, "Unauthorized"), Code.TEMPORARY_CREDENTIALS_ENDED),
        (SESSION, refused(403, "AccessDenied", "Request has expired"), Code.TEMPORARY_CREDENTIALS_ENDED),
        (v4(), Answer(status=404, code="NoSuchKey", content_type="text/html"), Code.OBJECT_MISSING),
        (v4(), refused(402, "Unpaid"), Code.ACCOUNT_BLOCKED),
        (v4(), refused(400, "InvalidRegion", "Region does not match."), Code.WRONG_REGION),
        (v4(), refused(400, "InvalidRegionName", "The region name 'a' is not valid."), Code.WRONG_REGION),
        (v4(), refused(403, "AccessDenied", "The bucket you are attempting to access must be addressed using the specified endpoint."), Code.WRONG_REGION),
        (v4(), refused(403, "AccessDenied", "Your subscription has expired"), Code.ACCOUNT_BLOCKED),
        (v4(), refused(403, "AccessDenied", "Access key has expired"), Code.KEY_INACTIVE),
        (v4(), refused(400, "UserProjectMissing", "Bucket is a requester pays bucket but no user project provided."), Code.PERMISSION_LOST),
        (v4(), refused(403, "AccessDenied", "Forbidden: Invalid signature"), Code.SIGNATURE_MISMATCH),
        (v4(), refused(403, "KmsServiceNotEnabled"), Code.ENCRYPTION_KEY),
        (v4(), refused(403, "AccessDenied", "This request is forbidden by kms"), Code.ENCRYPTION_KEY),
        (AZURE, refused(403, "AuthorizationSourceIPMismatch", "This request is not authorized to perform this operation using this source IP."), Code.POLICY_LIMITS_CALLERS),
        (AZURE, refused(403, "AuthorizationPermissionMismatch", "This request is not authorized to perform this operation using this permission."), Code.PERMISSION_LOST),
        (v4(host="0a" * 16 + ".r2.cloudflarestorage.com"), refused(400, "InvalidArgument", "Credential access key has length 20, should be 32"), Code.KEY_ID_IMPOSSIBLE),
        (v4(), refused(400, "AuthorizationQueryParametersError", 'Error parsing the X-Amz-Credential parameter; incorrect service "s3express". This endpoint belongs to "s3".'), Code.WRONG_SERVICE),
    ],
)  # fmt: skip
def test_stores_that_go_their_own_way_are_understood(url: SignedUrl, answer: Answer, cause: Code) -> None:
    found = explain(facts(url), answer, NOW)
    assert found is not None
    assert found.code is cause


@pytest.mark.parametrize("status", [407, 408, 429])
def test_a_proxys_own_refusal_says_nothing_of_the_link(status: int) -> None:
    assert not is_conclusive(Answer(status=status))


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("Auth failed: SignatureError: invalid key pair id", "InvalidKey"),
        ("Unknown Key-Pair-Id", "InvalidKey"),
        ("Key pair not found", "InvalidKey"),
        ("querystring should have required property 'token'", "ParameterLost"),
        ("querystring must have required property 'token'", "ParameterLost"),
        ("Missing required query parameter: sig", "ParameterLost"),
        ("Permission denied. Could not perform this operation", "LinkInvalid"),
        ("Permission denied", ""),
        ("Quota has been exceeded for this project. Please visit the pricing page.", "AccountProblem"),
    ],
)
def test_a_sentence_of_the_key_pair_or_of_what_is_lost_says_it_by_itself(sentence: str, code: str) -> None:
    assert name_code("", sentence) == code
