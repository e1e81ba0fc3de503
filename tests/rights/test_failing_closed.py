"""Whatever fails on the way of a click, of a press, or of a sign-in, nobody is let through: no redirect to the store
that was not counted, no permission to download that was not, and no session.

A run in which all goes well tells which functions of the product are called; then each of them raises in turn, at its
first call.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.db import OperationalError
from django.test import Client

from links.database import limits
from links.domain.visits.looks import SlowStores
from links.models import Grant, ShareLink
from links.services import click_signing
from links.services.visits import precheck
from tests.fixtures import Setup
from tests.rights.attempt import undone

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

MARK = "a-failure-of-the-test"
ERRORS: tuple[type[Exception], ...] = (OperationalError, RuntimeError, MemoryError, TimeoutError, ValueError)
PASSWORD = "a good password of 2026"


@contextmanager
def watch_calls(see: Callable[[CodeType], None]) -> Iterator[None]:
    """`see` is called as each function of the product is entered; what it raises, that function raises."""

    def on_event(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_globals.get("__name__", "").startswith("links."):
            see(frame.f_code)

    sys.setprofile(on_event)
    try:
        yield
    finally:
        sys.setprofile(None)


@dataclass(frozen=True)
class Way:
    """`go` asks; `count` tells how often somebody was let through, by what was written of it."""

    go: Callable[[Client], Answer]
    count: Callable[[], int]
    is_let_through: Callable[[Client, Answer], bool]
    at_least: int


def forget() -> None:
    """What the process has learnt of failures, or keeps of keys that were opened."""
    limits.breaker.reset()
    precheck.slow_stores = SlowStores()
    click_signing._open_bucket.cache_clear()
    click_signing._open_key.cache_clear()


def leads_to_store(setup: Setup) -> Callable[[Client, Answer], bool]:
    return lambda _client, answer: setup.s3.url in answer.get("Location", "")


def has_grant(client: Client, _answer: Answer) -> bool:
    return any("grant-" in name for name in client.cookies)


def is_signed_in(client: Client, _answer: Answer) -> bool:
    return client.get("/admin/").status_code == 200


def count_visits() -> int:
    return sum(ShareLink.objects.values_list("visit_count", flat=True))


def build_way(name: str, setup: Setup) -> Way:
    link, token = setup.create_link().link, ""
    rows, to_store = ShareLink.objects.filter(pk=link.pk), leads_to_store(setup)
    token = link.token.open() if link.token else ""
    if name == "click":
        return Way(lambda client: client.get(f"/s/{token}"), count_visits, to_store, 60)
    if name == "sign-in":
        User.objects.create_superuser("root", password=PASSWORD)
        entered = {"username": "root", "password": PASSWORD, "next": "/admin/"}
        return Way(lambda client: client.post("/admin/login/", entered), lambda: 0, is_signed_in, 25)
    rows.update(download_limit=5, password=make_password(PASSWORD))
    if name == "press":
        return Way(lambda client: client.post(f"/s/{token}", {"password": PASSWORD}), count_visits, has_grant, 60)
    if name == "slug":
        rows.update(slug="yearly-report")
        return Way(lambda client: client.post("/f/yearly-report", {"password": PASSWORD}), count_visits, has_grant, 60)
    client = Client()
    page = client.post(f"/s/{token}", {"password": PASSWORD})["Location"]
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}

    def fetch(other: Client) -> Answer:
        other.cookies.load(cookies)
        answer: Answer = other.get(f"{page}file")
        return answer

    return Way(fetch, lambda: sum(Grant.objects.values_list("fresh_count", flat=True)), to_store, 40)


WAYS = ("click", "press", "slug", "grant", "sign-in")


@pytest.mark.parametrize("name", WAYS)
def test_nobody_is_let_through_by_a_failure(name: str, setup: Setup) -> None:
    way = build_way(name, setup)
    called = list_calls(way)
    assert len(called) >= way.at_least
    wrong, refused = [], 0
    for number, code in enumerate(called):
        error = ERRORS[number % len(ERRORS)]
        with undone():
            before = way.count()
            client, answer = fail_at(way, code, error)
            counted = way.count() - before
            where = f"{code.co_qualname if sys.version_info >= (3, 11) else code.co_name}, {error.__name__}"
            refused += answer is None or answer.status_code >= 400
            if answer is None:  # the server says 500
                continue
            if way.is_let_through(client, answer) and (
                answer.status_code >= 400 or (counted < 1 and name != "sign-in")
            ):
                wrong.append(f"{where}: let through, {answer.status_code}, counted {counted}")
            if answer.status_code >= 400 and (MARK in str(answer.content) or "Traceback" in str(answer.content)):
                wrong.append(f"{where}: its page tells of the failure")
    assert not wrong, "\n".join(wrong)
    assert refused > len(called) / 2


def list_calls(way: Way) -> list[CodeType]:
    """Each function of the product that is called where all goes well, in the order of the first calls."""
    called = dict[CodeType, None]()
    with undone():
        way.go(Client())  # imports what is imported at the first request
    forget()
    with undone():
        before, client = way.count(), Client()
        with watch_calls(lambda code: called.setdefault(code, None)):
            answer = way.go(client)
        assert way.is_let_through(client, answer)
        assert way.count() >= before
    return list(called)


def fail_at(way: Way, code: CodeType, error: type[Exception]) -> tuple[Client, Answer | None]:
    def see(entered: CodeType) -> None:
        if entered is code:
            sys.setprofile(None)
            raise error(MARK)

    forget()
    client = Client(raise_request_exception=False)
    answer: Any = None
    try:
        with watch_calls(see):
            answer = way.go(client)
    except error as raised:  # the page that tells of the failure failed too
        if MARK not in str(raised):
            raise
    forget()
    return client, answer
