"""What buckets say of themselves: lifecycle rules, policy, versioning; read again and again, as far as one may."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from links.domain.errors import HoldfastError
from links.models import Bucket
from links.s3 import configuration
from links.services.buckets import to_store

READ_EVERY = timedelta(hours=6)
MOST_AT_ONCE = 50


def read_configuration(bucket: Bucket, now: datetime) -> Bucket:
    """Ask the store, and keep the answer; what may not be read any more is "not checked" again.

    A key that cannot sign reads nothing: what was known stays, and is asked for again in time.
    """
    try:
        found = configuration.read_configuration(to_store(bucket))
    except HoldfastError:
        Bucket.objects.filter(pk=bucket.pk).update(configuration_at=now)
        return bucket
    bucket.lifecycle, bucket.policy, bucket.versioned = found.lifecycle, found.policy, found.versioned
    bucket.configuration_at = now
    bucket.save(update_fields=["lifecycle", "policy", "versioned", "configuration_at"])
    return bucket


def refresh_configuration(bucket: Bucket, now: datetime) -> None:
    """Bring what is known of the bucket up to `now`: the store is asked once, however many rows of one press wonder."""
    bucket.refresh_from_db(fields=["lifecycle", "policy", "versioned", "configuration_at"])
    if bucket.configuration_at is None or bucket.configuration_at < now:
        read_configuration(bucket, now)


def find_due(now: datetime) -> QuerySet[Bucket]:
    """Buckets that were never read, or long ago."""
    return Bucket.objects.filter(Q(configuration_at__isnull=True) | Q(configuration_at__lte=now - READ_EVERY))


def read_due_configurations(now: datetime) -> int:
    """Read what was never read, or long ago; how many buckets were asked."""
    due = list(find_due(now).select_related("key")[:MOST_AT_ONCE])
    for bucket in due:
        read_configuration(bucket, now)
    return len(due)
