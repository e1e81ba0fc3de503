from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from links.domain.stores import Addressing
from links.management.base import HoldfastCommand, unusable
from links.management.reports import Report
from links.models import Bucket, SigningKey
from links.services import buckets


class Command(HoldfastCommand):
    help = "Bind a bucket to the signing key that reads it. Region and endpoint are the key's, unless given."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", metavar="NAME", help="The bucket's name.")
        parser.add_argument("--key", required=True, metavar="LABEL", help="The label of its signing key.")
        parser.add_argument("--region", default="")
        parser.add_argument("--endpoint", default="", metavar="URL", help="Of an S3-compatible store; none for AWS.")
        parser.add_argument("--addressing", choices=[way.value for way in Addressing], default=Addressing.AUTO.value)

    def answer(self, options: dict[str, Any]) -> Report:
        bucket = buckets.add_bucket(
            options["name"],
            _find_key(options["key"]),
            region=options["region"],
            endpoint=options["endpoint"],
            addressing=options["addressing"],
            now=timezone.now(),
        )
        where = bucket.endpoint or f"AWS, {bucket.region}"
        return Report(_to_json(bucket), [f"Added {bucket.name} at {where}, read by {bucket.key.label}."])


def _find_key(label: str) -> SigningKey:
    key = SigningKey.objects.filter(label=label).first()
    if key is None:
        known = ", ".join(SigningKey.objects.values_list("label", flat=True)[:10])
        raise unusable(f"There is no signing key {label!r}. " + (f"There are: {known}." if known else "Add it first."))
    return key


def _to_json(bucket: Bucket) -> dict[str, object]:
    return {
        "id": bucket.pk,
        "name": bucket.name,
        "key": bucket.key.label,
        "region": bucket.region,
        "endpoint": bucket.endpoint or None,
        "addressing": bucket.addressing,
    }
