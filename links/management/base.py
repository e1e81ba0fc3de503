"""What every command shares: `--json`, one line for an error, exit codes, and secrets on standard input.

A command is a thin interface: it reads arguments, calls one service and reports. Exit codes are 0 for done or healthy,
1 for a finding, a refusal or an unknown, 2 for arguments that cannot be used (also names and ids that do not exist).
On any error standard output stays empty; with `--json` the one line on standard error is
`{"error": {"code": ..., "sentence": ...}}`.
"""

import argparse
import getpass
import json
import logging
import re
import sys
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DataError, InterfaceError, OperationalError, ProgrammingError, connections
from django.utils import timezone

from links.domain.errors import HoldfastError
from links.domain.reasons import Reason
from links.lib.safe_text.visible import make_visible
from links.management.reports import Report
from links.queries import database
from links.services.audit.acts.commands import running_command
from links.texts import refusals
from links.texts.formatting import shown_by_command

EPILOG = (
    "Exit code: 0 done or healthy (also a promise that was kept to its end, and a link that is used up); 1 a finding, "
    "a refusal, or it could not be told; 2 arguments that cannot be used, also names and ids that do not exist. An "
    "error is one line on standard error, with --json an object."
)

_MAX_INPUT_BYTES = 100_000
_BEGINNING = re.compile(r"^[ \t>|<]*https?:", re.MULTILINE | re.IGNORECASE)


OF_EVERY_COMMAND = ("verbosity", "settings", "pythonpath", "traceback", "no_color", "force_color", "skip_checks")


class Failure(CommandError):
    """An error on its way to the one line that is said about it."""

    def __init__(self, reason: Reason, sentence: str) -> None:
        self.reason = reason
        super().__init__(make_visible(" ".join(sentence.split())), returncode=reason.exit_code)


def unusable(sentence: str) -> Failure:
    """An argument that nothing can be done with."""
    return Failure(Reason.ARGUMENT_UNUSABLE, sentence)


class HoldfastCommand(BaseCommand):
    requires_system_checks = []
    needs_database = True

    @abstractmethod
    def answer(self, options: dict[str, Any]) -> Report:
        """Do it. Raises HoldfastError, or Failure."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, epilog=EPILOG, **kwargs)
        parser.add_argument("--json", action="store_true", help="Print one JSON document.")
        return parser

    def run_from_argv(self, argv: list[str]) -> None:
        """As Django's, but that an error is one line, and that arguments are 2."""
        parser = self.create_parser(argv[0], argv[1])
        parser.called_from_command_line = False
        try:
            options = vars(_parse(parser, argv[2:]))
            self.execute(*options.pop("args", ()), **options)
        except Failure as failure:
            document = {"error": {"code": failure.reason.code, "sentence": str(failure)}}
            self.stderr.write(json.dumps(document) if "--json" in argv else str(failure))
            sys.exit(failure.returncode)
        except KeyboardInterrupt:
            sys.exit(130)
        finally:
            connections.close_all()

    def handle(self, *_args: Any, **options: Any) -> None:
        with _quiet(options["verbosity"]), timezone.override(UTC):
            report = self._answer(options)
        lines = map(make_visible, report.lines)  # strangers' names stand in them
        self.stdout.write(json.dumps(report.data, indent=2) if options["json"] else "\n".join(lines))
        if report.exit_code:
            sys.exit(report.exit_code)

    def _answer(self, options: dict[str, Any]) -> Report:
        if self.needs_database and not database.is_there():
            raise _no_database()
        given = [name for name, value in options.items() if value and name not in OF_EVERY_COMMAND]
        name = type(self).__module__.rpartition(".")[2]
        try:
            with running_command(name, given):
                return self.answer(options)
        except HoldfastError as error:
            with shown_by_command():
                raise Failure(error.reason, refusals.explain(error)) from error
        except DataError as error:
            raise unusable("A value is longer than the database can hold.") from error
        except (OperationalError, ProgrammingError, InterfaceError) as error:
            raise _no_database() from error


def _parse(parser: CommandParser, arguments: list[str]) -> argparse.Namespace:
    try:
        return parser.parse_args(arguments)
    except CommandError as error:
        sentence = str(error).removeprefix("Error: ")
        if sentence.endswith("expected one argument"):  # what argparse says of a value such as -5d, too
            sentence += "; one that begins with - is given with =, as in --option=-value"
        raise unusable(f"{sentence}. See: {parser.prog} --help") from None


def _no_database() -> Failure:
    return Failure(
        Reason.DATABASE_NOT_READY,
        "The database is missing, unreachable or not up to date. Run: python manage.py migrate",
    )


@contextmanager
def _quiet(verbosity: int) -> Iterator[None]:
    """A command's report says what its log lines would; `--verbosity 2` shows them too."""
    logger = logging.getLogger("links")
    level = logger.level
    logger.setLevel(level if verbosity > 1 else logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def read_url(argument: str) -> str:
    """A URL as it was given, or from standard input for `-`, where no list of processes shows it."""
    return read_line("the URL") if argument == "-" else argument


def read_pasted_url(argument: str) -> str:
    """As `read_url`, but what is on standard input may be broken into lines, as mail programs leave it."""
    return _read_lines_of_url() if argument == "-" else argument


def _read_lines_of_url() -> str:
    text = _read_input("the URL")
    _require_some(text, "the URL")
    if len(_BEGINNING.findall(text)) > 1:
        raise unusable("Standard input must hold the URL alone.")
    return text


def read_secret(prompt: str) -> str:
    """A secret from standard input; whoever sits at a terminal is asked, and sees nothing of it."""
    return getpass.getpass(prompt) if sys.stdin.isatty() else read_line("the secret")


def read_line(name: str) -> str:
    """The one line on standard input, without its end. Raises Failure for none, and for more than one."""
    text = _read_input(name)
    _require_some(text, name)
    line = text.removesuffix("\n").removesuffix("\r")
    if "\n" in line:
        raise unusable(f"Standard input must hold {name} alone, in one line.")
    return line


def _require_some(text: str, name: str) -> None:
    if not text.strip():
        raise unusable(f"Standard input is empty. Put {name} there.")


def _read_input(name: str) -> str:
    try:
        return sys.stdin.read(_MAX_INPUT_BYTES)
    except UnicodeDecodeError:
        raise unusable(f"Standard input is not text. Put {name} there, alone.") from None


def read_moment(text: str) -> datetime:
    """An ISO 8601 time for argparse. A date alone is that day's end; without an offset it is the site's time zone."""
    try:
        moment = datetime.fromisoformat(text.strip())
        if "T" not in text.upper() and ":" not in text:
            moment = datetime.combine(moment, time(23, 59, 59))
        local = moment if moment.tzinfo else moment.replace(tzinfo=timezone.get_default_timezone())
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        _refuse_moment(text)


def _refuse_moment(text: str) -> NoReturn:
    raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a time such as 2026-12-24T18:00:00Z")
