"""Who acts, by which way and from where, as long as one request, command or task lasts.

It is a context variable, set in one middleware, in the base of commands and nowhere else, and not an argument: most
services are asked by a page, a command and a task alike and have no use of their own for who asks; those that have
(`by`, `owner`) decide by it, and a record of what was decided for somebody else must still say who asked. What nobody
set is a task's.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.contrib.auth.models import User

from links.domain.audit.acts import Way


@dataclass(frozen=True, slots=True)
class Source:
    """`name` is who it was where that is no account here: the operating system's user of a command. `token` is the
    public name of the API token by which the actor's program asks, as in `hf_abcdefghijklmnop`."""

    way: Way
    actor: User | None = None
    name: str = ""
    token: str = ""
    address: str = ""


_current: ContextVar[Callable[[], Source]] = ContextVar("audit_source")


@contextmanager
def acting_as(find_source: Callable[[], Source]) -> Iterator[None]:
    """`find_source` is called when something is recorded, and only then: it may have to load a session."""
    token = _current.set(find_source)
    try:
        yield
    finally:
        _current.reset(token)


def find_source() -> Source:
    find = _current.get(None)
    return find() if find else Source(Way.TASK)
