"""Who guesses is bounded, is seen by who runs the site, and locks nobody out."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from structlog.testing import capture_logs
from time_machine import travel

from links.domain.visits.access import GUESSES, GUESSES_OF_ALL, LOOKS, TRIES_ANYWHERE, TRIES_WINDOW, UNDER_ATTACK
from links.models import ShareLink
from links.services import password_hashing
from links.services.visits import guesses
from tests.fixtures import Setup, token_of

NETWORK = "203.0.113.0/24"
ADDRESS = "203.0.113.7"


def ask(path: str, address: str = ADDRESS) -> int:
    return Client(REMOTE_ADDR=address).get(path).status_code


def guess(kind: str) -> str:
    return f"/{kind}/{secrets.token_urlsafe(32)}" + ("/" if kind == "g" else "")


@pytest.mark.parametrize("kind", ["s", "g"])
def test_guessed_tokens_are_bounded_by_network_and_told_once(db: None, kind: str) -> None:
    paths = [guess(kind) for _ in range(GUESSES.max_count + 20)]
    with capture_logs() as logs:
        statuses = [ask(path) for path in paths]
    assert statuses == [404] * GUESSES.max_count + [429] * 20
    assert [(line["log_level"], line["event"], line["network"]) for line in logs] == [
        ("warning", "addresses of links are guessed", NETWORK)
    ]
    assert not any(path.split("/")[2] in str(logs) for path in paths)


def test_who_guessed_may_go_on_later_and_others_always(db: None) -> None:
    for _ in range(GUESSES.max_count):
        ask(guess("s"))
    answer = Client(REMOTE_ADDR=ADDRESS).get(guess("s"))
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= GUESSES.window.total_seconds()
    assert ask(guess("s"), "198.51.100.7") == 404
    with travel(timezone.now() + GUESSES.window + timedelta(seconds=1)):
        assert ask(guess("s")) == 404


def test_a_link_works_for_those_whose_network_guesses(setup: Setup) -> None:
    path = f"/s/{token_of(setup.create_link().url)}"
    for _ in range(GUESSES.max_count + 1):
        ask(guess("s"))
    assert ask(path) == 302


def test_looks_at_chosen_addresses_are_bounded_and_told_and_the_password_is_taken(locked: ShareLink) -> None:
    with capture_logs() as logs:
        statuses = [ask(f"/f/{name}") for name in ("secret-report", "no-report") * (LOOKS.max_count // 2 + 2)]
    assert statuses == [404] * LOOKS.max_count + [429] * 4
    assert [(line["event"], line["network"]) for line in logs] == [("addresses of links are guessed", NETWORK)]
    page = Client(REMOTE_ADDR=ADDRESS).get("/f/no-report")
    assert page.has_header("Retry-After")
    assert b'name="password"' in page.content
    entered = {"password": "correct horse"}
    assert Client(REMOTE_ADDR=ADDRESS).post("/f/secret-report", entered).status_code == 303


def test_guesses_beyond_the_limit_write_nothing(db: None) -> None:
    for _ in range(GUESSES.max_count + 1):
        ask(guess("s"))
    with CaptureQueriesContext(connection) as queries:
        ask(guess("s"))
    assert [query["sql"] for query in queries.captured_queries if not query["sql"].startswith("SELECT")] == []


def test_guesses_from_many_networks_are_an_error_in_the_log(db: None) -> None:
    now = timezone.now()
    with capture_logs() as logs:
        for number in range(GUESSES_OF_ALL.max_count + 10):
            guesses.count_guess(f"10.{number // 250}.{number % 250}.1", now)
    assert [line["event"] for line in logs] == ["addresses of links are guessed from many networks"]
    assert logs[0]["log_level"] == "error"


@pytest.fixture
def locked(setup: Setup) -> ShareLink:
    link = setup.create_link().link
    ShareLink.objects.filter(pk=link.pk).update(slug="secret-report", password=make_password("correct horse"))
    link.refresh_from_db()
    return link


def try_password(path: str, number: int = 0) -> int:
    return Client(REMOTE_ADDR=f"203.0.{number}.7").post(path, {"password": f"wrong {number}"}).status_code


@pytest.mark.usefixtures("quick_hash")
@pytest.mark.parametrize("path", ["/f/secret-report", "/f/no-report", "token"])
def test_guessed_passwords_are_told_once(locked: ShareLink, path: str) -> None:
    if path == "token":
        path = f"/s/{locked.token.open() if locked.token else ''}"
    with capture_logs() as logs:
        for _ in range(TRIES_ANYWHERE.max_count + 5):
            try_password(path)
    assert [(line["event"], line["network"]) for line in logs] == [("passwords of links are guessed", "203.0.0.0/24")]
    assert not {"secret-report", "no-report", "wrong", path.rpartition("/")[2]} & set(
        str(logs[0]).replace("'", " ").split()
    )


@pytest.mark.usefixtures("quick_hash")
def test_passwords_guessed_from_many_networks_are_told_once(locked: ShareLink) -> None:
    with capture_logs() as logs:
        for number in range(UNDER_ATTACK.max_count + 20):
            try_password("/f/secret-report", number)
    assert [(line["event"], line["link"]) for line in logs] == [
        ("passwords of one link are guessed from many networks", locked.pk)
    ]
    with travel(timezone.now() + TRIES_WINDOW + timedelta(seconds=1)), capture_logs() as logs:
        try_password("/f/secret-report")
    assert logs == []


@pytest.fixture
def quick_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is hashed is nobody's concern here."""
    monkeypatch.setattr(password_hashing, "is_right", lambda *_: False)


@pytest.mark.parametrize("encoded", ["", make_password("correct horse")], ids=["nowhere", "a link"])
def test_the_first_password_of_a_process_is_hashed_as_often_for_either(
    encoded: str, count_hashes: Callable[[], int]
) -> None:
    password_hashing._make_decoy.cache_clear()
    assert not password_hashing.is_right("wrong", encoded)
    assert count_hashes() == 2
    assert not password_hashing.is_right("wrong", encoded)
    assert count_hashes() == 3


@pytest.fixture
def count_hashes(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    from django.contrib.auth.hashers import get_hasher

    hasher, hashed = type(get_hasher()), list[str]()
    for name in ("encode", "verify"):
        monkeypatch.setattr(hasher, name, _note(getattr(hasher, name), hashed))
    return lambda: len(hashed)


def _note(call: Callable[..., object], hashed: list[str]) -> Callable[..., object]:
    def noted(*arguments: object, **options: object) -> object:
        hashed.append("")
        return call(*arguments, **options)

    return noted
