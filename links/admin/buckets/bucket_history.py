"""What the history of a bucket keeps of its key and its address."""

from collections.abc import Mapping

from django.http import HttpRequest

from links.admin.base.pages import log_change
from links.models import Bucket, SigningKey
from links.texts.pages.histories import log_values

Binding = Mapping[str, str]


def read_binding(bucket: Bucket) -> Binding:
    """As its history tells it: a key by its label and its id, since labels change."""
    return {
        "key": name_key(bucket.key),
        "region": bucket.region,
        "endpoint": bucket.endpoint,
        "addressing": bucket.addressing,
    }


def read_bindings(key: SigningKey) -> dict[int, Binding]:
    """Those of each bucket of a key, by the bucket's number."""
    return {bucket.pk: read_binding(bucket) for bucket in key.buckets.select_related("key")}


def log_bindings(request: HttpRequest, before: Mapping[int, Binding]) -> None:
    """Tell those buckets that are bound or reached in another way now."""
    for bucket in Bucket.objects.filter(pk__in=before).select_related("key"):
        changed = log_values(before[bucket.pk], read_binding(bucket))
        if changed:
            log_change(request, bucket, changed)


def name_key(key: SigningKey) -> str:
    return f"{key.label} ({key.access_key_id})"
