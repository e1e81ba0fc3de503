"""The promise: what can truly be kept of the lifetime that was asked for, until when, and why."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from links.domain.buckets.s3_objects import ObjectFacts
from links.domain.errors import PromiseRefused
from links.domain.judging.facts import BucketFacts, Delivery, KeyFacts
from links.domain.policies.conditions import RequestContext
from links.domain.policies.lifecycles import end_version, foresee_changes
from links.domain.policies.restrictions import Restriction, RestrictionKind, end_grants, find_restrictions
from links.domain.policies.statements import Statement
from links.domain.promise.lifetimes import Lifetime
from links.domain.reasons import Reason
from links.domain.signed_urls.reading import MAX_SIGNATURE_LIFETIME


class PromiseCode(StrEnum):
    """The reasons a promise rests on, or is limited by."""

    SIGNED_AT_EACH_CLICK = "signed-at-each-click"
    SIGNED_ONCE = "signed-once"
    LIFECYCLE_DELETES = "lifecycle-deletes"
    LIFECYCLE_ARCHIVES = "lifecycle-archives"
    POLICY_LIMITS_AGE = "policy-limits-age"
    POLICY_LIMITS_TIME = "policy-limits-time"
    POLICY_LIMITS_CALLERS = "policy-limits-callers"
    POLICY_REFUSES_PRESIGNED = "policy-refuses-presigned"
    POLICY_MAY_REFUSE = "policy-may-refuse"
    RESTORE_ENDS = "restore-ends"
    ROTATION_DUE = "rotation-due"


class Unchecked(StrEnum):
    """What a promise could not take into account, because the key may not read it or the store does not tell."""

    LIFECYCLE = "lifecycle"
    POLICY = "policy"
    VERSIONS = "versions"


@dataclass(frozen=True, slots=True)
class PromiseReason:
    code: PromiseCode
    at: datetime | None = None

    def to_json(self) -> dict[str, str | None]:
        return {"code": self.code.value, "at": self.at.isoformat() if self.at else None}

    @classmethod
    def from_json(cls, stored: dict[str, str | None]) -> "PromiseReason":
        at = stored.get("at")
        return cls(PromiseCode(str(stored["code"])), datetime.fromisoformat(at) if at else None)


_NOTHING = RequestContext("", "")


@dataclass(frozen=True, slots=True)
class ObjectLimits:
    """What is known to end the object itself (aware UTC), None where nothing is known to; and what its bucket's
    policy says of it. What could not be read at all is `unchecked`."""

    deleted_at: datetime | None = None
    archived_at: datetime | None = None
    restored_until: datetime | None = None
    context: RequestContext = _NOTHING
    denials: tuple[Statement, ...] = ()
    grants: tuple[Statement, ...] = ()
    unchecked: tuple[Unchecked, ...] = ()


@dataclass(frozen=True, slots=True)
class Promise:
    """`promised_until` never lies after `asked_until`; where it is earlier, the reasons say why."""

    asked_until: datetime
    promised_until: datetime
    reasons: tuple[PromiseReason, ...] = field(default=())
    unchecked: tuple[Unchecked, ...] = field(default=())

    @property
    def is_shortened(self) -> bool:
        return self.promised_until < self.asked_until


def decide(lifetime: Lifetime, delivery: Delivery, key: KeyFacts, limits: ObjectLimits, now: datetime) -> Promise:
    """Decide what can be promised, before anything is saved.

    Raises `PromiseRefused`: `promise-key-cannot-sign`, `promise-presigned-too-long` (with `offer`: the delivery
    that can do it), and whatever `Lifetime.ends_at` refuses.
    """
    if not key.state.signs:
        raise PromiseRefused(Reason.PROMISE_KEY_CANNOT_SIGN, state=key.state.value)
    asked_until = lifetime.ends_at(now)
    if delivery is Delivery.PRESIGNED and asked_until > now + MAX_SIGNATURE_LIFETIME:
        raise PromiseRefused(Reason.PROMISE_PRESIGNED_TOO_LONG, asked_until=asked_until, offer=Delivery.STABLE.value)
    restrictions = _find_restrictions(delivery, key, limits, now)
    found = [*_find_ends(delivery, key, limits), *_find_denials(restrictions, now)]
    ends = {reason: reason.at for reason in found if reason.at and reason.at < asked_until}
    promised_until = min(ends.values(), default=asked_until)
    if promised_until <= now:
        raise PromiseRefused(Reason.PROMISE_OVER_ALREADY, reason=min(ends, key=ends.__getitem__).code.value)
    doubts = _find_doubts(restrictions, key, limits, asked_until)
    signed = PromiseReason(PromiseCode.SIGNED_AT_EACH_CLICK if delivery is Delivery.STABLE else PromiseCode.SIGNED_ONCE)
    return Promise(asked_until, promised_until, (signed, *ends, *doubts), limits.unchecked)


def find_limits(found: ObjectFacts, bucket: str, key: str, configuration: BucketFacts) -> ObjectLimits:
    """What the object's own headers and its bucket's configuration put in a promise's way.

    The header x-amz-expiration counts before the bucket's rules: it knows of tags. Of a version that is pinned it tells
    when a delete marker hides it, which is no end.
    """
    rules, pinned = configuration.rules or (), bool(found.version_id)
    made_at, deleted_at = found.last_modified, found.expires_at
    if deleted_at and pinned and configuration.rules is not None:
        deleted_at = end_version(rules, key, found.size, deleted_at)
    coming = foresee_changes(rules, key, found.size, made_at, pinned=pinned) if made_at else []
    deleted_at = deleted_at or next((change.at for change in coming if not change.to), None)
    archived_at = next((change.at for change in coming if change.to), None)
    known = {
        Unchecked.LIFECYCLE: configuration.rules,
        Unchecked.POLICY: configuration.denials,
        Unchecked.VERSIONS: configuration.versioned,
    }
    return ObjectLimits(
        deleted_at,
        archived_at,
        found.restored_until,
        RequestContext(bucket, key, "s3:GetObjectVersion" if found.version_id else "s3:GetObject"),
        configuration.denials or (),
        configuration.grants,
        tuple(name for name, value in known.items() if value is None),
    )


def shorten(promise: Promise, end: datetime) -> Promise:
    """The promise as the signed URL's own end leaves it, which may be a fraction of a second earlier."""
    return replace(promise, promised_until=min(promise.promised_until, end))


def _find_ends(delivery: Delivery, key: KeyFacts, limits: ObjectLimits) -> list[PromiseReason]:
    """A key's rotation kills only what was handed out signed."""
    ends = [
        PromiseReason(PromiseCode.LIFECYCLE_DELETES, limits.deleted_at),
        PromiseReason(PromiseCode.LIFECYCLE_ARCHIVES, limits.archived_at),
        PromiseReason(PromiseCode.RESTORE_ENDS, limits.restored_until),
    ]
    if delivery is not Delivery.STABLE:
        ends.append(PromiseReason(PromiseCode.ROTATION_DUE, key.rotates_at))
    return ends


_DENIALS = {
    RestrictionKind.AGE: PromiseCode.POLICY_LIMITS_AGE,
    RestrictionKind.TIME: PromiseCode.POLICY_LIMITS_TIME,
    RestrictionKind.PRESIGNED: PromiseCode.POLICY_REFUSES_PRESIGNED,
}


def _find_restrictions(delivery: Delivery, key: KeyFacts, limits: ObjectLimits, now: datetime) -> list[Restriction]:
    """The policy's denials that are not over. A policy on the age of signatures spares what each click signs anew."""
    stable = delivery is Delivery.STABLE
    context = replace(
        limits.context,
        signed_at=None if stable else now,
        fresh_for=timedelta() if stable else None,
        user=key.user,
    )
    found = find_restrictions(limits.denials, context)
    return [each for each in found if each.window.end is None or each.window.end > now]


def _find_denials(restrictions: Iterable[Restriction], now: datetime) -> list[PromiseReason]:
    return [
        PromiseReason(_DENIALS[each.limit], max(each.window.start or now, now))
        for each in restrictions
        if each.window.sure and each.limit in _DENIALS
    ]


def _find_doubts(
    restrictions: Iterable[Restriction], key: KeyFacts, limits: ObjectLimits, asked_until: datetime
) -> list[PromiseReason]:
    """What the policy may forbid, under conditions that nobody here can know; it shortens nothing."""
    doubts = [
        PromiseCode.POLICY_LIMITS_CALLERS if each.limit is RestrictionKind.CALLERS else PromiseCode.POLICY_MAY_REFUSE
        for each in restrictions
        if not each.window.sure and (each.window.start is None or each.window.start < asked_until)
    ]
    granted_until = end_grants(limits.grants, replace(limits.context, user=key.user))
    if granted_until is not None and granted_until < asked_until:
        doubts.append(PromiseCode.POLICY_MAY_REFUSE)
    return [PromiseReason(doubt) for doubt in dict.fromkeys(doubts)]
