from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from links.domain.judging.facts import Delivery
from links.domain.viewers import find_person
from links.management.base import HoldfastCommand, unusable
from links.management.link_terms import add_terms, read_terms
from links.management.owners import add_owner, find_owner, is_read
from links.management.reports import Report, report_new_link
from links.models import Bucket
from links.queries import bucket_registry
from links.services.links import creation
from links.services.links.creation import NewLinkRequest


class Command(HoldfastCommand):
    help = (
        "Make a link to an object that exists, and print its URL (this is the only time), until when it works, and why."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("bucket", metavar="BUCKET", help="The bucket's name.")
        parser.add_argument(
            "key", metavar="KEY", help="The object's key, exactly. Put -- before one that begins with -"
        )
        parser.add_argument(
            "--lifetime", required=True, help="As in 1 hour, 30d, 1y, or its end, as in 2026-12-24 in TIME_ZONE."
        )
        parser.add_argument(
            "--delivery",
            choices=[Delivery.STABLE.value, Delivery.PRESIGNED.value],
            default=Delivery.STABLE.value,
            help="stable: our own address, for any lifetime. presigned: the store's own URL, for 7 days at most.",
        )
        add_terms(parser)
        add_owner(parser)
        parser.add_argument("--endpoint", metavar="URL", help="Which bucket, where two stores have one of that name.")

    def answer(self, options: dict[str, Any]) -> Report:
        owner = find_owner(options["owner"])
        link_request = NewLinkRequest(
            bucket=_find_bucket(options["bucket"], options["endpoint"]),
            object_key=options["key"],
            lifetime=options["lifetime"],
            zone=timezone.get_default_timezone(),
            scope=owner.scope,
            delivery=Delivery(options["delivery"]),
            owner=find_person(owner.user),
            terms=read_terms(options),
        )
        if options["remind_days"] and not is_read(owner.user):
            raise unusable(
                "--remind-days writes to the link's owner. Name one who has a mail address with --owner, or set "
                "ALERT_MAILS or ALERT_URLS."
            )
        return report_new_link(creation.create_link(link_request, timezone.now()))


def _find_bucket(name: str, endpoint: str | None) -> Bucket:
    match bucket_registry.list_named(name, endpoint):
        case [bucket]:
            return bucket
        case []:
            raise unusable(f"There is no bucket {name!r} here. Add it first, with add_bucket.")
        case _:
            raise unusable(f"Several stores have a bucket {name!r}. Say which with --endpoint, empty for AWS.")
