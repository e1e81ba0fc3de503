from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from links.conf import site
from links.management.base import HoldfastCommand, unusable
from links.management.reports import Report
from links.models.people.accounts import list_accounts, where_named
from links.services.people import single_sign_on

MAX_SUBJECT_LENGTH = 255


class Command(HoldfastCommand):
    help = (
        "Say who an account is at the provider of single sign-on. The page that refuses somebody because their account "
        "exists already shows them their SUBJECT. What was said before of either is over."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", metavar="USER", help="Of the account here.")
        parser.add_argument("subject", metavar="SUBJECT", help="What the provider knows the person as (sub).")

    def answer(self, options: dict[str, Any]) -> Report:
        if not site.OIDC_ISSUER:
            raise unusable("There is no single sign-on here: OIDC_ISSUER is empty.")
        user = list_accounts().filter(**where_named(options["username"])).first()
        if user is None:
            raise unusable(f"There is no user {options['username']!r} here.")
        subject = options["subject"].strip()
        if not 0 < len(subject) <= MAX_SUBJECT_LENGTH or not subject.isprintable():
            raise unusable("SUBJECT is one line of 1 to 255 characters.")
        identity = single_sign_on.link_identity(user, site.OIDC_ISSUER, subject, timezone.now())
        data = {"username": user.get_username(), "issuer": identity.issuer, "subject": identity.subject}
        return Report(data, [f"{user.get_username()} is {identity.subject} at {identity.issuer} from now on."])
