"""What strangers can make us do, and what they can learn by it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from time_machine import travel

from links.domain.visits.access import HASHES, TRIES_ANYWHERE, TRIES_PER_NETWORK, TRIES_UNDER_ATTACK, UNDER_ATTACK
from links.models import ShareLink, Throttle, Visit
from links.services import password_hashing, throttle
from links.services.throttle import Key
from tests.answers import read_headers
from tests.fixtures import Setup, token_of
from tests.site_settings import SiteSettings
from tests.waiting import TIMEOUT_SECONDS

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

PASSWORD = "correct horse"
KNOWN, NOWHERE = "/f/secret-report", "/f/no-report"


@pytest.fixture
def locked(setup: Setup) -> ShareLink:
    link = setup.create_link().link
    ShareLink.objects.filter(pk=link.pk).update(slug="secret-report", password=make_password(PASSWORD))
    link.refresh_from_db()
    return link


def post(address: str, password: str, network: int = 1) -> Answer:
    return Client(REMOTE_ADDR=f"203.0.{network}.7").post(address, {"password": password})


def read_answer(answer: Answer) -> tuple[int, str, dict[str, str], list[str]]:
    body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())
    return answer.status_code, body, read_headers(answer), sorted(answer.cookies)


@pytest.mark.parametrize("kept", ["short", "full", "none"])
def test_a_network_has_few_passwords_hashed_wherever_it_tries_them(
    db: None, hashed_passwords: list[str], site_settings: SiteSettings, kept: str
) -> None:
    site_settings.VISIT_ADDRESSES = kept
    for number in range(TRIES_ANYWHERE.max_count + 20):
        post(f"/f/guess-{number}", "wrong")
    assert len(hashed_passwords) <= min(TRIES_ANYWHERE.max_count, HASHES.max_count)
    assert post(NOWHERE, "wrong").status_code in (404, 503)
    before = len(hashed_passwords)
    post(NOWHERE, "wrong", network=2)
    assert len(hashed_passwords) == before + 1


def test_a_right_password_is_not_hashed_for_ever_either(locked: ShareLink, hashed_passwords: list[str]) -> None:
    for _ in range(HASHES.max_count + 5):
        answer = post(KNOWN, PASSWORD)
    assert len(hashed_passwords) == HASHES.max_count
    assert (answer.status_code, answer["Retry-After"]) == (503, "3")
    with travel(timezone.now() + HASHES.window):
        assert post(KNOWN, PASSWORD).status_code == 303


@pytest.mark.parametrize("password", ["", "x" * 129, "x" * 100_000])
def test_what_no_form_lets_through_is_never_hashed_but_counts_as_a_try(
    locked: ShareLink, hashed_passwords: list[str], password: str
) -> None:
    for _ in range(TRIES_PER_NETWORK + 1):
        assert read_answer(post(KNOWN, password)) == read_answer(post(NOWHERE, password))
    assert not hashed_passwords
    assert post(KNOWN, PASSWORD).status_code == 404


def test_an_address_with_a_link_and_one_without_are_answered_alike_in_every_state(locked: ShareLink) -> None:
    for tries in range(TRIES_PER_NETWORK + 3):
        answers = [read_answer(post(address, "wrong")) for address in (KNOWN, NOWHERE)]
        assert answers[0] == answers[1], tries
    for _ in range(3):
        post(KNOWN, PASSWORD, network=2)
    assert read_answer(post(KNOWN, "wrong", network=2)) == read_answer(post(NOWHERE, "wrong", network=2))
    assert read_answer(post(KNOWN, "wrong", network=3)) == read_answer(post(NOWHERE, "wrong", network=3))
    ShareLink.objects.update(download_limit=1, visit_count=1)
    assert read_answer(post(KNOWN, "wrong", network=3)) == read_answer(post(NOWHERE, "wrong", network=3))
    for method in ("get", "head", "put"):
        assert read_answer(getattr(Client(), method)(KNOWN)) == read_answer(getattr(Client(), method)(NOWHERE))


@pytest.mark.parametrize("tried", [0, 1, TRIES_PER_NETWORK])
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_database_is_asked_the_same_of_both(locked: ShareLink, method: str, tried: int) -> None:
    password_hashing.is_right("", "")
    asked = []
    for address in (KNOWN, NOWHERE):
        Throttle.objects.all().delete()
        for _ in range(tried):
            post(address, "wrong")
        with CaptureQueriesContext(connection) as queries:
            post(address, "wrong") if method == "post" else Client().get(address)
        asked.append([query["sql"].split()[0] for query in queries.captured_queries])
    assert asked[0] == asked[1]
    assert len(asked[0]) <= 30


@pytest.mark.parametrize("place", ["slug", "token"])
def test_a_password_that_is_changed_while_the_old_one_is_compared_opens_nothing(
    locked: ShareLink, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    is_right = password_hashing.is_right

    def change_meanwhile(password: str, encoded: str) -> bool:
        right = is_right(password, encoded)
        ShareLink.objects.update(password=make_password("another horse"))
        return right

    monkeypatch.setattr(password_hashing, "is_right", change_meanwhile)
    address = KNOWN if place == "slug" else f"/s/{locked.token.open() if locked.token else ''}"
    assert post(address, PASSWORD).status_code in (403, 404)
    assert not ShareLink.objects.filter(visit_count__gt=0)


def test_many_strangers_do_not_lock_a_customer_out(locked: ShareLink) -> None:
    page = f"/s/{locked.token.open() if locked.token else ''}"
    assert post(page, PASSWORD, network=200).status_code == 303
    for number in range(5):
        assert post(page, "wrong", network=number).status_code == 403
    wrong = Throttle.objects.filter(key=Key("wrong", ("secret-report",)).digest)
    assert wrong.get().count == 5
    wrong.update(count=UNDER_ATTACK.max_count)
    assert post(page, PASSWORD, network=200).status_code == 303
    assert post(page, PASSWORD, network=201).status_code == 303
    new = [post(page, "wrong", network=202).status_code for _ in range(TRIES_UNDER_ATTACK + 1)]
    assert new == [403] * TRIES_UNDER_ATTACK + [429]


def test_no_more_are_hashed_at_once_than_may_be_and_a_killed_process_frees_its_place(
    locked: ShareLink, hashed_passwords: list[str], now: datetime
) -> None:
    slots = [password_hashing.take_slot(timezone.now()) for _ in range(password_hashing.MAX_CONCURRENT)]
    assert all(slots)
    assert password_hashing.take_slot(timezone.now()) is None
    busy = [post(address, PASSWORD) for address in (KNOWN, NOWHERE)]
    assert read_answer(busy[0]) == read_answer(busy[1])
    assert (busy[0].status_code, hashed_passwords) == (503, [])
    assert "Enter it again in a few seconds" in busy[0].content.decode()
    with travel(timezone.now() + timedelta(seconds=11)):
        assert post(KNOWN, PASSWORD).status_code == 303
    first = slots[0]
    assert first
    password_hashing.free_slot(first, timezone.now())
    assert post(KNOWN, PASSWORD).status_code == 303


def test_passwords_tried_at_once_are_all_counted_and_few_are_hashed_together(
    transactional_db: None, setup: Setup, monkeypatch: pytest.MonkeyPatch, site_settings: SiteSettings
) -> None:
    site_settings.DATABASE_SECONDS = int(TIMEOUT_SECONDS)  # twelve at once wait for each other on a busy machine
    token = token_of(setup.create_link().url)
    ShareLink.objects.update(password=make_password(PASSWORD))
    together, statuses, under_way, most = Barrier(12), list[int](), list[str](), list[int]()
    is_right = password_hashing.is_right

    def watch(password: str, encoded: str) -> bool:
        under_way.append(password)
        most.append(len(under_way))
        try:
            return is_right(password, encoded)
        finally:
            under_way.pop()

    monkeypatch.setattr(password_hashing, "is_right", watch)

    def work() -> None:
        together.wait()
        for _ in range(3):
            statuses.append(post(f"/s/{token}", "wrong").status_code)
        connections.close_all()

    threads = [Thread(target=work) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == statuses.count(403) <= TRIES_PER_NETWORK
    assert max(most) <= password_hashing.MAX_CONCURRENT
    assert set(statuses) <= {403, 429, 503}
    link = ShareLink.objects.get()
    key = Key("password", ("203.0.1.0/24", f"#{link.pk}", link.password))
    assert throttle.count(key, timezone.now()) == statuses.count(403)
    assert Visit.objects.filter(outcome="wrong-password").count() == statuses.count(403)
