"""Everything that S3 says no with: status, code, words and extra elements, as AWS answers them.

A refusal is dressed for the wire by a dialect (see `dialects`), so that the same refusal reads as another
store would write it. Messages and elements were read off real answers; where an answer was never seen, its
factory says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Self

HAS_EXPIRED = "Request has expired"
NOT_YET_VALID = "Request is not yet valid"


def format_utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(eq=False)
class Refusal(Exception):
    """A refused request. `message=None` writes no Message element, `""` an empty one."""

    code: str
    message: str | None
    status: int = 403
    elements: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    reason: str | None = None
    closes: bool = False

    def with_headers(self, **headers: str) -> Self:
        """The same with more headers; `x_amz_bucket_region="eu"` adds `x-amz-bucket-region`."""
        added = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **added})


# Time


def expired(ended: datetime, now: datetime, expires: str | None = None) -> Refusal:
    """`expires` is the value of X-Amz-Expires; SigV2 has none."""
    times = {"Expires": format_utc(ended), "ServerTime": format_utc(now)}
    first = {} if expires is None else {"X-Amz-Expires": expires}
    return Refusal("AccessDenied", HAS_EXPIRED, elements={**first, **times})


def not_yet_valid(begins: datetime, ends: datetime, now: datetime) -> Refusal:
    milliseconds = str(int(begins.timestamp()) * 1000)
    times = {"X-Amz-Date": milliseconds, "Expires": format_utc(ends), "ServerTime": format_utc(now)}
    return Refusal("AccessDenied", NOT_YET_VALID, elements=times)


def time_too_skewed(stamp: str, now: datetime, allowed_seconds: float) -> Refusal:
    message = "The difference between the request time and the current time is too large."
    elements = {
        "RequestTime": stamp,
        "ServerTime": format_utc(now),
        "MaxAllowedSkewMilliseconds": str(int(allowed_seconds * 1000)),
    }
    return Refusal("RequestTimeTooSkewed", message, elements=elements)


def no_date() -> Refusal:
    return Refusal("AccessDenied", "AWS authentication requires a valid Date or x-amz-date header")


# Keys and tokens


def expired_token(token: str) -> Refusal:
    return Refusal("ExpiredToken", "The provided token has expired.", 400, {"Token-0": token})


def invalid_token(token: str) -> Refusal:
    message = "The provided token is malformed or otherwise invalid."
    return Refusal("InvalidToken", message, 400, {"Token-0": token})


def invalid_access_key_id(key_id: str) -> Refusal:
    message = "The AWS Access Key Id you provided does not exist in our records."
    return Refusal("InvalidAccessKeyId", message, elements={"AWSAccessKeyId": key_id})


def user_suspended() -> Refusal:
    """Never seen from AWS: S3-compatible stores (Ceph) answer this code, without a message."""
    return Refusal("UserSuspended", None)


def signature_does_not_match(key_id: str, provided: str, to_sign: str, canonical: str | None) -> Refusal:
    """`canonical` is None for SigV2, which has no canonical request."""
    message = (
        "The request signature we calculated does not match the signature you provided. "
        "Check your key and signing method."
    )
    elements = {
        "AWSAccessKeyId": key_id,
        "StringToSign": to_sign,
        "SignatureProvided": provided,
        "StringToSignBytes": to_sign.encode().hex(" "),
    }
    if canonical is not None:
        elements |= {"CanonicalRequest": canonical, "CanonicalRequestBytes": canonical.encode().hex(" ")}
    return Refusal("SignatureDoesNotMatch", message, elements=elements)


# Malformed or misdirected authentication


def query_parameters(message: str, **elements: str) -> Refusal:
    return Refusal("AuthorizationQueryParametersError", message, 400, elements)


def missing_query_parameter() -> Refusal:
    return query_parameters(
        "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, "
        "X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."
    )


def header_malformed(message: str, **elements: str) -> Refusal:
    words = f"The authorization header is malformed; {message}"
    return Refusal("AuthorizationHeaderMalformed", words, 400, elements)


def missing_legacy_parameter() -> Refusal:
    message = "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters"
    return Refusal("AccessDenied", message)


def legacy_signature_refused() -> Refusal:
    message = "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."
    return Refusal("InvalidRequest", message, 400)


def headers_not_signed(names: str) -> Refusal:
    message = "There were headers present in the request which were not signed"
    return Refusal("AccessDenied", message, elements={"HeadersNotSigned": names})


def invalid_argument(message: str, name: str, value: str) -> Refusal:
    return Refusal("InvalidArgument", message, 400, {"ArgumentName": name, "ArgumentValue": value})


def two_mechanisms(authorization: str) -> Refusal:
    message = (
        "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string "
        "parameter or the Authorization header should be specified"
    )
    return invalid_argument(message, "Authorization", authorization)


def encryption_needs_sigv4() -> Refusal:
    message = "Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4."
    return invalid_argument(message, "Authorization", "null")


# Permission and encryption


def access_denied(message: str | None = "Access Denied") -> Refusal:
    return Refusal("AccessDenied", message)


def encryption_key(state: str, arn: str) -> Refusal:
    """`state` is one of KmsKey's states other than `enabled`."""
    if state == "unreachable":
        return access_denied(
            "The ciphertext refers to a customer master key that does not exist, does not exist in this "
            "region, or you are not allowed to access."
        )
    codes = {
        "disabled": ("KMS.DisabledException", "is disabled."),
        "pending-deletion": ("KMS.KMSInvalidStateException", "is pending deletion."),
    }
    code, words = codes[state]
    return Refusal(code, f"{arn} {words}", 400)


def customer_key_missing() -> Refusal:
    message = (
        "The object was stored using a form of Server Side Encryption. "
        "The correct parameters must be provided to retrieve the object."
    )
    return Refusal("InvalidRequest", message, 400)


# Object and bucket


def no_such_key(key: str) -> Refusal:
    return Refusal("NoSuchKey", "The specified key does not exist.", 404, {"Key": key})


def no_such_version(key: str, version_id: str) -> Refusal:
    elements = {"Key": key, "VersionId": version_id}
    return Refusal("NoSuchVersion", "The specified version does not exist.", 404, elements)


def delete_marker_asked_for(method: str) -> Refusal:
    message = "The specified method is not allowed against this resource."
    elements = {"Method": method, "ResourceType": "DeleteMarker"}
    return Refusal("MethodNotAllowed", message, 405, elements, {"Allow": "DELETE"})


def method_not_allowed(method: str, resource: str) -> Refusal:
    message = "The specified method is not allowed against this resource."
    return Refusal("MethodNotAllowed", message, 405, {"Method": method, "ResourceType": resource})


def no_such_bucket(name: str) -> Refusal:
    return Refusal("NoSuchBucket", "The specified bucket does not exist", 404, {"BucketName": name})


def no_such_bucket_policy(name: str) -> Refusal:
    return Refusal("NoSuchBucketPolicy", "The bucket policy does not exist", 404, {"BucketName": name})


def no_such_lifecycle(name: str) -> Refusal:
    message = "The lifecycle configuration does not exist"
    return Refusal("NoSuchLifecycleConfiguration", message, 404, {"BucketName": name})


def permanent_redirect(bucket: str, region: str) -> Refusal:
    """301 without a Location, as AWS answers it."""
    message = (
        "The bucket you are attempting to access must be addressed using the specified endpoint. "
        "Please send all future requests to this endpoint."
    )
    elements = {"Endpoint": f"{bucket}.s3-{region}.amazonaws.com", "Bucket": bucket}
    return Refusal("PermanentRedirect", message, 301, elements, {"x-amz-bucket-region": region})


def temporary_redirect(bucket: str, region: str, location: str) -> Refusal:
    message = (
        "Please re-send this request to the specified temporary endpoint. "
        "Continue to use the original request endpoint for future requests."
    )
    elements = {"Endpoint": f"{bucket}.s3.{region}.amazonaws.com", "Bucket": bucket}
    headers = {"x-amz-bucket-region": region, "Location": location}
    return Refusal("TemporaryRedirect", message, 307, elements, headers)


def illegal_location_constraint(region: str) -> Refusal:
    """`region` is the bucket's; AWS says `unspecified` for us-east-1."""
    named = "unspecified" if region == "us-east-1" else region
    message = (
        f"The {named} location constraint is incompatible for the region specific endpoint this request was sent to."
    )
    return Refusal("IllegalLocationConstraintException", message, 400)


def archived(storage_class: str, access_tier: str | None = None) -> Refusal:
    """The shape with AccessTier is documented, not seen."""
    what = "storage class" if access_tier is None else "access tier"
    elements = {"StorageClass": storage_class}
    if access_tier is not None:
        elements["AccessTier"] = access_tier
    return Refusal("InvalidObjectState", f"The operation is not valid for the object's {what}", 403, elements)


def invalid_range(asked: str, size: int) -> Refusal:
    elements = {"RangeRequested": asked, "ActualObjectSize": str(size)}
    return Refusal("InvalidRange", "The requested range is not satisfiable", 416, elements)


# Overload and the rest


def slow_down() -> Refusal:
    message = "Please reduce your request rate."
    return Refusal("SlowDown", message, 503, reason="Slow Down", closes=True)


def internal_error() -> Refusal:
    return Refusal("InternalError", "We encountered an internal error. Please try again.", 500)


def service_unavailable() -> Refusal:
    """The body was never seen; the code is documented."""
    return Refusal("ServiceUnavailable", "Service is unable to handle request.", 503)


def not_implemented(header: str) -> Refusal:
    message = "A header you provided implies functionality that is not implemented"
    return Refusal("NotImplemented", message, 501, {"Header": header})
