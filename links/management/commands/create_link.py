from datetime import datetime
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from links.domain.facts import Delivery
from links.management.base import HoldfastCommand, read_secret, unusable
from links.management.owners import add_owner, find_owner
from links.management.reports import Report, report_issued
from links.models import Bucket
from links.queries import bucket_registry
from links.services import customers, issue
from links.services.issue import Terms, Wish


class Command(HoldfastCommand):
    help = "Make a link to an object that exists, and print it, this once, with until when it will work and why."

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
        parser.add_argument("--note", default="")
        parser.add_argument("--filename", default="", metavar="NAME", help="What it is saved as; else the key's end.")
        parser.add_argument(
            "--follow-latest",
            action="store_true",
            help="Lead to whatever file has this key; else to the one that is there now, or the link stops.",
        )
        parser.add_argument("--customer", default="", metavar="NAME", help="Whom it is for; a new name is added.")
        parser.add_argument("--title", default="", help="What customers read instead of the file's name.")
        parser.add_argument(
            "--slug", default="", help="An address of your own, under /f/. Needs a password, or --public."
        )
        parser.add_argument("--public", action="store_true", help="Whoever guesses the slug may download.")
        parser.add_argument("--password", action="store_true", help="Ask for a password, here or on standard input.")
        parser.add_argument("--downloads", type=int, metavar="N", help="How often it may be downloaded in all.")
        parser.add_argument("--not-before", default="", metavar="TIME", help="As in 2026-12-24 18:00 in TIME_ZONE.")
        parser.add_argument("--remind-days", type=int, metavar="N", help="Write to its owner N days before it ends.")
        add_owner(parser)
        parser.add_argument("--endpoint", metavar="URL", help="Which bucket, where two stores have one of that name.")

    def answer(self, options: dict[str, Any]) -> Report:
        owner = find_owner(options["owner"])
        wish = Wish(
            bucket=_find_bucket(options["bucket"], options["endpoint"]),
            object_key=options["key"],
            lifetime=options["lifetime"],
            zone=timezone.get_default_timezone(),
            scope=owner.scope,
            delivery=Delivery(options["delivery"]),
            note=options["note"],
            filename=options["filename"],
            owner=owner.user,
            follows_latest=options["follow_latest"],
            terms=_read_terms(options),
        )
        return report_issued(issue.create_link(wish, timezone.now()))


def _read_terms(options: dict[str, Any]) -> Terms:
    for name in ("downloads", "remind_days"):
        if options[name] is not None and options[name] < 1:
            raise unusable(f"--{name.replace('_', '-')} counts from 1.")
    name = options["customer"].strip()
    return Terms(
        title=options["title"],
        customer=customers.find_or_draft(name, timezone.now()) if name else None,
        slug=options["slug"].lower(),
        is_public=options["public"],
        password=read_secret("Password: ") if options["password"] else "",
        download_limit=options["downloads"],
        starts_at=_read_moment(options["not_before"]),
        remind_days=options["remind_days"],
    )


def _read_moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise unusable(f"--not-before is {text!r}. Write it as in 2026-12-24 18:00.") from None
    return moment if moment.tzinfo else timezone.make_aware(moment, timezone.get_default_timezone())


def _find_bucket(name: str, endpoint: str | None) -> Bucket:
    match bucket_registry.list_named(name, endpoint):
        case [bucket]:
            return bucket
        case []:
            raise unusable(f"There is no bucket {name!r} here. Add it first, with add_bucket.")
        case _:
            raise unusable(f"Several stores have a bucket {name!r}. Say which with --endpoint, empty for AWS.")
