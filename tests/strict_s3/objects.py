"""GetObject, HeadObject, PutObject, DeleteObject."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from . import refusals
from .authentication import Authority
from .buckets import READING, Bucket, StoredObject
from .wire import Answer, Request

MAX_KEY_BYTES = 1024
VERSION_ID = re.compile(r"[A-Za-z0-9._-]{32}|null")
RESPONSE_HEADERS = {
    "response-cache-control": "Cache-Control",
    "response-content-disposition": "Content-Disposition",
    "response-content-encoding": "Content-Encoding",
    "response-content-language": "Content-Language",
    "response-content-type": "Content-Type",
    "response-expires": "Expires",
}
KEPT_HEADERS = ("cache-control", "content-disposition", "content-encoding", "content-language", "expires")


@dataclass(frozen=True)
class Call:
    """An authenticated request for one operation on a bucket (`key` is empty) or an object."""

    request: Request
    authority: Authority
    bucket: Bucket
    key: str
    now: datetime
    ranged_status: int = 206

    @property
    def arn(self) -> str:
        return f"{self.bucket.arn}/{self.key}" if self.key else self.bucket.arn

    def permit(self, action: str) -> None:
        """Raises Refusal (AccessDenied) where the caller's or the bucket's policy says no."""
        caller = self.authority.caller
        if caller is None:
            if not self.bucket.public:
                raise refusals.access_denied()
            return
        if action in READING and self._bucket_policy_denies():
            raise caller.refused(action, self.arn, self.bucket.policy_wording)
        caller.require(action, self.arn)

    def require_listing(self) -> None:
        """Raises Refusal (AccessDenied) where the caller may not learn which keys there are."""
        if self.authority.caller is None:
            raise refusals.access_denied()
        self.authority.caller.require("s3:ListBucket", self.bucket.arn)

    def _bucket_policy_denies(self) -> bool:
        limit, signed_at = self.bucket.signature_age_limit, self.authority.signed_at
        if limit is not None and signed_at is not None and (self.now - signed_at).total_seconds() > limit:
            return True
        if self.bucket.denied_from is not None and self.now >= self.bucket.denied_from:
            return True
        if self.bucket.denied_until is not None and self.now < self.bucket.denied_until:
            return True
        if self.bucket.refuses_presigned and self.authority.by_query:
            return True
        return bool({"*", self.request.peer} & self.bucket.denied_callers)


Operation = Callable[[Call], Answer]


def get_object(call: Call) -> Answer:
    call.permit("s3:GetObjectVersion" if call.request.has("versionId") else "s3:GetObject")
    stored = _found(call)
    if stored.is_archived(call.now):
        raise refusals.archived(stored.storage_class, stored.access_tier)
    _check_encryption(call, stored)
    headers = {**_headers(call, stored), **_overridden(call)}
    return _ranged(call, stored, headers)


def head_object(call: Call) -> Answer:
    call.permit("s3:GetObjectVersion" if call.request.has("versionId") else "s3:GetObject")
    stored = _found(call)
    return _ranged(call, stored, {**_headers(call, stored), **_overridden(call)})


def put_object(call: Call) -> Answer:
    call.permit("s3:PutObject")
    if len(call.key.encode()) > MAX_KEY_BYTES:
        elements = {"Size": str(len(call.key.encode())), "MaxSizeAllowed": str(MAX_KEY_BYTES)}
        raise refusals.Refusal("KeyTooLongError", "Your key is too long", 400, elements)
    kept = {
        name: value for name, value in call.request.headers if name in KEPT_HEADERS or name.startswith("x-amz-meta-")
    }
    content_type = call.request.header("content-type") or "binary/octet-stream"
    storage_class = call.request.header("x-amz-storage-class") or "STANDARD"
    stored = call.bucket.put(
        call.key, call.request.body, content_type=content_type, headers=kept, storage_class=storage_class
    )
    return Answer(200, headers={"ETag": stored.etag, **_version_header(stored)})


def delete_object(call: Call) -> Answer:
    call.permit("s3:DeleteObjectVersion" if call.request.has("versionId") else "s3:DeleteObject")
    version_id = call.request.parameter("versionId")
    gone = call.bucket.delete(call.key) if version_id is None else call.bucket.delete_version(call.key, version_id)
    if gone is None:
        return Answer(204)
    marker = {"x-amz-delete-marker": "true"} if gone.is_delete_marker else {}
    return Answer(204, headers={**marker, **_version_header(gone)})


def _found(call: Call) -> StoredObject:
    version_id = call.request.parameter("versionId")
    if version_id is not None:
        return _found_version(call, version_id)
    stored = call.bucket.newest(call.key)
    if stored is not None and not stored.is_delete_marker:
        return stored
    call.require_listing()
    missing = refusals.no_such_key(call.key)
    raise missing if stored is None else missing.with_headers(**_marker_headers(stored))


def _found_version(call: Call, version_id: str) -> StoredObject:
    if not version_id:
        raise refusals.invalid_argument("Version id cannot be the empty string", "versionId", "")
    if not call.bucket.versioned or not VERSION_ID.fullmatch(version_id):
        raise refusals.invalid_argument("Invalid version id specified", "versionId", version_id)
    stored = call.bucket.version(call.key, version_id)
    if stored is None:
        raise refusals.no_such_version(call.key, version_id)
    if stored.is_delete_marker:
        asked_for = refusals.delete_marker_asked_for(call.request.method)
        modified = format_datetime(stored.last_modified, usegmt=True)
        raise asked_for.with_headers(**_marker_headers(stored), Last_Modified=modified)
    return stored


def _marker_headers(stored: StoredObject) -> dict[str, str]:
    return {"x_amz_delete_marker": "true", "x_amz_version_id": stored.version_id}


def _version_header(stored: StoredObject) -> dict[str, str]:
    return {"x-amz-version-id": stored.version_id} if stored.version_id else {}


def _check_encryption(call: Call, stored: StoredObject) -> None:
    if stored.customer_key and not call.request.header("x-amz-server-side-encryption-customer-key"):
        raise refusals.customer_key_missing()
    key = stored.kms_key
    if key is None:
        return
    caller = call.authority.caller
    if call.authority.is_legacy or caller is None:
        raise refusals.encryption_needs_sigv4()
    caller.require("kms:Decrypt", key.arn)
    if key.state != "enabled":
        raise refusals.encryption_key(key.state, key.arn)


def _headers(call: Call, stored: StoredObject) -> dict[str, str]:
    headers = {
        "Last-Modified": format_datetime(stored.last_modified, usegmt=True),
        "ETag": stored.etag,
        "x-amz-server-side-encryption": "aws:kms" if stored.kms_key else "AES256",
        "Accept-Ranges": "bytes",
        "Content-Type": stored.content_type,
        **stored.headers,
        **_version_header(stored),
    }
    optional = {
        "x-amz-server-side-encryption-aws-kms-key-id": stored.kms_key and stored.kms_key.arn,
        "x-amz-storage-class": None if stored.storage_class == "STANDARD" else stored.storage_class,
        "x-amz-expiration": call.bucket.expiration_of(stored),
        "x-amz-restore": _restore(stored),
    }
    return headers | {name: value for name, value in optional.items() if value}


def _restore(stored: StoredObject) -> str | None:
    if stored.restoring:
        return 'ongoing-request="true"'
    if stored.restored_until is None:
        return None
    return f'ongoing-request="false", expiry-date="{format_datetime(stored.restored_until, usegmt=True)}"'


def _overridden(call: Call) -> dict[str, str]:
    """The `response-*` parameters; only signed requests may use them."""
    given = {name: value for name, value in call.request.query if name in RESPONSE_HEADERS}
    if given and call.authority.caller is None:
        message = "Request specific response headers cannot be used for anonymous GET requests."
        raise refusals.Refusal("InvalidRequest", message, 400)
    for name, value in given.items():
        if not value.isascii() or not value.isprintable():
            message = "Header value cannot be represented using ISO-8859-1."
            raise refusals.invalid_argument(message, name, value)
    return {RESPONSE_HEADERS[name]: value for name, value in given.items()}


def _ranged(call: Call, stored: StoredObject, headers: dict[str, str]) -> Answer:
    """The whole body, or the asked part of it; a nonsense range gives the whole with 200, as at S3."""
    asked, size = call.request.header("range") or "", len(stored.body)
    span = _span(asked, size)
    if span is None:
        return Answer(200, stored.body, headers)
    first, last = span
    if first >= size:
        raise refusals.invalid_range(asked, size)
    headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return Answer(call.ranged_status, stored.body[first : last + 1], headers)


def _span(asked: str, size: int) -> tuple[int, int] | None:
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", asked)
    if match is None or not any(match.groups()):
        return None
    first, last = match.groups()
    if not first:
        return (max(size - int(last), 0), size - 1) if size and int(last) else None
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last), size - 1) if last else size - 1
