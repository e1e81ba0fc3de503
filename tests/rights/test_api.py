"""A token of everybody at every operation of the API: the answers are those of docs/rights.md."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from ninja.operation import Operation

from links.api.v1 import api
from links.domain.people.scopes import Scope
from links.domain.people.token_texts import write_token
from links.domain.signed_urls.tokens import digest
from links.models import ApiToken
from tests.rights.attempt import name_done, undone, watch_writes
from tests.rights.bodies import write_body
from tests.rights.table import API, COLUMNS, Right, read_table
from tests.rights.world import World

pytestmark = pytest.mark.usefixtures("empty_pages")


def list_operations() -> Iterator[tuple[str, str, Operation]]:
    """Each with its method and the resolver's words for its address."""
    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            route = f"api/v1{router.prefix}{path}".replace("{", "<").replace("}", ">")
            for operation in view.operations:
                yield from ((method, route, operation) for method in operation.methods)


def make_token(world: World, scopes: list[str]) -> str:
    """As if its owner had had every right when it was made."""
    text, now = write_token("a" * 16, "b" * 43), timezone.now()
    times = {"made_at": now, "expires_at": now + timedelta(days=1)}
    ApiToken.objects.create(
        owner=world.person, name="p", public_id="a" * 16, token_hash=digest(text), scopes=scopes, **times
    )
    return text


def ask(world: World, token: str, right: Right) -> str:
    """The word of the table."""
    client, asked = Client(raise_request_exception=False), len(world.stores)
    address, _ = world.ask(right)
    known = {"Authorization": f"Bearer {token}"} if world.name != "anonymous" else {}
    headers = {"If-Match": "*", **known}
    body = write_body(world, right)
    with undone(), watch_writes() as written:
        answer = client.generic(right.method, address, json.dumps(body), "application/json", headers=headers)
    written.discard(ApiToken._meta.db_table)  # when it was last used
    return name_done(answer, written, asked=len(world.stores) > asked)


def test_every_operation_has_its_row_and_no_row_is_left_over() -> None:
    told = {(right.method, right.route) for right in read_table(API)}
    there_are = {(method, route) for method, route, _ in list_operations()}
    assert not there_are - told, f"{sorted(there_are - told)}: Say in docs/rights.md who may do what there."
    assert not told - there_are, f"{sorted(told - there_are)}: There is no such operation any more."


@pytest.mark.parametrize("name", COLUMNS)
def test_everybodys_token_meets_what_the_table_says(name: str, build: Callable[[str], World]) -> None:
    world = build(name)
    token, mismatches = make_token(world, [scope.value for scope in Scope]), []
    for right in read_table(API):
        answer = ask(world, token, right)
        if answer != right.answers[name]:
            mismatches.append(f"{right}: {answer}, and not {right.answers[name]}")
    assert not mismatches, "\n".join(mismatches)


def test_a_token_without_the_scope_of_an_operation_opens_it_to_nobody(build: Callable[[str], World]) -> None:
    world = build("superuser")
    token = make_token(world, [])
    scopes = {(method, route): operation.auth_callbacks[0] for method, route, operation in list_operations()}
    assert len(scopes) == len({(right.method, right.route) for right in read_table(API)})
    for right in read_table(API):
        assert ask(world, token, right) == "403", right


def test_every_scope_opens_something_and_each_alone_only_its_own(build: Callable[[str], World]) -> None:
    world = build("superuser")
    opened_by = {(method, route): operation.auth_callbacks[0].scope for method, route, operation in list_operations()}  # type: ignore[attr-defined]
    token = make_token(world, [Scope.LINKS_READ.value])
    for right in read_table(API):
        is_open = opened_by[right.method, right.route] is Scope.LINKS_READ
        assert (ask(world, token, right) != "403") is is_open, right
