import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from links.domain.findings import Code
from links.s3.replies import explain_code, read_failure


def refusal(code: str, status: int, message: str = "", **headers: str) -> ClientError:
    response = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status, "HTTPHeaders": headers},
    }
    return ClientError(response, "HeadObject")  # type: ignore[arg-type]  # as much as a store sends


@pytest.mark.parametrize(
    ("code", "status", "reason"),
    [
        ("KMS.DisabledException", 400, Code.ENCRYPTION_KEY),
        ("NoSuchBucket", 404, Code.BUCKET_MISSING),
        ("503", 503, Code.STORE_OVERLOADED),
        ("SomethingNew", 400, Code.REFUSED_OTHER),
        ("", 403, Code.REFUSED_OTHER),
        ("no-such-bucket", 404, Code.BUCKET_MISSING),
        ("InvalidAccessKey", 403, Code.KEY_UNKNOWN),
        ("Unauthorized", 401, Code.KEY_UNKNOWN),
        ("Unauthorized", 403, Code.PERMISSION_LOST),
        ("InactiveAccessKey", 403, Code.KEY_INACTIVE),
        ("Forbidden", 403, Code.PERMISSION_LOST),
        ("DownloadCapExceeded", 403, Code.ACCOUNT_BLOCKED),
        ("ThrottlingException", 400, Code.STORE_OVERLOADED),
        ("TooSoon", 429, Code.STORE_OVERLOADED),
        ("ExpiredRequest", 403, Code.CLOCK_SKEW),
    ],
)
def test_a_code_amounts_to_a_finding(code: str, status: int, reason: Code) -> None:
    assert explain_code(code, status) is reason


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("Access Denied", Code.PERMISSION_LOST),
        ("The AWS Access Key Id you provided does not exist in our records.", Code.KEY_UNKNOWN),
        ("Request is not yet valid", Code.CLOCK_SKEW),
        ("The account has been suspended", Code.ACCOUNT_BLOCKED),
        ("User: x is not authorized to perform: kms:Decrypt on resource: y", Code.ENCRYPTION_KEY),
        ("User: x is not authorized to perform: s3:GetObject on resource: account-suspended.pdf", Code.PERMISSION_LOST),
    ],
)
def test_a_denial_is_read_in_the_light_of_its_words(message: str, reason: Code) -> None:
    assert explain_code("AccessDenied", 403, message) is reason
    assert read_failure(refusal("AccessDenied", 403, message)).reason is reason


def test_no_answer_is_unreachable() -> None:
    reply = read_failure(EndpointConnectionError(endpoint_url="http://store.example"))
    assert (reply.status, reply.reason) == (None, Code.UNREACHABLE)


def test_the_bucket_s_region_is_read_wherever_it_stands() -> None:
    by_header = refusal("301", 301, **{"x-amz-bucket-region": "eu-west-1"})
    by_words = refusal("IllegalLocationConstraintException", 400, "The unspecified location constraint is incompatible")
    assert read_failure(by_header).region == "eu-west-1"
    assert read_failure(by_words).region == "us-east-1"


def test_a_delete_marker_can_be_undone() -> None:
    assert read_failure(refusal("404", 404, **{"x-amz-delete-marker": "true"})).recoverable
