"""What buckets say of themselves: lifecycle rules, policy, versioning; read again and again, as far as one may."""

from dataclasses import asdict
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from links.domain.errors import HoldfastError
from links.models import Bucket
from links.s3 import bucket_config
from links.services.click_signing import OpenBuckets
from links.services.due_rows import work_on_each

READ_EVERY = timedelta(hours=6)
TRY_AGAIN = timedelta(minutes=5)
BATCH_SIZE = 50
_KEPT = ["lifecycle", "policy", "versioned", "configuration_at"]


def read_configuration(bucket: Bucket, now: datetime, opened: OpenBuckets | None = None) -> Bucket:
    """Ask the store, and keep the answers. One of many is given what they all open.

    What may not be read any more stays as it was read last, with its age: nobody said that it changed.
    """
    try:
        found = bucket_config.read_configuration((opened or OpenBuckets()).open(bucket))
    except HoldfastError:
        found = bucket_config.Configuration()
    bucket.configuration_at, read = now, ["configuration_at"]
    for name, value in asdict(found).items():
        if value is not None:
            setattr(bucket, name, value)
            setattr(bucket, f"{name}_read_at", now)
            read += [name, f"{name}_read_at"]
    bucket.save(update_fields=read)
    return bucket


def refresh_configuration(bucket: Bucket, opened: OpenBuckets, now: datetime) -> None:
    """Bring what is known of the bucket up to `now`: the store is asked once, however many rows of one press wonder."""
    bucket.refresh_from_db(fields=_KEPT)
    if bucket.configuration_at is None or bucket.configuration_at < now:
        read_configuration(bucket, now, opened)


def find_due(now: datetime) -> QuerySet[Bucket]:
    """Buckets that were never read, or long ago, and have not just been tried."""
    long_ago = Q(configuration_at__isnull=True) | Q(configuration_at__lte=now - READ_EVERY)
    untried = Q(configuration_tried_at__isnull=True) | Q(configuration_tried_at__lte=now - TRY_AGAIN)
    return Bucket.objects.filter(long_ago, untried)


def read_due_configurations(now: datetime) -> int:
    """Read what was never read, or long ago; how many buckets were asked."""
    longest_untried_first = find_due(now).order_by(F("configuration_tried_at").asc(nulls_first=True), "pk")
    opened = OpenBuckets()
    read = work_on_each(
        longest_untried_first,
        lambda bucket: read_configuration(bucket, now, opened),
        limit=BATCH_SIZE,
        configuration_tried_at=now,
    )
    return len(read)
