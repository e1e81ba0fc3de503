"""Buckets and what lies in them: objects, versions, delete markers, lifecycle rules, policy effects."""

import hashlib
import json
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Self, TypedDict, Unpack

from .account import KmsKey, Wording
from .refusals import Refusal, illegal_location_constraint, permanent_redirect, temporary_redirect
from .wire import Override, Request

READING = ("s3:GetObject", "s3:GetObjectVersion")
ARCHIVE_CLASSES = frozenset({"GLACIER", "DEEP_ARCHIVE"})


@dataclass
class StoredObject:
    """One version of an object, or a delete marker. Everything may be changed while the server runs.

    `restored_until` is the end of a restored copy of an archived object; `restoring` says one is being made.
    `access_tier` (`ARCHIVE_ACCESS`, `DEEP_ARCHIVE_ACCESS`) archives an INTELLIGENT_TIERING object.
    """

    key: str
    body: bytes = field(repr=False)
    last_modified: datetime
    content_type: str = "binary/octet-stream"
    headers: dict[str, str] = field(default_factory=dict)
    version_id: str = ""
    storage_class: str = "STANDARD"
    access_tier: str | None = None
    restoring: bool = False
    restored_until: datetime | None = None
    kms_key: KmsKey | None = None
    customer_key: bool = False
    is_delete_marker: bool = False

    @property
    def etag(self) -> str:
        """In its quotes, as on the wire."""
        return f'"{hashlib.md5(self.body, usedforsecurity=False).hexdigest()}"'

    def is_archived(self, now: datetime) -> bool:
        if self.restored_until is not None and now < self.restored_until:
            return False
        return self.storage_class in ARCHIVE_CLASSES or self.access_tier is not None


class Details(TypedDict, total=False):
    """What Bucket.put may be told of a StoredObject; the rest is set on it afterwards."""

    last_modified: datetime
    content_type: str
    headers: dict[str, str]
    storage_class: str
    access_tier: str
    restored_until: datetime
    kms_key: KmsKey
    customer_key: bool


@dataclass(frozen=True)
class LifecycleRule:
    """Deletes objects after `expires_after_days`, or archives them after `archives_after_days`."""

    id: str
    prefix: str = ""
    expires_after_days: int | None = None
    archives_after_days: int | None = None
    storage_class: str = "GLACIER"
    enabled: bool = True

    def deletes_at(self, stored: StoredObject) -> datetime | None:
        """The midnight UTC that follows the last day, as S3 rounds it."""
        if not self.enabled or self.expires_after_days is None or not stored.key.startswith(self.prefix):
            return None
        day = stored.last_modified.astimezone(UTC) + timedelta(days=self.expires_after_days + 1)
        return day.replace(hour=0, minute=0, second=0, microsecond=0)


@dataclass
class Bucket:
    """A bucket. Every switch takes effect with the next request.

    - `signature_age_limit` (seconds), `denied_callers` (peer addresses, or `*`), `denied_from`, `denied_until` and
      `refuses_presigned` are effects of its policy on reading objects; the policy document is made from them unless
      `policy` is set.
    - `takes_legacy_signatures=False` refuses SigV2.
    - `answer` overrides every answer of this bucket, `key_answers[key]` those of one key,
      `operation_answers["GetBucketPolicy"]` those of one operation; all before authentication.
    """

    name: str
    region: str
    now: Callable[[], datetime] = field(repr=False)
    versioned: bool = False
    public: bool = False
    takes_legacy_signatures: bool = True
    signature_age_limit: float | None = None
    denied_callers: set[str] = field(default_factory=set)
    denied_from: datetime | None = None
    denied_until: datetime | None = None
    refuses_presigned: bool = False
    policy_wording: Wording = Wording.RESOURCE_DENY
    policy: dict[str, Any] | None = None
    lifecycle: list[LifecycleRule] = field(default_factory=list)
    answer: Override | None = None
    key_answers: dict[str, Override] = field(default_factory=dict)
    operation_answers: dict[str, Override] = field(default_factory=dict)
    versions: dict[str, list[StoredObject]] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def arn(self) -> str:
        return f"arn:aws:s3:::{self.name}"

    def put(self, key: str, body: bytes, **details: Unpack[Details]) -> StoredObject:
        """Store an object; `details` are fields of StoredObject."""
        details.setdefault("last_modified", self.now())
        return self._store(StoredObject(key, body, **details))

    def delete(self, key: str) -> StoredObject | None:
        """Delete an object. On a versioned bucket: the delete marker that now lies on top of it."""
        if self.versioned:
            return self._store(StoredObject(key, b"", self.now(), is_delete_marker=True))
        self.versions.pop(key, None)
        return None

    def delete_version(self, key: str, version_id: str) -> StoredObject | None:
        """Remove one version for good, or bring an object back by removing its delete marker."""
        with self._lock:
            gone = self.version(key, version_id)
            kept = [stored for stored in self.versions.get(key, []) if stored is not gone]
            self.versions[key] = kept
            if not kept:
                del self.versions[key]
        return gone

    def newest(self, key: str) -> StoredObject | None:
        """The newest version, which may be a delete marker."""
        kept = self.versions.get(key)
        return kept[-1] if kept else None

    def version(self, key: str, version_id: str) -> StoredObject | None:
        return next((one for one in self.versions.get(key, []) if one.version_id == version_id), None)

    def listed(self) -> list[StoredObject]:
        """The objects that a listing shows, in the order of their keys' bytes."""
        newest = (kept[-1] for kept in list(self.versions.values()))
        shown = (stored for stored in newest if not stored.is_delete_marker)
        return sorted(shown, key=lambda stored: stored.key.encode())

    def expiration_of(self, stored: StoredObject) -> str | None:
        """The value of `x-amz-expiration`, where a rule will delete this object."""
        times = [(at, rule.id) for rule in self.lifecycle if (at := rule.deletes_at(stored))]
        if not times:
            return None
        at, rule_id = min(times)
        return f'expiry-date="{format_datetime(at, usegmt=True)}", rule-id="{rule_id}"'

    def policy_document(self) -> dict[str, Any] | None:
        """The explicit policy, or the one that its effects make."""
        if self.policy is not None:
            return self.policy
        conditions: list[dict[str, Any]] = []
        if self.signature_age_limit is not None:
            age = str(int(self.signature_age_limit * 1000))
            conditions.append({"NumericGreaterThan": {"s3:signatureAge": age}})
        if self.denied_callers:
            addresses = ["0.0.0.0/0" if one == "*" else one for one in sorted(self.denied_callers)]
            conditions.append({"IpAddress": {"aws:SourceIp": addresses}})
        if self.denied_from is not None:
            conditions.append({"DateGreaterThanEquals": {"aws:CurrentTime": _iso(self.denied_from)}})
        if self.denied_until is not None:
            conditions.append({"DateLessThan": {"aws:CurrentTime": _iso(self.denied_until)}})
        if self.refuses_presigned:
            conditions.append({"StringEquals": {"s3:authType": "REST-QUERY-STRING"}})
        statements = [self._deny_statement(condition) for condition in conditions]
        return {"Version": "2012-10-17", "Statement": statements} if statements else None

    def policy_json(self) -> str | None:
        document = self.policy_document()
        return None if document is None else json.dumps(document)

    def move_permanently(self, region: str) -> Self:
        """Answer 301 PermanentRedirect (no Location) from now on."""
        self.answer = permanent_redirect(self.name, region)
        return self

    def move_temporarily(self, region: str) -> Self:
        """Answer 307 TemporaryRedirect, with a Location on the regional host, from now on."""

        def answer(request: Request) -> Refusal:
            host = f"{self.name}.s3.{region}.amazonaws.com"
            location = f"https://{host}{request.raw_path}?{request.raw_query}"
            return temporary_redirect(self.name, region, location)

        self.answer = answer
        return self

    def refuse_location(self) -> Self:
        """Answer 400 IllegalLocationConstraintException from now on."""
        self.answer = illegal_location_constraint(self.region)
        return self

    def _store(self, stored: StoredObject) -> StoredObject:
        with self._lock:
            if self.versioned:
                stored.version_id = stored.version_id or secrets.token_urlsafe(24)
                self.versions.setdefault(stored.key, []).append(stored)
            else:
                self.versions[stored.key] = [stored]
        return stored

    def _deny_statement(self, condition: dict[str, Any]) -> dict[str, Any]:
        statement = {"Effect": "Deny", "Principal": "*", "Action": list(READING)}
        return {**statement, "Resource": f"{self.arn}/*", "Condition": condition}


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
