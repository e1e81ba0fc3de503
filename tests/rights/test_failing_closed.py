"""Whatever fails on the way of a click or of a press, nobody is let through: no redirect to the store that was not
counted, and no permission to download that was not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from links.models import Grant, ShareLink
from tests.fixtures import Setup
from tests.rights.failing import Way, find_wrong, separate_transactions

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

__all__ = ["separate_transactions"]

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("separate_transactions")]

PASSWORD = "a good password of 2026"


def leads_to_store(setup: Setup) -> Callable[[Client, Answer], bool]:
    return lambda _client, answer: setup.s3.url in answer.get("Location", "")


def has_grant(client: Client, _answer: Answer) -> bool:
    return any("grant-" in name for name in client.cookies)


def count_visits() -> int:
    return sum(ShareLink.objects.values_list("visit_count", flat=True))


def build_way(name: str, setup: Setup) -> Way:
    link, token = setup.create_link().link, ""
    rows, to_store = ShareLink.objects.filter(pk=link.pk), leads_to_store(setup)
    token = link.token.open() if link.token else ""
    if name == "click":
        return Way(lambda client: client.get(f"/s/{token}"), count_visits, to_store, 60)
    rows.update(download_limit=5, password=make_password(PASSWORD))
    if name == "press":
        return Way(lambda client: client.post(f"/s/{token}", {"password": PASSWORD}), count_visits, has_grant, 60)
    if name == "wrong password":
        wrong = {"password": "another password of 2026"}
        return Way(lambda client: client.post(f"/s/{token}", wrong), count_visits, has_grant, 40, is_refused=True)
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


@pytest.mark.parametrize("name", ["click", "press", "wrong password", "slug", "grant"])
def test_nobody_is_let_through_by_a_failure(name: str, setup: Setup) -> None:
    assert not find_wrong(build_way(name, setup))
