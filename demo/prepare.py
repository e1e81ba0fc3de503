"""`python -m demo.prepare`: the database, the static files and the admin's account, all in one process."""

import os

import django
from django.contrib.auth import get_user_model
from django.core.management import call_command

from demo.state import ADMIN


def main() -> None:
    django.setup()
    call_command("migrate", interactive=False)
    call_command("collectstatic", interactive=False, verbosity=0)
    _ensure_admin(os.environ["DEMO_ADMIN_PASSWORD"])


def _ensure_admin(password: str) -> None:
    """Made once: a password that was changed in the admin stays changed."""
    users = get_user_model().objects
    if not users.filter(username=ADMIN).exists():
        users.create_superuser(ADMIN, "admin@example.com", password)


if __name__ == "__main__":
    main()
