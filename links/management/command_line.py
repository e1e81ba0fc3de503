"""`manage.py`: the commands of Django and of other packages are recorded in the audit trail as ours are."""

from functools import partial
from typing import Any

from django.apps import apps
from django.core.management import BaseCommand, ManagementUtility


class CommandLine(ManagementUtility):
    def fetch_command(self, subcommand: str) -> BaseCommand:
        command = super().fetch_command(subcommand)
        # Where the settings cannot be read there is no trail; Django's own commands help nevertheless.
        if apps.ready and apps.is_installed("links"):
            _record_runs(command, subcommand)
        return command


def _record_runs(command: BaseCommand, name: str) -> None:
    from links.management.base import HoldfastCommand  # noqa: PLC0415  needs the models, as manage.py does not

    if not isinstance(command, HoldfastCommand):  # ours do it themselves, whoever calls them
        command.execute = partial(_execute, command, name, command.execute)  # type: ignore[method-assign]


def _execute(command: BaseCommand, name: str, execute: Any, /, *args: Any, **options: Any) -> str | None:  # noqa: ANN401
    from links.management.base import OF_EVERY_COMMAND  # noqa: PLC0415  needs the models
    from links.services.audit.acts.commands import running_command  # noqa: PLC0415  needs the models

    parser = command.create_parser("manage.py", name)
    given = [each for each, value in options.items() if value != parser.get_default(each)]
    with running_command(name, set(given).difference(OF_EVERY_COMMAND)):
        return execute(*args, **options)  # type: ignore[no-any-return]
