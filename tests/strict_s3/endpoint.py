"""The endpoint itself: finds who a request is for, and puts the parts together."""

import base64
import secrets
import ssl
import uuid
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import TracebackType
from typing import Self

from . import listings, objects, refusals
from .account import AccessKey, Account, Caller, KmsKey, Session
from .authentication import Authenticator
from .buckets import Bucket
from .cloudfront import Distribution
from .dialects import DIALECTS, Dialect, Ids
from .identity import IdentityService
from .listener import Listener
from .presigning import Presigner
from .wire import Answer, Dropped, Override, Recorded, Reply, Request, decode, overriding

OBJECT_OPERATIONS: dict[str, tuple[str, objects.Operation]] = {
    "GET": ("GetObject", objects.get_object),
    "HEAD": ("HeadObject", objects.head_object),
    "PUT": ("PutObject", objects.put_object),
    "DELETE": ("DeleteObject", objects.delete_object),
}
BUCKET_OPERATIONS: dict[str, tuple[str, objects.Operation]] = {
    "location": ("GetBucketLocation", listings.get_location),
    "versioning": ("GetBucketVersioning", listings.get_versioning),
    "policy": ("GetBucketPolicy", listings.get_policy),
    "lifecycle": ("GetBucketLifecycleConfiguration", listings.get_lifecycle),
}
UNKNOWN_SUBRESOURCES = frozenset(
    "acl attributes cors encryption legal-hold logging notification "  # noqa: SIM905 - reads best so
    "object-lock ownershipControls "
    "publicAccessBlock replication requestPayment retention tagging torrent uploadId uploads versions "
    "website".split()
)
TELLS_REGION = frozenset({"AccessDenied", "AuthorizationHeaderMalformed", "AuthorizationQueryParametersError"})
"""The refusals that name the bucket's region in a header, where the URL is a bucket's."""


def _real_time() -> datetime:
    return datetime.now(UTC)


class StrictS3:
    """A strict S3, STS, IAM and CloudFront on 127.0.0.1. The package's docstring shows how it is used.

    - `now`: the clock that every check believes; aware UTC.
    - `date_offset`: seconds by which the `Date` header lies, and nothing else.
    - `region`: where buckets are made unless said otherwise, and what a bucket that never was belongs to.
    - `dialect`: a name in DIALECTS or a Dialect of one's own; may be changed at any time.
    - `suffixes`: `{bucket}.{suffix}` in the Host header names a bucket; any other host means path style.
    - `identity_service=False`: no STS and no IAM, as most S3-compatible stores.
    - `tls`: a server context; the endpoint then speaks HTTPS.
    """

    def __init__(
        self,
        now: Callable[[], datetime] = _real_time,
        *,
        region: str = "us-east-1",
        account: str = "123456789012",
        dialect: str | Dialect = "aws",
        date_offset: float = 0,
        suffixes: Iterable[str] = ("localhost",),
        skew_allowed: timedelta = timedelta(minutes=15),
        identity_service: bool = True,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.now = now
        self.region = region
        self.dialect = dialect
        self.date_offset = date_offset
        self.suffixes = tuple(suffixes)
        self.skew_allowed = skew_allowed
        self.identity_service = identity_service
        self.account = Account(account)
        self.buckets: dict[str, Bucket] = {}
        self.distributions: dict[str, Distribution] = {}
        self.requests: list[Recorded] = []
        self.next_answers: deque[Override] = deque()
        self.answer: Override | None = None
        self.identity_answer: Override | None = None
        self._former_regions: dict[str, str] = {}
        self._listener = Listener(self.respond, tls)

    # Life

    def start(self) -> Self:
        self._listener.start()
        return self

    def stop(self) -> None:
        """Stop listening and close every connection. Raises what went wrong inside the endpoint, if anything."""
        self._listener.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def host(self) -> str:
        return "127.0.0.1"

    @property
    def port(self) -> int:
        return self._listener.port

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`, for `endpoint_url`."""
        scheme = "http" if self._listener.tls is None else "https"
        return f"{scheme}://{self.host}:{self.port}"

    # Who is there

    def add_user(self, name: str) -> Caller:
        return self.account.add_user(name)

    def add_key(self, caller: Caller, key_id: str = "", secret: str = "") -> AccessKey:
        return self.account.add_key(caller, self.now(), key_id, secret)

    def add_root_key(self) -> AccessKey:
        return self.account.add_key(self.account.root, self.now())

    def delete_key(self, key_id: str) -> None:
        del self.account.keys[key_id]

    def assume_role(self, name: str, session_name: str, ends_at: datetime | None = None, key_id: str = "") -> Session:
        """A role's session, of an hour unless said. `key_id` may be unlike AWS's, as other stores' are."""
        return self._session(self.account.role(name, session_name), ends_at, key_id)

    def federate(self, name: str, ends_at: datetime | None = None) -> Session:
        return self._session(self.account.federated(name), ends_at)

    def user_session(self, user: Caller, ends_at: datetime | None = None) -> Session:
        """GetSessionToken's: the ARN is the user's, the credentials are temporary."""
        return self._session(user, ends_at)

    def _session(self, caller: Caller, ends_at: datetime | None, key_id: str = "") -> Session:
        return self.account.add_session(caller, ends_at or self.now() + timedelta(hours=1), key_id)

    def add_kms_key(self, region: str = "") -> KmsKey:
        return KmsKey(f"arn:aws:kms:{region or self.region}:{self.account.number}:key/{uuid.uuid4()}")

    # What is there

    def add_bucket(self, name: str, region: str = "", *, versioned: bool = False) -> Bucket:
        """The bucket's further switches are attributes: see Bucket."""
        self.buckets[name] = Bucket(name, region or self.region, self.now, versioned)
        return self.buckets[name]

    def remove_bucket(self, name: str) -> None:
        """From now on NoSuchBucket; signatures for the region it was in stay rightly scoped."""
        self._former_regions[name] = self.buckets.pop(name).region

    def add_distribution(self, host: str, origin: Bucket) -> Distribution:
        """A CloudFront distribution that answers on `host` (without a port), say `localhost`."""
        self.distributions[host] = Distribution(host, origin)
        return self.distributions[host]

    def presigner(self, credential: AccessKey | Session, bucket: Bucket | str) -> Presigner:
        """Signs URLs for this endpoint at any time and in any wrong way, which boto3 cannot."""
        if isinstance(bucket, str):
            region = self._former_regions.get(bucket, self.region)
            return Presigner(self.url, credential, bucket, region, self.now)
        return Presigner(self.url, credential, bucket.name, bucket.region, self.now)

    # How a request is answered

    def respond(self, request: Request) -> Reply:
        recorded = Recorded.of(request)
        self.requests.append(recorded)
        ids = Ids(secrets.token_hex(8).upper(), base64.b64encode(secrets.token_bytes(56)).decode())
        try:
            reply = self._overridden(request) or self._routed(request, recorded, ids)
        except refusals.Refusal as refusal:
            reply = self._dialect.build_answer(refusal, request, ids)
        recorded.status = 0 if isinstance(reply, Dropped) else reply.status
        return reply if isinstance(reply, Dropped) else self._with_usual_headers(reply, ids)

    @property
    def _dialect(self) -> Dialect:
        return self.dialect if isinstance(self.dialect, Dialect) else DIALECTS[self.dialect]

    def _overridden(self, request: Request) -> Reply | None:
        if self.next_answers:
            return overriding(self.next_answers.popleft(), request)
        return overriding(self.answer, request)

    def _with_usual_headers(self, answer: Answer, ids: Ids) -> Answer:
        date = self.now() + timedelta(seconds=self.date_offset)
        usual = {"Date": format_datetime(date.astimezone(UTC), usegmt=True), "Server": self._dialect.server}
        if "x-amzn-requestid" not in answer.headers:
            usual |= {"x-amz-id-2": ids.host_id, "x-amz-request-id": ids.request_id}
        return replace(answer, headers={**usual, **answer.headers})

    def _routed(self, request: Request, recorded: Recorded, ids: Ids) -> Reply:
        if distribution := self.distributions.get(request.host_name):
            recorded.operation = "CloudFront"
            return distribution.answer(request, self.now(), ids)
        if request.method == "POST" and request.raw_path == "/":
            return self._identity(request, recorded)
        return self._s3(request, recorded)

    def _identity(self, request: Request, recorded: Recorded) -> Reply:
        if not self.identity_service:
            raise refusals.method_not_allowed("POST", "SERVICE")
        recorded.operation = "Identity"
        ids = Ids(str(uuid.uuid4()))
        service = IdentityService(self.account, self.now(), self.skew_allowed, ids)
        return overriding(self.identity_answer, request) or service.answer(request)

    def _s3(self, request: Request, recorded: Recorded) -> Reply:
        name, key, raw_key = self._located(request)
        recorded.operation, operation = _operation(request, key)
        bucket = self.buckets.get(name)
        if bucket and (reply := _bucket_override(bucket, key, recorded.operation, request)):
            return reply
        try:
            return self._operated(request, operation, name, key, f"/{name}{raw_key}")
        except refusals.Refusal as refusal:
            if bucket and not key and refusal.code in TELLS_REGION:
                raise refusal.with_headers(x_amz_bucket_region=bucket.region) from None
            raise

    def _operated(self, request: Request, operation: objects.Operation, name: str, key: str, resource: str) -> Answer:
        bucket = self.buckets.get(name)
        region = bucket.region if bucket else self._former_regions.get(name, self.region)
        takes_legacy = bucket is None or bucket.takes_legacy_signatures
        now = self.now()
        checks = Authenticator(self.account, now, region, self.skew_allowed, resource, takes_legacy)
        authority = checks.authenticate(request)
        if bucket is None:
            raise refusals.no_such_bucket(name)
        return operation(objects.Call(request, authority, bucket, key, now, self._dialect.ranged_status))

    def _located(self, request: Request) -> tuple[str, str, str]:
        """The bucket's name, the key exactly decoded, and the raw path behind the bucket, for SigV2."""
        for suffix in self.suffixes:
            if request.host_name.endswith(f".{suffix}"):
                return request.host_name.removesuffix(f".{suffix}"), request.path[1:], request.raw_path
        name, slash, raw_key = request.raw_path[1:].partition("/")
        return decode(name), decode(raw_key), f"{slash}{raw_key}" or "/"


def _bucket_override(bucket: Bucket, key: str, operation: str, request: Request) -> Reply | None:
    overrides = (bucket.operation_answers.get(operation), bucket.key_answers.get(key), bucket.answer)
    replies = (overriding(override, request) for override in overrides)
    return next((reply for reply in replies if reply is not None), None)


def _operation(request: Request, key: str) -> tuple[str, objects.Operation]:
    """The operation's name as boto3's models have it, and what does it."""
    if request.has(*UNKNOWN_SUBRESOURCES):
        return "Unknown", _unknown
    if key:
        return OBJECT_OPERATIONS.get(request.method, ("Unknown", _unknown))
    return _bucket_operation(request)


def _bucket_operation(request: Request) -> tuple[str, objects.Operation]:
    if request.method == "HEAD":
        return "HeadBucket", listings.head_bucket
    if request.method != "GET":
        return "Unknown", _unknown
    for subresource, operation in BUCKET_OPERATIONS.items():
        if request.has(subresource):
            return operation
    if request.parameter("list-type") == "2":
        return "ListObjectsV2", listings.list_objects_v2
    return "ListObjects", listings.list_objects


def _unknown(call: objects.Call) -> Answer:
    raise refusals.method_not_allowed(call.request.method, "OBJECT" if call.key else "BUCKET")
