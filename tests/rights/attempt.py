"""One request of one person, whatever it does undone again, and what came of it in one word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sized
from contextlib import contextmanager
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.test import Client

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

# Whatever is done: when a session was used last, its reader's language, how often a network came, what is audited.
_OF_NO_RIGHT = ("links_session", "links_staffpreferences", "links_throttle", "links_audit")
_WRITES = re.compile(
    r'\s*(?:INSERT INTO|UPDATE|DELETE FROM|WITH\b.*?\b(?:INSERT INTO|UPDATE|DELETE FROM))\s+"?(\w+)', re.DOTALL
)


@contextmanager
def undone() -> Iterator[None]:
    """Numbers that were given are given again, as SQLite does by itself: what comes of two attempts can be compared."""
    given = _read_sequences()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        for name, last in _read_sequences().items():
            if last != given.get(name):
                cursor.execute("SELECT setval(%s, %s, %s)", [name, given.get(name) or 1, given.get(name) is not None])


def _read_sequences() -> dict[str, int | None]:
    if connection.vendor != "postgresql":
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'")
        return dict(cursor.fetchall())


@contextmanager
def watch_writes() -> Iterator[set[str]]:
    """The tables that are written meanwhile."""
    written = set[str]()

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: ANN401  Django's
        if (found := _WRITES.match(sql)) and not found[1].startswith(_OF_NO_RIGHT):
            written.add(found[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield written


def attempt(client: Client, stores: Sized, method: str, address: str, entered: Mapping[str, Any]) -> tuple[str, Answer]:
    """The word of the table (docs/rights.md), and the answer itself; `stores` holds the requests that stores got. Each
    request says that it is a DELETE, which nobody believes."""
    asked, cookies = len(stores), SimpleCookie(client.cookies)
    headers = {"X-HTTP-Method-Override": "DELETE", "X-Method-Override": "DELETE"}
    with undone(), watch_writes() as written:
        answer: Answer = (
            client.post(address, {**entered, "_method": "DELETE"}, headers=headers)
            if method == "POST"
            else client.generic(method, address, headers=headers)
        )
    client.cookies = cookies
    return name_done(answer, written, asked=len(stores) > asked), answer


def name_done(answer: Answer, written: set[str], *, asked: bool) -> str:
    """The word of the table for an answer that wrote these tables, and asked a store."""
    word = _name_answer(answer)
    lets_in, does = word in ("page", "leads"), "written" if written else "asks" if asked else ""
    if does:
        return {"written": "done", "asks": "asks"}[does] if lets_in else f"{word}, and yet {does}"
    return word


def _name_answer(answer: Answer) -> str:
    if answer.status_code in (301, 302, 303):
        return "login" if answer["Location"].startswith("/admin/login/") else "leads"
    return "page" if answer.status_code in (200, 201, 202) else str(answer.status_code)
