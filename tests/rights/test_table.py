"""Everybody at every address: the answers are those of docs/rights.md, and no address lacks a row there."""

from collections.abc import Callable, Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.rights.attempt import attempt
from tests.rights.table import COLUMNS, METHODS, read_table
from tests.rights.world import World

pytestmark = pytest.mark.usefixtures("empty_pages")
OTHER_METHODS = ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE")
LETS_IN = ("page", "asks", "done", "leads")


def list_routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from list_routes(entry, route)
        elif isinstance(entry, URLPattern):
            yield route


def test_every_address_of_the_site_has_its_row_and_no_row_is_left_over() -> None:
    told = {(right.route, right.method) for right in read_table()}
    routes = {route for route in list_routes(get_resolver()) if not route.startswith("api/")}  # see test_api
    there_are = {(route, method) for route in routes for method in METHODS}
    assert not there_are - told, f"{sorted(there_are - told)}: Say in docs/rights.md who may do what there."
    assert not told - there_are, f"{sorted(told - there_are)}: There is no such address any more."


def test_no_row_is_there_twice() -> None:
    rows = [str(right) for right in read_table()]
    assert len(rows) == len(set(rows))


@pytest.mark.parametrize("name", COLUMNS)
def test_everybody_meets_what_the_table_says(name: str, build: Callable[[str], World]) -> None:
    world = build(name)
    client, mismatches = world.sign_in(), []
    for right in read_table():
        answer, _ = attempt(client, world.stores, right.method, *world.ask(right))
        if answer != right.answers[name]:
            mismatches.append(f"{right}: {answer}, and not {right.answers[name]}")
    assert not mismatches, "\n".join(mismatches)


@pytest.mark.parametrize("name", COLUMNS)
def test_no_other_method_writes_or_lets_anybody_in(name: str, build: Callable[[str], World]) -> None:
    """Everybody is asked at a sixth of the addresses by each method, and each address by each method."""
    world, turn, mismatches = build(name), COLUMNS.index(name), []
    client = world.sign_in()
    for number, right in enumerate(right for right in read_table() if right.method == "GET" and not right.query):
        method, expected = OTHER_METHODS[(number + turn) % len(OTHER_METHODS)], right.answers[name]
        answer, _ = attempt(client, world.stores, method, *world.ask(right))
        is_other = method == "HEAD" and expected not in ("done", answer)
        is_let_in = answer in LETS_IN and expected not in LETS_IN
        does = "and yet" in answer or (answer == "done" and (method, expected) != ("HEAD", "done"))
        if is_other or is_let_in or does:
            mismatches.append(f"{method} {right}: {answer}, where GET is {expected}")
    assert not mismatches, "\n".join(mismatches)


def test_nothing_is_posted_from_another_site(build: Callable[[str], World]) -> None:
    world = build("superuser")
    client = world.sign_in(enforce_csrf_checks=True)
    for right in read_table():
        if right.method == "POST" and not right.query:
            assert attempt(client, world.stores, "POST", *world.ask(right))[0] == "403", right
