from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from links.management.base import HoldfastCommand, read_secret, unusable
from links.management.reports import Report
from links.models import SigningKey
from links.services.keys.corrections import set_secret
from links.texts.pages.corrections import list_unreadable


class Command(HoldfastCommand):
    help = (
        "Correct the secret of a signing key, and its endpoint or region. The secret is read from "
        "standard input, one line; at a terminal it is asked for. It is verified and tried on the key's buckets first; "
        "if it does not work, nothing is changed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("label", metavar="LABEL", help="Of the key.")
        parser.add_argument("--endpoint", metavar="URL", help="Of an S3-compatible store; empty for AWS.")
        parser.add_argument("--region", help="For example ap-northeast-1.")

    def answer(self, options: dict[str, Any]) -> Report:
        key = SigningKey.objects.filter(label=options["label"]).first()
        if key is None:
            raise unusable(f"There is no signing key {options['label']!r} here.")
        secret = read_secret("Secret access key: ")
        corrected = set_secret(key, secret, endpoint=options["endpoint"], region=options["region"], now=timezone.now())
        left = list_unreadable(corrected.unreadable)
        data = {
            "label": key.label,
            "access_key_id": key.access_key_id,
            "state": corrected.key.state,
            "unreadable": {name: fault.value for name, fault in corrected.unreadable.items()},
        }
        sentence = f"The secret of {key.label} works. All its links are being validated."
        return Report(data, [sentence, *left], exit_code=1 if left else 0)
