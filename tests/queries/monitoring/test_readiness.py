import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from demo.servers import Redis
from links.queries.monitoring import readiness
from links.queries.monitoring.readiness import FRESH_SECONDS, Readiness, RecentReadiness, read_readiness
from tests.services.test_queue import broker, closed_port, silent_port


@pytest.mark.django_db
def test_a_migrated_database_and_a_redis_are_ready(redis_server: Redis) -> None:
    with broker(redis_server.url):
        assert read_readiness() == Readiness(database=True, migrations=True, redis=True)


@pytest.mark.django_db
def test_redis_is_told_of_and_not_required() -> None:
    with closed_port() as port, broker(f"redis://127.0.0.1:{port}/0"):
        found = read_readiness()
    assert (found.redis, found.is_ready) == (False, True)


@pytest.mark.django_db
def test_a_redis_that_says_nothing_is_not_waited_for() -> None:
    with silent_port() as port, broker(f"redis://127.0.0.1:{port}/0"):
        began = time.monotonic()
        assert not read_readiness().redis
        assert time.monotonic() - began < 10 * readiness.REDIS_SECONDS


@pytest.mark.django_db
def test_a_migration_that_was_not_applied_is_missed() -> None:
    MigrationRecorder(connection).migration_qs.filter(app="links", name__startswith="0003").delete()
    found = read_readiness()
    assert (found.database, found.migrations, found.is_ready) == (True, False, False)


@pytest.mark.django_db
def test_what_newer_code_has_applied_does_no_harm() -> None:
    MigrationRecorder(connection).record_applied("links", "9999_of_the_next_release")
    assert read_readiness().is_ready


def test_a_database_that_is_away_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OperationalError

    monkeypatch.setattr(readiness, "_is_migrated", fail)
    assert not read_readiness().database


def test_however_many_ask_at_once_one_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[Readiness] = []

    def look() -> Readiness:
        looks.append(Readiness(database=True, migrations=True, redis=bool(looks)))
        return looks[-1]

    monkeypatch.setattr(readiness, "read_readiness", look)
    recent = RecentReadiness()
    with ThreadPoolExecutor(8) as pool:
        assert {found.redis for found in pool.map(lambda _: recent.read(), range(100))} == {False}
    assert len(looks) == 1
    began = time.monotonic()
    monkeypatch.setattr(readiness, "monotonic", lambda: began + FRESH_SECONDS + 1)
    assert recent.read().redis
