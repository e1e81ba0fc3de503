from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from links.domain.credentials import KeyState
from links.management.base import HoldfastCommand, read_secret
from links.management.reports import Report
from links.models import SigningKey
from links.services.keys import proofs


class Command(HoldfastCommand):
    help = (
        "Add the access key of an IAM user. The secret is read from standard input, one line; at a terminal it is "
        "asked for. The store is asked who owns the key: one that is not an IAM user's is refused. Where AWS did not "
        "answer, the key is saved, the exit code is 1, and it cannot sign until it is verified. A store that cannot "
        "say who owns a key leaves that open; a bucket's test then shows whether the key works."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("label", metavar="LABEL", help="What you call the key.")
        parser.add_argument("--access-key-id", required=True, metavar="ID", help="At AWS it begins with AKIA.")
        parser.add_argument("--endpoint", default="", metavar="URL", help="Of an S3-compatible store; none for AWS.")
        parser.add_argument("--region", default="", help="For its buckets too, unless they say otherwise.")

    def answer(self, options: dict[str, Any]) -> Report:
        key = proofs.add_key(
            options["label"],
            options["access_key_id"],
            read_secret("Secret access key: "),
            endpoint=options["endpoint"],
            region=options["region"],
            now=timezone.now(),
        )
        sentence = f"Added {key.label}, {key.access_key_id}. {_STATES[key.key_state]}"
        return Report(_to_json(key), [sentence], exit_code=0 if key.key_state.signs else 1)


_STATES = {
    KeyState.PROVED: "Verified: it belongs to an IAM user.",
    KeyState.PENDING: "Pending: AWS did not answer. The key cannot sign until it is verified, which is tried again.",
    KeyState.UNPROVED: (
        "Not tried yet: this store cannot say who owns a key. Bind a bucket to it (add_bucket), which shows whether it "
        "works."
    ),
    KeyState.REFUSED: "Refused: it cannot sign.",
}


def _to_json(key: SigningKey) -> dict[str, object]:
    return {
        "id": key.pk,
        "label": key.label,
        "access_key_id": key.access_key_id,
        "state": key.state,
        "arn": key.arn or None,
        "endpoint": key.endpoint or None,
        "region": key.region or None,
    }
