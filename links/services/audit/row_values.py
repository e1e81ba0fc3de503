"""What records tell of a row that is added, changed or deleted."""

from functools import singledispatch

from django.db.models import Model

from links.models import Bucket, ShareLink, SharePermission, SigningKey, Webhook
from links.services.audit.link_values import read_new
from links.services.audit.subjects import name_key


@singledispatch
def read_row(row: Model) -> dict[str, object]:
    """Its values by name, nothing secret. Raises `TypeError` for a row of which no record tells yet."""
    raise TypeError(f"No record tells of a {type(row).__name__} yet: say here what")


@read_row.register
def _(link: ShareLink) -> dict[str, object]:
    return read_new(link)


@read_row.register
def _(bucket: Bucket) -> dict[str, object]:
    return {
        "key": name_key(bucket.key),
        "region": bucket.region,
        "endpoint": bucket.endpoint,
        "addressing": bucket.addressing,
    }


@read_row.register
def _(key: SigningKey) -> dict[str, object]:
    told = ("access_key_id", "endpoint", "region", "state", "arn")
    return {name: getattr(key, name) for name in told}


@read_row.register
def _(permission: SharePermission) -> dict[str, object]:
    return {"prefix": permission.prefix, "max_days": permission.max_days}


@read_row.register
def _(webhook: Webhook) -> dict[str, object]:
    return {"name": webhook.name, "host": webhook.host, "events": list(webhook.kinds)}
