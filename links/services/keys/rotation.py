"""Rotation: another access key takes over everything that a key signs for.

The new key is proved and tried on every bucket before anything is changed; then everything is, in one transaction. The
old key's row stays, without its secret, for as long as links that it signed are judged.
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Max, Q
from django.db.models.functions import Coalesce

from links.domain.audit.acts import Act
from links.domain.credentials import KeyState, check_id
from links.domain.errors import KeyRefused, Refused, Unavailable
from links.domain.findings import OUTAGE
from links.domain.judging.facts import Delivery
from links.domain.reasons import Reason
from links.domain.rotations import ENDINGS_SHOWN, Ending, Plan, name_replaced
from links.models import Bucket, ShareLink, SigningKey
from links.models.leases import due_afresh
from links.queries.link_state import where_promised
from links.services import queue
from links.services.audit.recording import record, record_each
from links.services.audit.subjects import name_key
from links.services.buckets import binding, trials
from links.services.keys import proofs

SAMPLES = 50


@dataclass(frozen=True, slots=True)
class Rotated:
    """What was done. From `harmless_from` on the old key may be deleted at its store; until then `plan`'s endings need
    it. `unread` are the buckets that neither key can read: they were moved untried."""

    old: SigningKey
    new: SigningKey
    plan: Plan
    harmless_from: datetime
    unread: tuple[str, ...] = ()


def plan_rotation(key: SigningKey, now: datetime) -> Plan:
    """What rotating this key would do; of a key that was replaced, what deleting it at its store still would.

    URLs are counted by the id of the key that signed them, whichever bucket they lead to and whoever made them.
    """
    running = ShareLink.objects.filter(where_promised(now))
    # The links whose customers hold a URL that this key signed and that has not ended.
    handed_out = running.exclude(delivery=Delivery.STABLE.value).filter(access_key_id=key.access_key_id)
    signed = handed_out.filter(Q(signature_ends_at=None) | Q(signature_ends_at__gt=now))
    counts = signed.aggregate(
        presigned=Count("pk", filter=Q(delivery=Delivery.PRESIGNED.value)),
        foreign=Count("pk", filter=Q(delivery=Delivery.FOREIGN.value)),
        last=Max(_ENDS_AT),
    )
    return Plan(
        buckets=tuple(key.buckets.values_list("name", flat=True)),
        stable_count=running.filter(bucket__key=key, delivery=Delivery.STABLE.value).count(),
        presigned_count=counts["presigned"],
        foreign_count=counts["foreign"],
        endings=tuple(_to_ending(link) for link in signed.order_by(_ENDS_AT, "pk")[:ENDINGS_SHOWN]),
        last_ends_at=counts["last"],
    )


def check_successor(key: SigningKey, access_key_id: str) -> None:
    """What can be told of the new key by its id alone. Raises `KeyRefused`: rotation-same-key, and what `check_id`
    raises; `Refused`: key-known."""
    if access_key_id == key.access_key_id:
        raise KeyRefused(Reason.ROTATION_SAME_KEY, access_key_id=access_key_id)
    check_id(access_key_id, at_aws=not key.endpoint)
    known = SigningKey.objects.filter(access_key_id=access_key_id, endpoint=key.endpoint).first()
    if known:
        raise Refused(Reason.KEY_KNOWN, access_key_id=access_key_id, label=known.label, taken="by-another")


def rotate_key(key: SigningKey, access_key_id: str, secret: str, *, now: datetime) -> Rotated:
    """Have a new key of the same store take over the label and every bucket; all their links are validated soon.

    All or nothing. Raises what `proofs.add_key` raises, and `KeyRefused`: key-replaced, rotation-same-key; `Refused`:
    rotation-bucket-unreadable, rotation-overtaken; `Unavailable`: rotation-key-pending, rotation-bucket-unanswered.
    """
    binding.require_present(key)
    check_successor(key, access_key_id)
    label = access_key_id if key.label == key.access_key_id else key.label
    new = proofs.examine(label, access_key_id, secret, endpoint=key.endpoint, region=key.region, now=now)
    if new.key_state is KeyState.PENDING:  # it would sign nothing, and the old key signs still
        raise Unavailable(Reason.ROTATION_KEY_PENDING, access_key_id=access_key_id, host=key.asked_host)
    new.rotation_days = key.rotation_days

    bound = list(key.buckets.order_by("name", "pk"))
    unread = _try_out(new, bound, now)

    with transaction.atomic():
        plan = plan_rotation(key, now)
        # Links first, then keys, then buckets: in one order with everybody. What a worker is asking at this moment it
        # asks with the old key: its lease, and so its answer, no longer counts.
        depending = ShareLink.objects.filter(bucket__in=[bucket.pk for bucket in bound])
        depending.lock_in_order()
        depending.watched().update(**due_afresh(now))
        depending.filter(delivery=Delivery.STABLE.value).update(access_key_id=new.access_key_id)
        # The old key gives its label away before the new one takes it.
        _retire(key, now)
        proofs.save_new(new)
        for bucket in bound:
            bucket.bind(new)
            # Whoever bound it to another key meanwhile meant that key.
            key.buckets.filter(pk=bucket.pk).update(key=new, binding=bucket.binding, tested_at=None, test_works=None)
        record(Act.KEY_ROTATED, key, after={"by": new.pk, "access_key_id": new.access_key_id})
        names = {"key": name_key(key)}, {"key": name_key(new)}
        record_each(Act.BUCKET_CHANGED, bound, before=names[0], after=names[1])
        if key.buckets.exists():  # bound to it since, and never tried with the new key
            raise Refused(Reason.ROTATION_OVERTAKEN)
        queue.enqueue("validate_due_links")
    return Rotated(key, new, plan, plan.harmless_from(now), unread)


_ENDS_AT = Coalesce("signature_ends_at", "promised_until")


def _to_ending(link: ShareLink) -> Ending:
    ends_at = link.signature_ends_at or link.promised_until
    return Ending(link.pk, Delivery(link.delivery), link.object_key or link.host, ends_at)


def _retire(key: SigningKey, now: datetime) -> None:
    taken = set(SigningKey.objects.values_list("label", flat=True))
    label = name_replaced(key.label, now, taken)
    retired = {"label": label, "secret": None, "replaced_at": now, "check_due_at": None}
    if not SigningKey.objects.present().filter(pk=key.pk).update(**retired):
        raise KeyRefused(Reason.KEY_REPLACED, key=key.label)
    key.refresh_from_db()


def _try_out(new: SigningKey, bound: Sequence[Bucket], now: datetime) -> tuple[str, ...]:
    """Read from every bucket with the new key, as clicks will; the names of those that neither key can read.

    Raises `KeyRefused`: key-unknown-to-store, key-secret-wrong; `Refused`: rotation-bucket-unreadable; `Unavailable`:
    rotation-bucket-unanswered.
    """
    taken = [copy(bucket) for bucket in bound]
    for bucket in taken:
        bucket.bind(new)
    faults = trials.find_faults(new, list(zip(bound, taken, strict=True)), now)
    unread = trials.find_unread_before([bucket for bucket in bound if bucket.name in dict(faults)], now)
    # A store that gives no answer to any of them shows nothing of the new key.
    if len(faults) < len(bound) or not any(fault in OUTAGE for _, fault in faults):
        faults = [(name, fault) for name, fault in faults if name not in unread]
    refused = [(name, fault) for name, fault in faults if fault not in OUTAGE]
    if refused:
        names = ", ".join(name for name, _ in refused)
        raise Refused(Reason.ROTATION_BUCKET_UNREADABLE, buckets=names, reason=refused[0][1].value)
    if faults:
        raise Unavailable(Reason.ROTATION_BUCKET_UNANSWERED, buckets=", ".join(name for name, _ in faults))
    return tuple(bucket.name for bucket in bound if bucket.name in unread)
