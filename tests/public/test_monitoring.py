"""What load balancers and the like ask. Where no database is asked for here, pytest-django lets none be touched."""

import pytest
from django.db import OperationalError
from django.test import Client
from pytest_django import Settings

from links.public import monitoring
from links.queries.monitoring.readiness import Readiness
from links.services.monitoring.metrics_tokens import WRONG_TOKENS
from tests.site_settings import SiteSettings

HOST_OF_A_POD = {"Host": "10.1.2.3:8000"}


def test_a_process_that_answers_is_alive_whatever_else_is_not(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies


def test_neither_a_strange_host_nor_plain_http_is_in_the_way(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/healthz", headers=HOST_OF_A_POD).status_code == 200
    assert client.get("/healthy", headers=HOST_OF_A_POD).status_code == 400


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_nothing_can_be_sent_there(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405


def test_their_addresses_answer_without_the_middleware_too(client: Client, settings: Settings) -> None:
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.endswith(".Monitoring")]
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_a_migrated_site_is_ready(client: Client) -> None:
    answer = client.get("/readyz", headers=HOST_OF_A_POD)
    told = answer.json()
    assert (answer.status_code, told["status"], told["database"]) == (200, "ready", "reachable")
    assert told["migrations"] == "done"


@pytest.mark.parametrize(
    ("found", "migrations"),
    [
        (Readiness(database=False, migrations=False, redis=True), "unknown"),
        (Readiness(database=True, migrations=False, redis=True), "missing"),
    ],
)
def test_a_site_that_cannot_serve_says_what_it_lacks(
    client: Client, monkeypatch: pytest.MonkeyPatch, found: Readiness, migrations: str
) -> None:
    monkeypatch.setattr(monitoring.readiness, "read", lambda: found)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"], answer.json()["migrations"]) == (503, "not-ready", migrations)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("told", "status"),
    [("Bearer the-token-of-the-tests", 200), ("Bearer another", 401), ("Bearer", 401), ("", 401), ("Basic eA==", 401)],
)
def test_figures_are_told_to_whoever_has_their_token(
    client: Client, site_settings: SiteSettings, told: str, status: int
) -> None:
    site_settings.METRICS_TOKEN = "the-token-of-the-tests"
    answer = client.get("/metrics", headers={**HOST_OF_A_POD, "Authorization": told})
    assert answer.status_code == status
    assert (b"holdfast_watching" in answer.content) == (status == 200)
    assert "the-token" not in str(answer.headers)


@pytest.mark.django_db
def test_guesses_at_their_token_are_refused_beyond_a_limit(client: Client, site_settings: SiteSettings) -> None:
    site_settings.METRICS_TOKEN = "the-token-of-the-tests"
    for _ in range(WRONG_TOKENS.max_count):
        assert client.get("/metrics", headers={"Authorization": "Bearer another"}).status_code == 401
    refused = client.get("/metrics", headers={"Authorization": "Bearer another"})
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= WRONG_TOKENS.window.total_seconds()


def test_there_are_none_unless_a_token_was_set(client: Client, site_settings: SiteSettings) -> None:
    site_settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.django_db
def test_a_database_that_is_away_is_no_fault_of_the_figures(
    client: Client, site_settings: SiteSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_now: object) -> bytes:
        raise OperationalError

    site_settings.METRICS_TOKEN = "the-token-of-the-tests"
    monkeypatch.setattr(monitoring, "write_metrics", fail)
    assert client.get("/metrics", headers={"Authorization": "Bearer the-token-of-the-tests"}).status_code == 503
