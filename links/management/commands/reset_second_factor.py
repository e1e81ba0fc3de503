from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from links.management.base import HoldfastCommand, unusable
from links.management.reports import Report
from links.models.people.accounts import list_accounts, where_named
from links.services.people import second_factors


class Command(HoldfastCommand):
    help = (
        "Take away the second factor of somebody who lost it: their authenticator app, passkeys and recovery codes. "
        "They are signed out everywhere and sign in by their password; where their role requires a second factor, they "
        "set up a new one then. Make sure first that it is they who ask."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", metavar="USER", help="The name of their account.")

    def answer(self, options: dict[str, Any]) -> Report:
        person = list_accounts().filter(**where_named(options["username"])).first()
        if person is None:
            raise unusable(f"There is no user {options['username']!r} here.")
        had = second_factors.list_factors(person).any
        second_factors.reset(person, timezone.now())
        name = person.get_username()
        data = {"user": name, "had_factor": had, "is_required": second_factors.is_required(person)}
        sentence = f"{name} signs in by the password alone." if had else f"{name} had no second factor."
        more = ["Their role requires a second factor: they set up a new one at the next sign-in."]
        return Report(data, [sentence, *(more if data["is_required"] else [])])
