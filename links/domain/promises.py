"""The promise: what can truly be kept of the lifetime that was asked for, until when, and why."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from links.domain.errors import PromiseRefused
from links.domain.facts import Delivery, KeyFacts
from links.domain.lifetimes import Lifetime
from links.domain.signed_urls import LONGEST_SIGNATURE


class Why(StrEnum):
    """The reasons a promise rests on, or is limited by."""

    SIGNED_AT_EACH_CLICK = "signed-at-each-click"
    SIGNED_ONCE = "signed-once"
    LIFECYCLE_DELETES = "lifecycle-deletes"
    RESTORE_ENDS = "restore-ends"
    ROTATION_DUE = "rotation-due"


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
    """What is known to end the object itself (aware UTC); None where nothing is known to."""

    deleted_at: datetime | None = None
    restored_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """`promised_until` never lies after `asked_until`; where it is earlier, the reasons say why."""

    asked_until: datetime
    promised_until: datetime
    reasons: tuple[Reason, ...] = field(default=())

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
    ends = [reason for reason in _find_ends(delivery, key, limits) if reason.at and reason.at < asked_until]
    promised_until = min((reason.at for reason in ends if reason.at), default=asked_until)
    if promised_until <= now:
        raise PromiseRefused("promise-over-already", reason=ends[0].code.value)
    return Promise(asked_until, promised_until, (_foundation(delivery), *ends))


def shorten(promise: Promise, end: datetime) -> Promise:
    """The promise as the signed URL's own end leaves it, which may be a fraction of a second earlier."""
    return replace(promise, promised_until=min(promise.promised_until, end))


def _foundation(delivery: Delivery) -> Reason:
    return Reason(Why.SIGNED_AT_EACH_CLICK if delivery is Delivery.STABLE else Why.SIGNED_ONCE)


def _find_ends(delivery: Delivery, key: KeyFacts, limits: ObjectLimits) -> list[Reason]:
    """A key's rotation kills only what was handed out signed; a stable link is signed by the next key."""
    ends = [Reason(Why.LIFECYCLE_DELETES, limits.deleted_at), Reason(Why.RESTORE_ENDS, limits.restored_until)]
    if delivery is not Delivery.STABLE:
        ends.append(Reason(Why.ROTATION_DUE, key.rotates_at))
    return ends
