"""The promise: what can truly be kept of the lifetime that was asked for, until when, and why."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from links.domain.errors import PromiseRefused
from links.domain.facts import BucketFacts, Delivery, KeyFacts
from links.domain.lifecycles import foresee_changes
from links.domain.lifetimes import Lifetime
from links.domain.objects import ObjectFacts
from links.domain.policies import limit_age
from links.domain.signed_urls import LONGEST_SIGNATURE


class Why(StrEnum):
    """The reasons a promise rests on, or is limited by."""

    SIGNED_AT_EACH_CLICK = "signed-at-each-click"
    SIGNED_ONCE = "signed-once"
    LIFECYCLE_DELETES = "lifecycle-deletes"
    LIFECYCLE_ARCHIVES = "lifecycle-archives"
    POLICY_LIMITS_AGE = "policy-limits-age"
    RESTORE_ENDS = "restore-ends"
    ROTATION_DUE = "rotation-due"


class Unchecked(StrEnum):
    """What a promise could not take into account, because the key may not read it or the store does not tell."""

    LIFECYCLE = "lifecycle"
    POLICY = "policy"
    VERSIONS = "versions"


@dataclass(frozen=True, slots=True)
class Reason:
    code: Why
    at: datetime | None = None

    def to_json(self) -> dict[str, str | None]:
        return {"code": self.code.value, "at": self.at.isoformat() if self.at else None}

    @classmethod
    def from_json(cls, stored: dict[str, str | None]) -> "Reason":
        at = stored.get("at")
        return cls(Why(str(stored["code"])), datetime.fromisoformat(at) if at else None)


@dataclass(frozen=True, slots=True)
class ObjectLimits:
    """What is known to end the object itself (aware UTC), and how old a signature may get; None where nothing is
    known to. What could not be read at all is `unchecked`."""

    deleted_at: datetime | None = None
    archived_at: datetime | None = None
    restored_until: datetime | None = None
    oldest_signature: timedelta | None = None
    unchecked: tuple[Unchecked, ...] = ()


@dataclass(frozen=True, slots=True)
class Promise:
    """`promised_until` never lies after `asked_until`; where it is earlier, the reasons say why."""

    asked_until: datetime
    promised_until: datetime
    reasons: tuple[Reason, ...] = field(default=())
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
        raise PromiseRefused("promise-key-cannot-sign", state=key.state.value)
    asked_until = lifetime.ends_at(now)
    if delivery is Delivery.PRESIGNED and asked_until > now + LONGEST_SIGNATURE:
        raise PromiseRefused("promise-presigned-too-long", asked_until=asked_until, offer=Delivery.STABLE.value)
    ends = [reason for reason in _find_ends(delivery, key, limits, now) if reason.at and reason.at < asked_until]
    promised_until = min((reason.at for reason in ends if reason.at), default=asked_until)
    if promised_until <= now:
        raise PromiseRefused("promise-over-already", reason=ends[0].code.value)
    return Promise(asked_until, promised_until, (_foundation(delivery), *ends), limits.unchecked)


def find_limits(found: ObjectFacts, bucket: str, key: str, configuration: BucketFacts) -> ObjectLimits:
    """What the object's own headers and its bucket's configuration put in a promise's way.

    The header x-amz-expiration counts before the bucket's rules: it knows of tags.
    """
    coming = (
        foresee_changes(configuration.rules or (), key, found.size, found.last_modified) if found.last_modified else []
    )
    deleted_at = found.expires_at or next((change.at for change in coming if not change.to), None)
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
        limit_age(configuration.denials or (), bucket, key),
        tuple(name for name, value in known.items() if value is None),
    )


def shorten(promise: Promise, end: datetime) -> Promise:
    """The promise as the signed URL's own end leaves it, which may be a fraction of a second earlier."""
    return replace(promise, promised_until=min(promise.promised_until, end))


def _foundation(delivery: Delivery) -> Reason:
    return Reason(Why.SIGNED_AT_EACH_CLICK if delivery is Delivery.STABLE else Why.SIGNED_ONCE)


def _find_ends(delivery: Delivery, key: KeyFacts, limits: ObjectLimits, now: datetime) -> list[Reason]:
    """A key's rotation, and a policy on the age of signatures, kill only what was handed out signed."""
    ends = [
        Reason(Why.LIFECYCLE_DELETES, limits.deleted_at),
        Reason(Why.LIFECYCLE_ARCHIVES, limits.archived_at),
        Reason(Why.RESTORE_ENDS, limits.restored_until),
    ]
    if delivery is not Delivery.STABLE:
        oldest = limits.oldest_signature
        ends.append(Reason(Why.ROTATION_DUE, key.rotates_at))
        ends.append(Reason(Why.POLICY_LIMITS_AGE, None if oldest is None else now + oldest))
    return ends
