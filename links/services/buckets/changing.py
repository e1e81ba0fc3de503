"""A bucket is bound to another key, or reached in another way: tried first, so that links which work go on working."""

from copy import copy
from datetime import datetime

from django.db import IntegrityError, transaction

from links.domain.audit.acts import Act
from links.domain.audit.values import keep_changed
from links.domain.buckets.endpoints import Addressing, BucketLocation, locate
from links.domain.errors import Refused, Unavailable
from links.domain.findings import OUTAGE
from links.domain.judging.facts import Delivery
from links.domain.reasons import Reason
from links.models import Bucket, ShareLink, SigningKey
from links.models.leases import due_afresh
from links.services import queue
from links.services.audit.recording import record
from links.services.audit.row_values import read_row
from links.services.buckets import binding, trials


def change_bucket(
    bucket: Bucket,
    key: SigningKey,
    *,
    region: str,
    addressing: str,
    endpoint: str | None = None,
    is_confirmed: bool = False,
    now: datetime,
) -> Bucket:
    """Bind the bucket to another key, or correct how it is reached; all its links are validated soon. `endpoint` None
    is as it was; "" is the key's. `is_confirmed`: save it, too, where its store tells nothing of it.

    Raises `Refused`: `bucket-known`, `key-replaced`, `key-pending`, `endpoint-private`, what `endpoints.locate`
    refuses, key-unknown-to-store and key-secret-wrong, bucket-unreadable where links that work would stop;
    `Unavailable`: bucket-untried where it is not confirmed, and where no endpoint is given `secrets-misplaced` for a
    row that was edited by hand.
    """
    binding.require_present(key)
    wanted = bucket.endpoint if endpoint is None else endpoint or key.endpoint
    place = locate(bucket.name, region or key.region, wanted, addressing)
    binding.require_proof(key, place)
    binding.refuse_forbidden_place(place)
    if endpoint is None:
        bucket.require_binding()
    _try_out(bucket, key, place, Addressing(addressing), is_confirmed=is_confirmed, now=now)
    try:
        return _save_place(bucket, key, place, Addressing(addressing), now)
    except IntegrityError:
        bucket.refresh_from_db()
        raise Refused(Reason.BUCKET_KNOWN, bucket=bucket.name) from None


def _try_out(
    bucket: Bucket, key: SigningKey, place: BucketLocation, addressing: Addressing, *, is_confirmed: bool, now: datetime
) -> None:
    """Raises what `change_bucket` raises of its store's answer."""
    after = copy(bucket)
    _put_in_place(after, key, place, addressing)
    trial = trials.try_change(bucket, after, now)
    values = {
        "bucket": bucket.name,
        "access_key_id": key.access_key_id,
        "host": place.host,
        "reason": trial.fault.value if trial.fault else "",
    }
    if trial.is_worse:
        raise Refused(Reason.BUCKET_UNREADABLE, **values)
    if not is_confirmed and (trial.fault or not trial.is_told):
        nobodys = {"is_read_by_nobody": "yes"} if trial.fault and trial.fault not in OUTAGE else {}
        raise Unavailable(Reason.BUCKET_UNTRIED, **values, **nobodys)


def _put_in_place(bucket: Bucket, key: SigningKey, place: BucketLocation, addressing: Addressing) -> None:
    bucket.endpoint = binding.name_endpoint(place)
    bucket.bind_anew(key)
    bucket.region, bucket.addressing = place.region, addressing.value


def _save_place(
    bucket: Bucket, key: SigningKey, place: BucketLocation, addressing: Addressing, now: datetime
) -> Bucket:
    with transaction.atomic():  # links before buckets, as in a rotation
        links = ShareLink.objects.watched().filter(bucket=bucket)
        links.lock_in_order()
        links.update(**due_afresh(now))
        links.filter(delivery=Delivery.STABLE.value).update(host=place.host, access_key_id=key.access_key_id)
        before = read_row(bucket)
        _put_in_place(bucket, key, place, addressing)
        bucket.save(update_fields=["key", "binding", "endpoint", "region", "addressing", "tested_at", "test_works"])
        was, now_is = keep_changed(before, read_row(bucket))
        record(Act.BUCKET_CHANGED, bucket, before=was, after=now_is)
        queue.enqueue("validate_due_links")
    return bucket
