"""What a form does not show, it does not take: each POST that does something is sent again with every column of every
model beside what was entered, and writes the same."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from tests.rights.attempt import attempt, undone
from tests.rights.table import Right, read_table
from tests.rights.world import World

_APPS = ("links", "auth")
_UNTOLD = re.compile(r"links_(session|throttle|audit|signin|heartbeat)|auth_permission")
_TOLD = (models.ForeignKey, models.BooleanField, models.IntegerField, models.CharField, models.TextField)
Row = tuple[str, Mapping[str, object]]


def list_models() -> list[type[models.Model]]:
    found = [model for label in _APPS for model in apps.get_app_config(label).get_models(include_auto_created=True)]
    return [model for model in found if not _UNTOLD.match(model._meta.db_table)]


def forge(world: World) -> dict[str, object]:
    """A value for each column that there is: another's row, yes, a number, a text."""
    forged = dict[str, object]()
    for model in list_models():
        for field in model._meta.concrete_fields:
            value: object = "forged"
            if isinstance(field, models.ForeignKey):
                value = world.row("user", "other").pk
            elif isinstance(field, models.BooleanField):
                value = "on"
            elif isinstance(field, models.IntegerField):
                value = 987_654
            elif isinstance(field, models.DateTimeField):
                value = "2030-01-01T00:00"
            forged |= {field.name: value, field.attname: value}
    return forged | {"groups": world.row("group", "-").pk, "user_permissions": 1, "permissions": 1, "pk": 1}


_ANOTHER_EACH_TIME = ("took_ms", "public_id")  # how long it took, and what is random
_ID_OR_TIME = re.compile(r"evt_[0-9a-f]+|\d{4}-\d\d-\d\dT[\d:.]+Z")  # as an event has them


def read_rows() -> dict[tuple[str, object], Mapping[str, object]]:
    rows = dict[tuple[str, object], Mapping[str, object]]()
    for model in list_models():
        columns = (field for field in model._meta.concrete_fields if isinstance(field, _TOLD))
        names = [column.attname for column in columns if column.attname not in _ANOTHER_EACH_TIME]
        for values in model._default_manager.values("pk", *names):
            if "password" in values:
                # Its algorithm, or "!" where there is none: the rest is another each time.
                values["password"] = str(values["password"])[: 1 if str(values["password"]).startswith("!") else 6]
            if "body" in values:
                values["body"] = _ID_OR_TIME.sub("", str(values["body"]))
            rows[model._meta.db_table, values.pop("pk")] = values
    return rows


def write(world: World, client: Any, address: str, entered: Mapping[str, object]) -> list[Row]:  # noqa: ANN401
    """The rows that are changed or added by this, as they are then, without their numbers."""
    with undone():
        before = read_rows()
        cookies = dict(client.cookies)
        client.post(address, entered)
        client.cookies.clear()
        client.cookies.update(cookies)
        after = read_rows()
        changed = [(key[0], values) for key, values in after.items() if before.get(key) != values]
        gone: list[Row] = [(key[0], {}) for key in before.keys() - after.keys()]
    return sorted([*changed, *gone], key=repr)


def list_shown(world: World, client: Any, right: Right) -> set[str]:  # noqa: ANN401
    """The names of the fields of the page that has the form."""
    _, answer = attempt(client, world.stores, "GET", world.ask(right)[0], {})
    page = answer.content.decode() if answer.status_code == 200 and not answer.streaming else ""
    return set(re.findall(r'name="([^"]+)"', page))


@pytest.mark.parametrize("name", ["maker", "manager", "keeper", "superuser"])
def test_no_form_takes_what_it_does_not_show(name: str, build: Callable[[str], World]) -> None:
    world = build(name)
    client, forged, wrong, tried = world.sign_in(), forge(world), [], 0
    for right in read_table():
        if (
            right.method != "POST"
            or right.query
            or right.answers[name] != "done"
            or not right.route.startswith("admin")
        ):
            continue
        address, entered = world.ask(right)
        legitimate = entered.keys() | list_shown(world, client, right)
        more = {column: value for column, value in forged.items() if column not in legitimate}
        plain, stuffed = (write(world, client, address, {**extra, **entered}) for extra in ({}, more))
        tried += 1
        if plain != stuffed:
            differing = [pair for pair in zip(plain, stuffed, strict=False) if pair[0] != pair[1]]
            wrong.append(f"{right}: {len(plain)} rows, {len(stuffed)} rows, {differing[:1]}")
    assert not wrong, "\n".join(wrong)
    assert tried >= 8
