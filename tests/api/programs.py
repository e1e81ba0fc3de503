"""A program that has a token: it asks, and gets JSON."""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from links.domain.people.scopes import Scope
from links.services.people import api_tokens
from tests.fixtures import let_share


@dataclass(frozen=True)
class Reply:
    status: int
    body: Any
    headers: dict[str, str]

    @property
    def code(self) -> str:
        """Of a problem."""
        return str(self.body["code"])


@dataclass(frozen=True)
class Program:
    """`owner` is whose token it has."""

    owner: User
    token: str = field(repr=False)
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Reply:
        """`headers` by their names, `_` for each hyphen."""
        sent = {"Authorization": f"Bearer {self.token}", **{name.replace("_", "-"): headers[name] for name in headers}}
        text = b"" if body is None else json.dumps(body).encode()
        answer = self.client.generic(method, f"/api/v1{path}", text, "application/json", headers=sent)
        read = json.loads(answer.content) if answer.content else None
        return Reply(answer.status_code, read, {name.lower(): value for name, value in answer.items()})

    def get(self, path: str, **headers: str) -> Reply:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: object = None, **headers: str) -> Reply:
        return self.ask("POST", path, body, **headers)


def make_program(role: str = "Link maker", name: str = "mika", scopes: Collection[Scope] = tuple(Scope)) -> Program:
    """Of somebody in this role, who may share everything where the role lets them make links. `scopes` are those that
    the role opens, of these."""
    owner = User.objects.create_user(name, f"{name}@example.com", is_staff=True, is_superuser=role == "superuser")
    if role != "superuser":
        owner.groups.add(Group.objects.get(name=role))
    if role == "Link maker":
        let_share(owner)
    owner = User.objects.get(pk=owner.pk)
    granted = set(api_tokens.list_open_scopes(owner)) & set(scopes)
    made = api_tokens.create(api_tokens.NewToken(owner, "program", granted), owner, timezone.now())
    return Program(owner, made.text)
