"""The command `holdfast`: the parts of a site, and every command of the product.

holdfast all       a whole small site on this machine, with Valkey, until Ctrl-C
holdfast web       the web server; what follows are options of granian's
holdfast worker    the worker; what follows are options of Celery's, as for beat
holdfast beat      the clock that asks for regular work
holdfast migrate   bring the database to this release; whoever else does so waits
holdfast COMMAND   create_link, check_url, ...: holdfast help

web, worker and beat first migrate with the option --migrate.
"""

import os
import sys
from collections.abc import Callable, Mapping, Sequence

import django
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import OperationalError

from links import __version__
from links.conf import env
from links.management.command_line import CommandLine

from . import places

PROJECT = __package__ or "config"
MIGRATE = "--migrate"

# Of an option that is given twice, both programs take the last.
PARTS: Mapping[str, Sequence[str]] = {
    "web": (
        *("granian", "--interface", "wsgi", f"{PROJECT}.wsgi:application", "--no-ws"),
        *("--workers", "2", "--blocking-threads", "1"),
    ),
    "worker": ("celery", "-q", "-A", PROJECT, "worker", "--concurrency", "2", "--without-gossip", "--without-mingle"),
    "beat": ("celery", "-q", "-A", PROJECT, "beat"),
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what the command line says; ends the process with an exit code, or becomes the part that was asked for."""
    name, *rest = (sys.argv[1:] if arguments is None else arguments) or ["help"]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"{PROJECT}.settings")
    if name == "--version":
        sys.stdout.write(f"Holdfast {__version__}\n")
    elif name == "all":
        from . import whole_site  # noqa: PLC0415  other commands need none of it

        sys.exit(whole_site.run(rest))
    elif name in PARTS:
        become(name, rest)
    elif name == "migrate":
        say_errors(lambda: migrate(rest))
    else:
        if [name, *rest] in (["help"], ["--help"], ["-h"]):
            sys.stdout.write(f"{__doc__}\n")
        say_errors(lambda: manage(name, *rest))


def become(part: str, options: Sequence[str]) -> None:
    """This process becomes the part: its signals and its exit code are the part's own."""
    if MIGRATE in options:
        say_errors(lambda: migrate([]))
    command = [sys.executable, "-m", *PARTS[part], *(option for option in options if option != MIGRATE)]
    sys.stdout.flush()
    os.execv(sys.executable, command)  # noqa: S606  a list of our own words and the operator's


def migrate(options: Sequence[str]) -> None:
    """Django's `migrate`, one process at a time; then the first admin, where `ADMIN_USER` names one and the site has
    none."""
    places.find_site(env.text("HOLDFAST_HOME")).mkdir(mode=0o700, parents=True, exist_ok=True)
    django.setup()
    from links.database import migration_lock  # noqa: PLC0415  once Django is set up

    with migration_lock.hold():
        manage("migrate", *options)
        make_first_admin()


def make_first_admin() -> None:
    from links.services.people import first_admin  # noqa: PLC0415  once Django is set up

    if not first_admin.is_missing():
        return
    name, password = env.text("ADMIN_USER"), env.text("ADMIN_PASSWORD")
    if not name:
        sys.stdout.write("Nobody may sign in yet. Make the first superuser: holdfast createsuperuser\n")
        return
    if not password:
        raise ImproperlyConfigured("ADMIN_USER is set, and ADMIN_PASSWORD_FILE names no file with a password.")
    try:
        if first_admin.make_first_admin(name, password):
            sys.stdout.write(f"{name} may sign in, as a superuser.\n")
    except ValidationError as error:
        raise ImproperlyConfigured(f"ADMIN_USER and its password cannot be used: {' '.join(error.messages)}") from None


def manage(*command: str) -> None:
    CommandLine(["holdfast", *command]).execute()


def say_errors(run: Callable[[], None]) -> None:
    """What is wrong with the settings or the database in one line, and not as a traceback."""
    try:
        run()
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    except OperationalError as error:
        if "--traceback" in sys.argv:
            raise
        sys.exit(f"The database cannot be asked: {str(error).strip()}. Check DATABASE_URL, and migrate.")
