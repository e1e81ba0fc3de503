from typing import Any

from django.core.management.base import CommandParser
from django.db import connection

from links.management.base import HoldfastCommand, unusable
from links.management.reports import Report
from links.services.audit.grants import is_role_name, write_grants


class Command(HoldfastCommand):
    help = (
        "Print the SQL that lets a second role of PostgreSQL run the site, which can add to the audit trail and never "
        "change it. Run it as the owner of the tables, after each migrate: "
        "print_grants ROLE | psql -v ON_ERROR_STOP=1."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", metavar="ROLE", help="Made before, as in: CREATE ROLE holdfast_site LOGIN.")

    def answer(self, options: dict[str, Any]) -> Report:
        if connection.vendor != "postgresql":
            raise unusable("SQLite has no roles: whoever can write the file can change the trail. See docs/audit.md.")
        if not is_role_name(options["role"]):
            raise unusable("ROLE takes small letters, digits and underscores, and begins with a letter.")
        # All or none: between REVOKE and GRANT the running site would be refused everything.
        statements = ["BEGIN;", *write_grants(options["role"]), "COMMIT;"]
        return Report({"statements": statements}, statements)
