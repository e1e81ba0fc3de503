from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from links.domain.buckets.endpoints import Addressing
from links.domain.buckets.object_keys import check_object_key
from links.domain.buckets.s3_objects import StepResult, find_works
from links.domain.errors import HoldfastError
from links.domain.sharing import EVERYTHING
from links.management.base import HoldfastCommand, unusable
from links.management.reports import Report
from links.models import Bucket, SigningKey
from links.services.buckets import binding
from links.texts import labels, refusals
from links.texts.formatting import shown_by_command
from links.texts.pages import bucket_tests
from links.texts.signatures import explain_internal_bucket
from links.texts.unchecked import describe_unchecked

WORKS = "It was tried out and works."
KEPT = "The bucket is kept all the same: mend this, then test it on its page."


class Command(HoldfastCommand):
    help = (
        "Add a bucket, bound to the signing key that reads it, and test it. Where the test fails, the bucket is kept, "
        "what to do is printed, and the exit code is 1. Region and endpoint are the key's, unless given."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", metavar="NAME", help="The bucket's name.")
        parser.add_argument("--key", required=True, metavar="LABEL", help="The label of its signing key.")
        parser.add_argument("--region", default="", help="For example ap-northeast-1.")
        parser.add_argument("--endpoint", default="", metavar="URL", help="Of an S3-compatible store; none for AWS.")
        parser.add_argument(
            "--object", default="", metavar="KEY", help="A file that is there: the test reads one byte of it."
        )
        parser.add_argument(
            "--addressing",
            choices=[way.value for way in Addressing],
            default=Addressing.AUTO.value,
            help="Where URLs have the bucket's name: auto is right for AWS and nearly every other store.",
        )
        parser.add_argument(
            "--internal",
            action="store_true",
            help="Only for our own network: do not warn where the store cannot be reached from outside.",
        )

    def answer(self, options: dict[str, Any]) -> Report:
        if options["object"]:
            check_object_key(options["object"])
        bucket = binding.add_bucket(
            options["name"],
            _find_key(options["key"]),
            region=options["region"],
            endpoint=options["endpoint"],
            addressing=options["addressing"],
            now=timezone.now(),
        )
        where = bucket.endpoint or f"AWS, {bucket.region}"
        tried, warnings = _try_out(bucket, options["object"])
        if not warnings and find_works(tried) is None:
            warnings = [f"Warning: {bucket_tests.unseen(bucket.name)}", *(_describe(step, bucket) for step in tried)]
        warnings = [warning for warning in warnings if warning]
        host = "" if options["internal"] else binding.find_internal_host(bucket)
        cautions = [explain_internal_bucket(host)] if host else []
        works = {step.step.value: step.ok for step in tried}
        unchecked = describe_unchecked(bucket.host)
        data = {**_to_json(bucket), "works": works, "warnings": warnings, "cautions": cautions, "unchecked": unchecked}
        sentences = [
            *([*warnings, KEPT] if warnings else [WORKS]),
            *(f"But {caution}" for caution in cautions),
            *unchecked,
        ]
        added = f"Added {bucket.name} at {where}, read by {bucket.key.label}."
        return Report(data, [added, *sentences], exit_code=1 if warnings else 0)


def _try_out(bucket: Bucket, object_key: str) -> tuple[list[StepResult], list[str]]:
    """Each step that was tried, and one line about each that failed."""
    try:
        tried = binding.test_bucket(bucket, EVERYTHING, object_key, now=timezone.now())
    except HoldfastError as error:
        with shown_by_command():
            return [], [f"Warning: it does not work yet. {refusals.explain(error)}"]
    return tried, [_warn(step, bucket) for step in tried if step.ok is False]


def _warn(step: StepResult, bucket: Bucket) -> str:
    return f"Warning: it does not work yet ({labels.label(step.step)}). {_describe(step, bucket)}".rstrip()


def _describe(step: StepResult, bucket: Bucket) -> str:
    return " ".join(filter(None, bucket_tests.explain(step, bucket.name, bucket.key.access_key_id)))


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
