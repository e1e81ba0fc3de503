"""One way into the product, with each of its functions failing in turn.

A run in which all goes well, or in which somebody is refused as they should be, tells which functions are called; then
each of them raises, at its first call: what the world does to us, or what our own code may do; both, one after the
other, where `FAILURES=all`, as in `make security`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError, OperationalError, transaction
from django.test import Client

from links.database import limits
from links.domain.visits.looks import SlowStores
from links.services import click_signing
from links.services.visits import precheck
from tests.rights.attempt import undone

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

MARK = "a-failure-of-the-test"
BOTH_KINDS = os.environ.get("FAILURES") == "all"
OF_THE_WORLD: tuple[type[Exception], ...] = (OSError, DatabaseError, TimeoutError, OperationalError, ConnectionError)
OF_OURS: tuple[type[Exception], ...] = (RuntimeError, MemoryError, ValueError, KeyError, TypeError)


@dataclass(frozen=True)
class Way:
    """`go` asks; `count` tells how often somebody was let through, by what was written of it. Who is `refused` has
    proved nothing, and is let through by no failure at all."""

    go: Callable[[Client], Answer]
    count: Callable[[], int]
    is_let_through: Callable[[Client, Answer], bool]
    at_least: int
    is_refused: bool = False


@contextmanager
def watch(on_event: Callable[[FrameType, str, object], None]) -> Iterator[None]:
    """What it raises as a function is entered, that function raises."""
    sys.setprofile(on_event)
    try:
        yield
    finally:
        sys.setprofile(None)


@pytest.fixture
def separate_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    """The attempt is undone by a transaction around it, which the site has none of: what fails in a transaction of the
    product dooms that one alone."""
    enter = transaction.Atomic.__enter__

    def enter_with_savepoint(self: transaction.Atomic) -> None:
        self.savepoint = True
        enter(self)

    monkeypatch.setattr(transaction.Atomic, "__enter__", enter_with_savepoint)


def forget() -> None:
    """What the process has learnt of failures, or keeps of keys that were opened."""
    limits.breaker.reset()
    precheck.slow_stores = SlowStores()
    click_signing._open_bucket.cache_clear()
    click_signing._open_key.cache_clear()


def list_calls(way: Way) -> list[CodeType]:
    """Each function of the product that is called where nothing fails, in the order of the first calls."""
    called = dict[CodeType, None]()

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_globals.get("__name__", "").startswith("links."):
            called[frame.f_code] = None

    with undone():
        way.go(Client())  # imports what is imported at the first request
    forget()
    with undone():
        before, client = way.count(), Client()
        with watch(note):
            answer = way.go(client)
        assert way.is_let_through(client, answer) is not way.is_refused
        assert (way.count() > before) is not way.is_refused
    return list(called)


def find_wrong(way: Way) -> list[str]:
    """Where somebody was let through, or was told of the failure."""
    called = list_calls(way)
    assert len(called) >= way.at_least, len(called)
    wrong, stopped, tried = [], 0, 0
    for number, code in enumerate(called):
        errors = [kinds[number % len(kinds)] for kinds in (OF_THE_WORLD, OF_OURS)]
        for error in errors if BOTH_KINDS else errors[number % 2 :][:1]:
            name = f"{code.co_qualname if sys.version_info >= (3, 11) else code.co_name}, {error.__name__}"
            tried += 1
            with undone():
                before = way.count()
                client, answer = _fail_at(way, code, error)
                counted = way.count() - before
                stopped += answer is None or answer.status_code >= 400
                if answer is None:  # the server says 500
                    continue
                if way.is_let_through(client, answer) and (way.is_refused or answer.status_code >= 400 or counted < 1):
                    wrong.append(f"{name}: let through, {answer.status_code}, counted {counted}")
                if answer.status_code >= 400 and (MARK in str(answer.content) or "Traceback" in str(answer.content)):
                    wrong.append(f"{name}: its page tells of the failure")
    assert stopped > tried / 2, f"{stopped} of {tried}"  # else nothing fails here
    return wrong


def _fail_at(way: Way, code: CodeType, error: type[Exception]) -> tuple[Client, Answer | None]:
    def fail(frame: FrameType, event: str, _argument: object) -> None:
        if frame.f_code is code and event == "call":
            sys.setprofile(None)
            raise error(MARK)

    forget()
    client = Client(raise_request_exception=False)
    answer: Any = None
    try:
        with watch(fail):
            answer = way.go(client)
    except error as raised:  # the page that tells of the failure failed too
        if MARK not in str(raised):
            raise
    forget()
    return client, answer
