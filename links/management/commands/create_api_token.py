from datetime import timedelta
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from links.domain.people.scopes import LIFETIME, Scope
from links.management.base import HoldfastCommand, unusable
from links.management.reports import Report, stamp
from links.models.people.accounts import list_accounts, where_named
from links.services.people import api_tokens
from links.services.people.api_tokens import NewToken


class Command(HoldfastCommand):
    help = (
        "Make an API token for a member of staff or a service account, and print it (this is the only time). It may do "
        "no more than its owner may when it is used."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("owner", metavar="USER", help="Whose token it is.")
        parser.add_argument("--name", required=True, help="Which program uses it, as in: order system")
        parser.add_argument(
            "--scope",
            action="append",
            required=True,
            choices=[scope.value for scope in Scope],
            metavar="SCOPE",
            help=f"What it may be used for; may be given several times. One of: {', '.join(Scope)}",
        )
        parser.add_argument(
            "--days",
            type=int,
            default=LIFETIME.days,
            help=f"After how many days it expires; {LIFETIME.days} if left out.",
        )

    def answer(self, options: dict[str, Any]) -> Report:
        owner = list_accounts().filter(**where_named(options["owner"])).first()
        if owner is None:
            raise unusable(f"There is no user {options['owner']!r} here.")
        if not 0 < options["days"] < 100_000:
            raise unusable("--days is a number of days, 1 or more.")
        lifetime = timedelta(days=options["days"])
        asked = NewToken(owner, options["name"], {Scope(text) for text in options["scope"]}, lifetime)
        made = api_tokens.create(asked, None, timezone.now())
        row = made.row
        data = {
            "token": made.text,
            "public_id": row.public_id,
            "owner": owner.get_username(),
            "scopes": row.scopes,
            "expires_at": stamp(row.expires_at),
        }
        return Report(data, [made.text])
