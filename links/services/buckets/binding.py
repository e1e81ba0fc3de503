"""Buckets: bind, try out."""

from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction

from links.domain.audit.acts import Act
from links.domain.buckets.bucket_states import read_test
from links.domain.buckets.endpoints import Addressing, BucketLocation, aws_endpoint, host_of, locate
from links.domain.buckets.object_keys import check_object_key
from links.domain.buckets.s3_objects import StepResult
from links.domain.errors import HoldfastError, KeyRefused, Refused, Unavailable
from links.domain.findings import Verdict
from links.domain.reasons import Reason
from links.domain.sharing import ShareScope
from links.domain.stores.hosts import is_aws_host, is_internal
from links.models import Bucket, SigningKey
from links.net.dialler import refuse_forbidden
from links.s3 import objects
from links.services.audit.recording import record
from links.services.audit.row_values import read_row
from links.services.click_signing import open_bucket

RESOLVE_SECONDS = 3.0


def add_bucket(
    name: str, key: SigningKey, *, region: str = "", endpoint: str = "", addressing: str = "auto", now: datetime
) -> Bucket:
    """Bind a bucket to its key; region and endpoint default to the key's.

    Raises `Refused`: `bucket-known`, `key-replaced`, `key-pending`, `endpoint-private`, and what
    `links.domain.buckets.endpoints.locate` refuses.
    """
    require_present(key)
    region, endpoint = region or key.region, endpoint or key.endpoint
    place = locate(name, region, endpoint, addressing)
    require_proof(key, place)
    refuse_forbidden_place(place)
    try:
        with transaction.atomic():
            bucket = Bucket.objects.create(
                name=name,
                key=key,
                region=place.region,
                endpoint=name_endpoint(place),
                addressing=Addressing(addressing).value,
                created_at=now,
            )
            record(Act.BUCKET_ADDED, bucket, after=read_row(bucket))
    except IntegrityError:
        raise Refused(Reason.BUCKET_KNOWN, bucket=name) from None
    return bucket


def find_internal_host(bucket: Bucket) -> str:
    """The host of its store where only machines inside some network can reach it; else empty."""
    host = locate(bucket.name, bucket.region, bucket.endpoint, bucket.addressing).address[0]
    return host if is_internal(host) else ""


def name_endpoint(place: BucketLocation) -> str:
    """As a bucket's row has it: "" for AWS's own."""
    return "" if place.endpoint == aws_endpoint("s3", place.region) else place.endpoint


def require_present(key: SigningKey) -> None:
    """A key that was replaced has no secret any more. Raises `KeyRefused("key-replaced")`."""
    if key.replaced_at is not None:
        raise KeyRefused(Reason.KEY_REPLACED, key=key.label)


def require_proof(key: SigningKey, place: BucketLocation) -> None:
    """For a bucket on AWS, only AWS can say that a key is an IAM user's; another store, or none, cannot.

    Raises `KeyRefused("key-pending")`.
    """
    if place.is_aws and key.endpoint and not is_aws_host(host_of(key.endpoint)):
        raise KeyRefused(Reason.KEY_PENDING, key=key.label, host="AWS")


def refuse_forbidden_place(place: BucketLocation) -> None:
    """A bucket whose store this server may not ask could not be watched. Raises `Refused`: endpoint-private,
    endpoint-forbidden."""
    if place.endpoint != aws_endpoint("s3", place.region):
        refuse_forbidden(*place.address, seconds=RESOLVE_SECONDS)


def test_bucket(
    bucket: Bucket,
    scope: ShareScope,
    object_key: str = "",  # noqa: PT028  no test
    *,
    now: datetime,
) -> list[StepResult]:
    """Sign, list and read for real, say what works, and keep that with the bucket. `object_key` is read where it is
    given and `scope` covers it: what comes of it tells whether it is there. Else it is what the newest link that works
    leads to, else what is listed; it is named where `scope` covers it.
    Raises what `open_bucket` raises, and `Refused` for a name that no object can have."""
    if object_key:
        check_object_key(object_key)
    # An object's key may tell of a customer, and a bucket is nobody's: nothing would erase it here.
    record(Act.BUCKET_TESTED, bucket, after={"is_object_named": bool(object_key)})
    named = object_key if scope.may_share(bucket.pk, object_key) else ""
    try:
        tried = objects.test_bucket(open_bucket(bucket), named or find_served_key(bucket))
    except HoldfastError as error:  # what is wrong with this site tells nothing of the bucket
        _keep_test(bucket, None if isinstance(error, Unavailable) else False, now)
        raise
    _keep_test(bucket, read_test(tried), now)
    return [_hide_object(step, bucket, scope) for step in tried]


def _keep_test(bucket: Bucket, works: bool | None, now: datetime) -> None:
    """Unless it is reached in another way meanwhile."""
    tested = Bucket.objects.filter(
        pk=bucket.pk, key=bucket.key_id, endpoint=bucket.endpoint, region=bucket.region, addressing=bucket.addressing
    )
    tested.update(tested_at=now, test_works=works)
    bucket.tested_at, bucket.test_works = now, works


def _hide_object(step: StepResult, bucket: Bucket, scope: ShareScope) -> StepResult:
    if not step.object_key or scope.may_share(bucket.pk, step.object_key):
        return step
    return replace(step, object_key="", is_hidden=True)


def find_served_key(bucket: Bucket) -> str:
    """The object of its newest link that works; empty where there is none."""
    return bucket.links.filter(verdict=Verdict.HEALTHY.value).values_list("object_key", flat=True).first() or ""
