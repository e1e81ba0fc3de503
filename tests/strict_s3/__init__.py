"""A strict S3 endpoint for tests, which answers as AWS does: wrong, late, foreign and forbidden requests too.

It verifies SigV4 (query and header) and SigV2 signatures, lifetimes, session tokens, scopes and methods in AWS's
order of checks, keeps raw keys and versions, and knows users, roles, sessions and GetCallerIdentity. It imports
nothing of the product. AWS's published signature vectors and boto3 pin it.

    from tests.strict_s3 import StrictS3

    with StrictS3(now=clock) as s3:                         # clock: () -> aware UTC datetime; default: real time
        user = s3.add_user("share")                         # a Caller, in account 123456789012
        key = s3.add_key(user)                              # AccessKey(id="AKIA...", secret=...)
        bucket = s3.add_bucket("files", region="eu-central-1", versioned=False)
        bucket.put("reports/2026.pdf", b"...", content_type="application/pdf")
        boto3.client("s3", endpoint_url=s3.url, aws_access_key_id=key.id, aws_secret_access_key=key.secret,
                     region_name=bucket.region, config=Config(signature_version="s3v4"))
        s3.presigner(key, bucket).v4("reports/2026.pdf", expires=60, at=last_week)      # or .v2(...)

The endpoint: `s3.url` (`http://127.0.0.1:PORT`, path style), `s3.port`. A Host header `files.localhost:PORT` means
virtual-host style. The same URL is the `endpoint_url` of boto3's `sts` (GetCallerIdentity) and `iam`
(ListAccessKeys) clients. `start()` and `stop()` do what the context manager does; `stop` raises what broke inside.

Keys and callers, every change at once in force:
    key.active = False          s3.delete_key(key.id)           key.secret = "rotated"
    s3.add_root_key()           user.suspended = True           key.caller.arn
    s3.assume_role("app", "session", ends_at=...)               Session(id="ASIA...", secret, token, ends_at)
    s3.federate("Bob")          s3.user_session(user)           session.old = True  (InvalidAccessKeyId)
    s3.assume_role("app", "s", key_id="Q3AM3UQ867SPQQA43P2F")   a store whose temporary keys have no prefix
    user.deny("s3:GetObject")   user.deny("s3:*", "arn:aws:s3:::files*", Wording.NO_POLICY)
    user.deny("s3:ListBucket")  (a missing key is then a bare 403)
    user.allow("s3:GetObject")  user.allow("iam:ListAccessKeys")    (IAM is denied until allowed)

Buckets and objects (the fields are documented at Bucket and StoredObject):
    marker = bucket.delete("k")                                 bucket.delete_version("k", marker.version_id)
    stored = bucket.put("k", b"", storage_class="GLACIER")      stored.restored_until = ...
    stored.kms_key = s3.add_kms_key()                           stored.kms_key.state = "disabled"
    bucket.lifecycle = [LifecycleRule("tidy", "reports/", expires_after_days=7)]        -> x-amz-expiration
    bucket.signature_age_limit = 600                            bucket.denied_callers = {"*"}    (peer addresses)
    bucket.denied_from = ...    bucket.denied_until = ...       bucket.refuses_presigned = True
    bucket.takes_legacy_signatures = False                      bucket.public = True
    bucket.move_permanently("eu-west-1")    .move_temporarily(...)    .refuse_location()
    s3.remove_bucket("files")

Trouble. An Override is an Answer, a Dropped, a Refusal (all factories in `refusals`), or a callable
`(Request) -> one of these or None` (None: go on as usual). It counts before authentication:
    s3.next_answers.extend([refusals.slow_down(), Dropped(reset=True), Answer(wait=30), html_page()])
    s3.answer = refusals.service_unavailable()      bucket.answer = ...     bucket.key_answers["k"] = ...
    bucket.operation_answers["GetBucketPolicy"] = Answer(200, b"<wrong/>")  s3.identity_answer = Dropped()
`Answer(status, body, headers, wait=seconds before the first byte, drip=seconds before each byte)`.

Other stores: `StrictS3(dialect="r2")`, `b2`, `google`, `minio`, `ceph`, `bare` (every refusal an AccessDenied with
an empty message), `rclone` (a ranged GET is 200 with Content-Range, an ended URL 400); `s3.dialect` may change.
`StrictS3(identity_service=False)` knows no STS. `StrictS3(tls=context)` speaks HTTPS.
`s3.date_offset = -300` makes the `Date` header lie.

CloudFront: `cdn = s3.add_distribution("localhost", bucket)` answers on that host; `pair = cdn.add_key_pair()` goes
with botocore's `CloudFrontSigner(pair.id, pair.sign)`; `cdn.remove_key_pair(pair)`. It needs `cryptography`.

Counting: `s3.requests` is a list of Recorded (method, host, path, names of parameters and headers, range,
operation, status). No value of a parameter or a header but the range is kept, thus no secret.
"""

from . import refusals
from .account import AccessKey, Caller, KmsKey, Session, Wording
from .buckets import Bucket, LifecycleRule, StoredObject
from .cloudfront import Distribution, KeyPair
from .dialects import DIALECTS, Dialect
from .endpoint import StrictS3
from .presigning import Presigner
from .refusals import Refusal
from .wire import Answer, Dropped, Override, Recorded, Request, html_page, redirect

__all__ = [
    "DIALECTS",
    "AccessKey",
    "Answer",
    "Bucket",
    "Caller",
    "Dialect",
    "Distribution",
    "Dropped",
    "KeyPair",
    "KmsKey",
    "LifecycleRule",
    "Override",
    "Presigner",
    "Recorded",
    "Refusal",
    "Request",
    "Session",
    "StoredObject",
    "StrictS3",
    "Wording",
    "html_page",
    "redirect",
    "refusals",
]
