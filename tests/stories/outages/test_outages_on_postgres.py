"""The product as it is served, and a PostgreSQL of its own that is taken away from it in every way."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from cryptography.fernet import Fernet

from config.processes.ports import HOST, free_port
from demo.postgres import Postgres
from demo.servers import Server
from tests.management.running import ROOT
from tests.waiting import TIMEOUT_SECONDS, wait_until

LINK = f"/s/{'n' * 43}"
STAFF = "/admin/"
HEALTH = "/health"
ALIVE = "/healthz"
READY = "/readyz"
MAX_SECONDS = 12.0  # who waits three seconds, in a queue of others who do not; after others who do it were forty


@dataclass(frozen=True)
class Answer:
    path: str
    status: int
    retry_after: str | None
    seconds: float
    body: bytes
    language: str

    @property
    def is_honest(self) -> bool:
        return self.status == 503 and (self.retry_after or "").isdecimal()


@dataclass
class Site:
    postgres: Postgres
    port: int

    def get(self, path: str, **headers: str) -> Answer:
        began = time.monotonic()
        connection = http.client.HTTPConnection(HOST, self.port, timeout=60)
        try:
            cookie = {"Cookie": f"sessionid={'s' * 32}"} if path.startswith(STAFF) else {}
            connection.request("GET", path, headers={**cookie, **headers})
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        told = response.getheader("Retry-After")
        language = "ja" if "ません".encode() in body else "en"
        return Answer(path, response.status, told, time.monotonic() - began, body, language)

    def get_many(self, *paths: str, at_once: int = 16) -> list[Answer]:
        with ThreadPoolExecutor(at_once) as pool:
            return list(pool.map(self.get, paths))

    def settle(self) -> None:
        """Wait until it answers as it does when all is well, from each of its processes; nobody has guessed by then."""
        deadline = time.monotonic() + TIMEOUT_SECONDS
        self.run_sql("DELETE FROM links_throttle")
        good = 0
        while good < 12 and time.monotonic() < deadline:
            good = good + 1 if self.get(LINK).status == 404 else 0
            time.sleep(0.02 if good else 0.3)
        assert good == 12

    def run_sql(self, *statements: str) -> None:
        with psycopg.connect(self.postgres.url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Postgres() as postgres:
        port, log = free_port(), tmp_path_factory.mktemp("site") / "log"
        environment = {
            "PATH": os.environ["PATH"],
            "SECRET_KEY": "x" * 50,
            "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
            "DATABASE_URL": postgres.url,
            "BASE_URL": f"http://{HOST}:{port}",
            "REDIS_URL": "redis://127.0.0.1:1/0",
        }
        manage = [sys.executable, "manage.py", "migrate", "-v", "0"]
        subprocess.run(manage, cwd=ROOT, env=environment, check=True, capture_output=True)
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "config.wsgi:application", "--host", HOST]
        size = ["--port", str(port), "--workers", "2", "--blocking-threads", "2"]
        with log.open("wb") as written:
            web = subprocess.Popen([*command, *size], cwd=ROOT, env=environment, stdout=written, stderr=written)
        site = Site(postgres, port)
        try:
            _wait_until_served(site)
            site.settle()
            yield site
        finally:
            web.terminate()
            web.wait(20)
        told = log.read_text()
        assert "Traceback" not in told
        assert "n" * 43 not in told


@pytest.fixture(autouse=True)
def _whole_again(site: Site) -> Iterator[None]:
    yield
    site.settle()


def _wait_until_served(site: Site) -> None:
    def answers() -> bool:
        try:
            site.get("/favicon.ico")
        except OSError:
            return False
        return True

    wait_until(answers)


@contextmanager
def _frozen(postgres: Postgres) -> Iterator[None]:
    """Every process of the server stands still; the kernel goes on to acknowledge what is sent to it."""
    assert postgres.pid
    processes = [postgres.pid, *_children(postgres.pid)]
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)


def _children(parent: int) -> list[int]:
    stats = (
        [*path.read_text().rpartition(")")[2].split(), path.parent.name] for path in Path("/proc").glob("[0-9]*/stat")
    )
    return [int(stat[-1]) for stat in stats if int(stat[1]) == parent]


def _find_dishonest(answers: list[Answer]) -> list[Answer]:
    return [answer for answer in answers if not answer.is_honest]


def test_a_server_that_is_stopped_is_a_503_for_everybody(site: Site) -> None:
    Server.stop(site.postgres)
    try:
        answers = site.get_many(*[LINK, STAFF, HEALTH] * 20)
        japanese = site.get(LINK, **{"Accept-Language": "ja"})
        program = site.get(LINK, Accept="application/json")
        logo = site.get("/brand/logo")
        alive, ready = site.get(ALIVE), site.get(READY)
    finally:
        site.postgres._launch()
    assert _find_dishonest(answers) == []
    assert max(answer.seconds for answer in answers) < MAX_SECONDS
    assert japanese.language == "ja"
    assert json.loads(program.body) == {"status": "database-unavailable"}
    assert {json.loads(answer.body)["status"] for answer in answers if answer.path == HEALTH} == {
        "database-unavailable"
    }
    assert logo.status < 400  # what needs no database goes on
    assert (alive.status, ready.status) == (200, 503)
    assert json.loads(ready.body) == {
        "status": "not-ready", "database": "unreachable", "migrations": "unknown", "redis": "unreachable",
    }  # fmt: skip


def test_a_server_that_is_restarted_in_between_costs_no_500(site: Site) -> None:
    with ThreadPoolExecutor(8) as pool:
        clicks = [pool.submit(site.get, path) for path in [LINK, STAFF, HEALTH] * 60]
        Server.stop(site.postgres)
        time.sleep(0.3)
        site.postgres._launch()
        clicks += [pool.submit(site.get, LINK) for _ in range(60)]
        answers = [click.result() for click in clicks]
    strange = [answer for answer in answers if answer.status >= 500 and not answer.is_honest and answer.path != HEALTH]
    assert strange == []
    assert any(answer.status == 404 for answer in answers)


def test_a_frozen_server_is_waited_for_once(site: Site) -> None:
    with _frozen(site.postgres):
        answers = site.get_many(*[LINK, STAFF] * 30)
        first = site.get(HEALTH)
        alive, ready = site.get(ALIVE), site.get_many(*[READY] * 4)
        again = [site.get(HEALTH) for _ in range(4)]
        later = site.get_many(*[LINK] * 30)
        time.sleep(5)  # as long as nobody asks it: then somebody tries
        tried = site.get_many(*[LINK, HEALTH] * 8)
    assert _find_dishonest([*answers, first, *again, *later, *tried]) == []
    assert max(answer.seconds for answer in [*answers, *tried]) < MAX_SECONDS
    assert alive.status == 200
    assert {answer.status for answer in ready} == {503}
    assert max(answer.seconds for answer in ready) < 3
    assert sum(answer.seconds for answer in again) < 6  # each would wait for three
    assert max(answer.seconds for answer in later) < 6  # the last would wait for twenty


def test_a_table_that_a_migration_has_taken_away_is_a_503(site: Site) -> None:
    site.run_sql("ALTER TABLE links_sharelink RENAME TO links_sharelink_old")
    try:
        answers = site.get_many(*[LINK] * 20)
    finally:
        site.run_sql("ALTER TABLE links_sharelink_old RENAME TO links_sharelink")
    site.settle()
    site.run_sql("ALTER TABLE links_sharelink RENAME COLUMN revoked_at TO revoked_old")
    try:
        answers += site.get_many(*[LINK] * 20)
    finally:
        site.run_sql("ALTER TABLE links_sharelink RENAME COLUMN revoked_old TO revoked_at")
    assert _find_dishonest(answers) == []


def test_a_table_that_is_locked_is_waited_for_once(site: Site) -> None:
    with psycopg.connect(site.postgres.url) as migration:
        migration.execute("LOCK TABLE links_sharelink IN ACCESS EXCLUSIVE MODE")
        answers = site.get_many(*[LINK] * 30)
        migration.rollback()
    assert _find_dishonest(answers) == []
    assert max(answer.seconds for answer in answers) < MAX_SECONDS


def test_too_many_connections_are_a_503(site: Site) -> None:
    taken: list[psycopg.Connection[tuple[object, ...]]] = []
    site.run_sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL"
    )
    try:
        while len(taken) < 300:
            taken.append(psycopg.connect(site.postgres.url))
    except psycopg.OperationalError:
        pass
    try:
        answers = site.get_many(*[LINK, STAFF, HEALTH] * 10)
    finally:
        for connection in taken:
            connection.close()
    assert len(taken) < 300
    assert _find_dishonest(answers) == []


@pytest.mark.parametrize("kill", ["pg_terminate_backend", "pg_cancel_backend"])
def test_connections_that_are_ended_under_way_cost_no_500(site: Site, kill: str) -> None:
    def end_all() -> None:
        for _ in range(30):
            site.run_sql(
                f"SELECT {kill}(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL"
            )
            time.sleep(0.02)

    with ThreadPoolExecutor(1) as other:
        ending = other.submit(end_all)
        answers = site.get_many(*[LINK, STAFF] * 150)
        ending.result()
    assert [answer for answer in answers if answer.status >= 500 and not answer.is_honest] == []
