from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from links.domain.pasted.urls import read_pasted
from links.management.base import HoldfastCommand, read_moment, read_url
from links.management.owners import add_owner, find_owner
from links.management.reports import Report, report_new_link
from links.services.pasted import watch


class Command(HoldfastCommand):
    help = "Watch a URL that was signed elsewhere, until the date that the customer was given."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("url", metavar="URL", help="The URL in quotes, or - to read it from standard input.")
        parser.add_argument(
            "--promised-until",
            required=True,
            type=read_moment,
            metavar="ISO-TIME",
            help="As in 2026-12-24T18:00:00Z; a date alone is that day's end, without an offset in TIME_ZONE.",
        )
        parser.add_argument("--note", default="", help="For you and your colleagues; customers never see it.")
        add_owner(parser)

    def answer(self, options: dict[str, Any]) -> Report:
        url, owner = read_url(options["url"]), find_owner(options["owner"])
        return report_new_link(
            watch.watch_url(
                read_pasted(url),
                options["promised_until"],
                note=options["note"],
                owner=owner.user,
                scope=owner.scope,
                now=timezone.now(),
            )
        )
