"""`python -m demo.prepare`: the database, the static files and the admin's account, all in one process."""

import os
import sys

import django
from django.contrib.auth import get_user_model
from django.core.management import call_command

from demo.state import ADMIN


def main() -> None:
    django.setup()
    call_command("migrate", interactive=False)
    _require_readable_secrets()
    call_command("collectstatic", interactive=False, verbosity=0)
    _ensure_admin(os.environ["DEMO_ADMIN_PASSWORD"])


def _require_readable_secrets() -> None:
    from links.checks import check_stored_secrets  # noqa: PLC0415  once Django is set up

    if any(message.id == "holdfast.E003" for message in check_stored_secrets(databases=["default"])):
        sys.exit(
            "What the demo keeps was made with other ENCRYPTION_KEYS. Put them back into its settings.env, or forget "
            "what it keeps: make demo-reset"
        )


def _ensure_admin(password: str) -> None:
    """Made once: a password that was changed in the admin stays changed."""
    users = get_user_model().objects
    if not users.filter(username=ADMIN).exists():
        users.create_superuser(ADMIN, "admin@example.com", password, first_name="Robin", last_name="Hall")


if __name__ == "__main__":
    main()
