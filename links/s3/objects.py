"""Look at objects and buckets through the one client that a store has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from links.domain.buckets.endpoints import SigningBucket
from links.domain.buckets.object_keys import check_object_key
from links.domain.buckets.s3_objects import ListedObject, ObjectFacts, Page, Step, StepResult
from links.domain.errors import Refused, Unavailable
from links.domain.findings import OUTAGE, Code
from links.domain.reasons import Reason
from links.domain.stores.refusal_words import name_code
from links.s3.boto_errors import Reply, ask, explain_code, read_failure
from links.s3.probe import ProbePolicy, probe
from links.s3.responses import find_expiry, find_rule
from links.s3.signer import sign, storage_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

TEST_SECONDS = 120
ABSENT_KEY = "holdfast-test/no-such-object"


def look_up(bucket: SigningBucket, key: str, version_id: str = "") -> ObjectFacts:
    """Whether the object is there and what is known of it. A store's refusal is an answer, not an error.

    HEAD has no body and says little when it refuses, so a listing of this one key is asked next: it names its
    reason, and knows objects that the key may not read. Raises `Refused` for a key or store that cannot be.
    """
    check_object_key(key)
    client = storage_of(bucket).client
    which: dict[str, Any] = {"VersionId": version_id} if version_id else {}
    try:
        return ask(lambda: _read_head(client.head_object(Bucket=bucket.name, Key=key, **which)))
    except (ClientError, Unavailable) as failure:
        reply = read_failure(failure)
    if reply.reason in OUTAGE:
        return ObjectFacts(None, reply.reason)
    return _explain_refusal(client, bucket.name, key, version_id, reply)


def find_first(bucket: SigningBucket, keys: Iterable[str]) -> str:
    """The first of these objects that the store says is there; "" where there is none. One HEAD for each; a refusal
    says nothing of the others.

    Raises what `ask` raises but a ClientError.
    """
    client = storage_of(bucket).client
    for key in filter(_is_reachable, keys):
        try:
            ask(partial(client.head_object, Bucket=bucket.name, Key=key))
        except ClientError:
            continue
        return key
    return ""


def list_page(bucket: SigningBucket, prefix: str = "", token: str = "", size: int = 200) -> Page:
    """One page of what stands below a prefix, folder by folder.

    Raises what `ask` raises but a ClientError; `Refused`: listing-refused with the finding's code as `reason`.
    """
    more: dict[str, Any] = {"ContinuationToken": token} if token else {}
    client = storage_of(bucket).client
    try:
        return ask(
            lambda: _read_page(
                client.list_objects_v2(Bucket=bucket.name, Prefix=prefix, Delimiter="/", MaxKeys=size, **more)
            )
        )
    except ClientError as failure:
        reply = read_failure(failure)
    if reply.reason in OUTAGE:
        raise Unavailable(Reason.STORE_UNANSWERED, reason=str(reply.reason))
    raise Refused(Reason.LISTING_REFUSED, reason=str(reply.reason), bucket=bucket.name, region=reply.region)


def test_bucket(
    bucket: SigningBucket,
    object_key: str = "",  # noqa: PT028  no test
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),  # noqa: PT028
) -> list[StepResult]:
    """Sign, list, and read one byte through a signed URL, as a customer would; a bucket may forbid listing.

    `object_key` is known to be there, and is read; else one that was listed. Where there is nothing to read, an object
    that cannot be there is asked for: its 404 proves key and signature. Its 403 proves nothing but where the bucket
    lets itself be listed: a store that does not hides what is missing behind a refusal (GetObject in the S3 API
    reference).
    """
    host = bucket.place.host
    try:
        sign(bucket, ABSENT_KEY, TEST_SECONDS)
    except Refused as refusal:
        return [StepResult(Step.SIGN, ok=False, refusal=refusal.reason)]
    listing, listed = _try_listing(bucket)
    reading = _try_reading(bucket, object_key or listed, now, may_list=bool(listing.ok))
    return [StepResult(Step.SIGN, ok=True), replace(listing, host=host), replace(reading, host=host)]


def _read_head(answer: Mapping[str, Any]) -> ObjectFacts:
    expiration = answer.get("Expiration", "")
    return ObjectFacts(
        exists=True,
        size=answer.get("ContentLength"),
        etag=answer.get("ETag", ""),
        version_id=answer.get("VersionId", ""),
        content_type=answer.get("ContentType", ""),
        storage_class=answer.get("StorageClass", ""),
        last_modified=_to_utc(answer.get("LastModified")),
        expires_at=find_expiry(expiration),
        expiry_rule=find_rule(expiration),
        restored_until=find_expiry(answer.get("Restore", "")),
    )


def _explain_refusal(client: S3Client, bucket: str, key: str, version_id: str, head: Reply) -> ObjectFacts:
    if head.status == 405:
        return ObjectFacts(exists=False, reason=Code.VERSION_MISSING, recoverable=head.recoverable)
    try:
        page = ask(lambda: _read_page(client.list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1)))
    except (ClientError, Unavailable) as failure:
        return _explain_both(head, read_failure(failure))
    found = next((item for item in page.objects if item.key == key), None)
    if found is None:
        return ObjectFacts(exists=False, reason=Code.OBJECT_MISSING, recoverable=head.recoverable)
    if version_id and head.status in (400, 404):
        return ObjectFacts(exists=False, reason=Code.VERSION_MISSING)
    return ObjectFacts(
        exists=True,
        reason=head.reason,
        size=found.size,
        storage_class=found.storage_class,
        last_modified=found.last_modified,
    )


def _explain_both(head: Reply, listing: Reply) -> ObjectFacts:
    """HEAD and the listing refused: the listing's reason is the better one, unless it only may not list."""
    region = listing.region or head.region
    if listing.reason is Code.PERMISSION_LOST and head.status == 404:
        return ObjectFacts(exists=False, reason=Code.OBJECT_MISSING, recoverable=head.recoverable)
    missing = listing.reason is Code.BUCKET_MISSING
    return ObjectFacts(exists=False if missing else None, reason=listing.reason, region=region)


def _read_page(answer: Mapping[str, Any]) -> Page:
    return Page(
        folders=tuple(entry["Prefix"] for entry in answer.get("CommonPrefixes", ())),
        objects=tuple(
            ListedObject(
                key=entry["Key"],
                size=entry["Size"],
                last_modified=_to_utc(entry.get("LastModified")),
                storage_class=entry.get("StorageClass", ""),
            )
            for entry in answer.get("Contents", ())
        ),
        next_token=answer.get("NextContinuationToken", "") if answer.get("IsTruncated") else "",
    )


def _to_utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment else None


def _try_listing(bucket: SigningBucket) -> tuple[StepResult, str]:
    """The step, and an object that a URL can lead to, where one was seen."""
    client = storage_of(bucket).client
    try:
        page = ask(lambda: _read_page(client.list_objects_v2(Bucket=bucket.name, MaxKeys=50)))
    except (ClientError, Unavailable) as failure:
        reply = read_failure(failure)
        ok = None if reply.reason is Code.PERMISSION_LOST else False
        return StepResult(Step.LIST, ok, reply.reason, region=reply.region, status=reply.status, code=reply.code), ""
    return StepResult(Step.LIST, ok=True), next((item.key for item in page.objects if _is_reachable(item.key)), "")


def _is_reachable(key: str) -> bool:
    try:
        check_object_key(key)
    except Refused:
        return False
    return not key.endswith("/")


def _try_reading(bucket: SigningBucket, key: str, now: Callable[[], datetime], *, may_list: bool) -> StepResult:
    place = bucket.place
    policy = ProbePolicy(frozenset() if place.is_aws else frozenset({place.host}))
    answer = probe(sign(bucket, key or ABSENT_KEY, TEST_SECONDS).text, policy=policy, now=now)
    if answer.served or (not key and name_code(answer.code, answer.message) == "NoSuchKey"):
        return StepResult(Step.READ, ok=True, object_key=key)
    reason = Code.UNREACHABLE
    if answer.status is not None:
        reason = explain_code(answer.code, answer.status, answer.message)
    known = bool(key) or may_list or reason is not Code.PERMISSION_LOST
    return StepResult(
        Step.READ,
        False if known else None,
        reason,
        region=answer.region,
        object_key=key,
        status=answer.status,
        code=answer.code[:100],
    )
