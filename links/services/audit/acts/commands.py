"""Commands on the server: each run is recorded, with who ran it by the operating system's word."""

import getpass
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from links.domain.audit.acts import Act, Kind, Way
from links.queries import database
from links.services.audit.recording import record_if_possible
from links.services.audit.sources import Source, acting_as
from links.services.audit.subjects import Subject


@contextmanager
def running_command(name: str, options: Iterable[str]) -> Iterator[None]:
    """`options` are the names of those that were given: their values may be URLs, and are not kept.

    Where there is no database the command says so itself, or needs none; whatever it changes is recorded with the
    change, or not changed.
    """
    with acting_as(lambda: Source(Way.COMMAND, name=_find_operator())):
        if database.is_there():
            record_if_possible(Act.COMMAND_RUN, Subject(Kind.COMMAND, text=name), after={"options": sorted(options)})
        yield


def _find_operator() -> str:
    try:
        return os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):  # a container's number without a name
        return f"user {os.getuid()}"
