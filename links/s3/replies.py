"""Read what boto3 raises when a store says no, or nothing."""

from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from links.domain.findings import Code
from links.s3.answering import find_region

_REASONS: dict[str, Code] = {
    "InvalidAccessKeyId": Code.KEY_UNKNOWN,
    "UserSuspended": Code.KEY_INACTIVE,
    "SignatureDoesNotMatch": Code.SIGNATURE_MISMATCH,
    "NoSuchBucket": Code.BUCKET_MISSING,
    "NoSuchKey": Code.OBJECT_MISSING,
    "NoSuchVersion": Code.VERSION_MISSING,
    "PermanentRedirect": Code.WRONG_REGION,
    "TemporaryRedirect": Code.WRONG_REGION,
    "AuthorizationHeaderMalformed": Code.WRONG_REGION,
    "AuthorizationQueryParametersError": Code.WRONG_REGION,
    "IllegalLocationConstraintException": Code.WRONG_REGION,
    "InvalidObjectState": Code.ARCHIVED,
    "AccessDenied": Code.PERMISSION_LOST,
    "RequestTimeTooSkewed": Code.CLOCK_SKEW,
    "SlowDown": Code.STORE_OVERLOADED,
    "301": Code.WRONG_REGION,
    "307": Code.WRONG_REGION,
    "403": Code.PERMISSION_LOST,
}


@dataclass(frozen=True, slots=True)
class Reply:
    """A refusal: its HTTP status (None where none came), the finding it amounts to, and the region it names."""

    status: int | None
    reason: Code
    region: str = ""
    recoverable: bool = False


def read_failure(failure: ClientError | BotoCoreError) -> Reply:
    if not isinstance(failure, ClientError):
        return Reply(None, Code.UNREACHABLE)
    error = failure.response.get("Error", {})
    metadata = failure.response.get("ResponseMetadata", {})
    status = metadata.get("HTTPStatusCode", 0)
    headers = {name.lower(): str(value) for name, value in metadata.get("HTTPHeaders", {}).items()}
    return Reply(
        status,
        explain_code(str(error.get("Code", "")), status),
        find_region(headers, {"Region": str(error.get("Region", ""))}, str(error.get("Message", ""))),
        headers.get("x-amz-delete-marker", "") == "true",
    )


def explain_code(code: str, status: int | None) -> Code:
    """The finding that a code amounts to by itself; for a link, `links.domain.causes` knows more."""
    if code.startswith("KMS."):
        return Code.ENCRYPTION_KEY
    if code not in _REASONS and (status or 0) >= 500:
        return Code.STORE_OVERLOADED
    return _REASONS.get(code, Code.REFUSED_OTHER)
