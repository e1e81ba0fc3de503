"""A key's secret, endpoint and region corrected: proved, and tried on its buckets, before anything is saved."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from links.domain.audit.acts import Act
from links.domain.audit.values import keep_changed
from links.domain.buckets.endpoints import locate
from links.domain.credentials import KeyState
from links.domain.errors import Refused, Unavailable
from links.domain.findings import OUTAGE, Code
from links.domain.judging.facts import Delivery
from links.domain.reasons import Reason
from links.models import Bucket, ShareLink, SigningKey
from links.models.leases import due_afresh
from links.queries.secrets import why_closed
from links.services import queue
from links.services.audit.recording import record
from links.services.audit.row_values import read_row
from links.services.buckets import binding, trials
from links.services.keys import proofs

_CORRECTED = ("secret", "endpoint", "region", "state", "state_code", "arn", "listing", "made_at", "proved_at")
_ASKED = ("checked_at", "check_due_at")


@dataclass(frozen=True, slots=True)
class Corrected:
    """`unreadable` are buckets that the key cannot read all the same, by name, and why."""

    key: SigningKey
    unreadable: Mapping[str, Code | Reason]


def set_secret(
    key: SigningKey, secret: str, *, endpoint: str | None = None, region: str | None = None, now: datetime
) -> Corrected:
    """Take the key's present secret, and where they are given another endpoint or region, which its buckets at the old
    endpoint follow; all their links are validated soon. Until all of it is proved and tried, everything stays as it is.

    A bucket that could be read by nobody is no reason to refuse: it is named. Raises `KeyRefused`: key-replaced, and
    what `proofs.examine` refuses, key-secret-wrong and key-unknown-to-store of what a bucket's store says; `Refused`:
    key-known; `Unavailable`: rotation-key-pending, key-untried where no store answered, secrets-misplaced where no
    endpoint is given for a row that was edited by hand.
    """
    binding.require_present(key)
    if endpoint is None and is_misplaced(key):  # its endpoint, too, may be anybody's
        raise Unavailable(Reason.SECRETS_MISPLACED)
    new = proofs.examine(
        key.label,
        key.access_key_id,
        secret,
        endpoint=key.endpoint if endpoint is None else endpoint,
        region=key.region if region is None else region,
        now=now,
    )
    if new.key_state is KeyState.PENDING:
        raise Unavailable(Reason.ROTATION_KEY_PENDING, access_key_id=key.access_key_id, host=key.asked_host)
    corrected = copy(key)
    for name in (*_CORRECTED, *_ASKED):
        setattr(corrected, name, getattr(new, name))
    corrected.secret = secret

    before = list(key.buckets.order_by("name", "pk"))
    after = [_follow(bucket, key, corrected) for bucket in before]
    faults = dict(trials.find_faults(corrected, list(zip(before, after, strict=True)), now))
    silent = before and all(faults.get(bucket.name) in OUTAGE for bucket in before)
    if silent and corrected.key_state is not KeyState.PROVED:
        raise Unavailable(Reason.KEY_UNTRIED, buckets=", ".join(faults))
    try:
        _save(corrected, after, now)
    except IntegrityError:
        raise Refused(Reason.KEY_KNOWN, access_key_id=key.access_key_id, label=key.label, taken="id") from None
    return Corrected(corrected, faults)


def is_misplaced(key: SigningKey) -> bool:
    """Whether this row was edited by hand."""
    return key.secret is not None and why_closed(key.secret) is Reason.SECRETS_MISPLACED


def _follow(bucket: Bucket, key: SigningKey, corrected: SigningKey) -> Bucket:
    """The bucket as the corrected key reaches it: what stood at the key's endpoint still does. What a lost encryption
    key had bound is bound anew; what was edited by hand has to be corrected on its own page."""
    after = copy(bucket)
    try:
        bucket.require_binding()
    except Unavailable as unreadable:
        if unreadable.reason is not Reason.SECRETS_UNREADABLE:
            after.key = corrected
            return after
    if bucket.endpoint == key.endpoint:
        place = locate(bucket.name, bucket.region or corrected.region, corrected.endpoint, bucket.addressing)
        after.endpoint, after.region = binding.name_endpoint(place), place.region
    after.bind_anew(corrected)
    return after


def _save(key: SigningKey, buckets: list[Bucket], now: datetime) -> None:
    with transaction.atomic():  # links, keys, buckets: in one order with everybody
        depending = ShareLink.objects.filter(bucket__in=[bucket.pk for bucket in buckets])
        depending.lock_in_order()
        depending.watched().update(**due_afresh(now))
        for bucket in buckets:
            host = locate(bucket.name, bucket.region, bucket.endpoint, bucket.addressing).host
            depending.filter(bucket=bucket.pk, delivery=Delivery.STABLE.value).update(host=host)
        old = SigningKey.objects.get(pk=key.pk)
        key.save(update_fields=[*_CORRECTED, *_ASKED])
        was, now_is = keep_changed(*({"endpoint": row.endpoint, "region": row.region} for row in (old, key)))
        record(Act.KEY_SECRET_SET, key, before=was, after=now_is)
        for bucket in buckets:
            stood = read_row(Bucket.objects.select_related("key").get(pk=bucket.pk))
            bucket.save(update_fields=["binding", "endpoint", "region", "tested_at", "test_works"])
            was, now_is = keep_changed(stood, read_row(bucket))
            if now_is:
                record(Act.BUCKET_CHANGED, bucket, before=was, after=now_is)
        queue.enqueue("validate_due_links")
