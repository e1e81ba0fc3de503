import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, ProgrammingError, connection, transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings

from config import urls
from links.database import limits
from links.models import ShareLink
from links.models.people.sessions import SessionStore
from tests.environment import ON_POSTGRES
from tests.fixtures import Setup, token_of
from tests.site_settings import SiteSettings

GONE = OperationalError("gone")
handler404, handler500 = urls.handler404, "tests.public.middleware.test_outages.fail_too"


def fail(request: HttpRequest) -> HttpResponse:
    raise {"gone": GONE, "twice": IntegrityError("twice"), "wrong": ProgrammingError("wrong")}[request.GET["with"]]


def fail_too(request: HttpRequest) -> HttpResponse:
    raise GONE


def stream(request: HttpRequest) -> StreamingHttpResponse:
    def parts() -> Iterator[str]:
        if "first" in request.GET:
            raise GONE
        yield "one,"
        assert limits.is_request()
        yield "two"

    return StreamingHttpResponse(parts())


def commit(request: HttpRequest) -> HttpResponse:
    def after() -> None:
        raise GONE

    with transaction.atomic():
        transaction.on_commit(after)
    return HttpResponse("done")


def ask(request: HttpRequest) -> HttpResponse:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(request.GET["sql"])
    return HttpResponse("found")


urlpatterns = [
    path("ask", ask),
    path("admin/ask", ask),
    path("fail", fail),
    path("stream", stream),
    path("commit", commit),
    path("admin/fail", fail),
    *urls.urlpatterns,
]


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def _own_views(settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__


def _is_honest(response: Any) -> bool:  # noqa: ANN401  the client's response is no type of Django's
    return (
        response.status_code == 503
        and int(response["Retry-After"]) > 0
        and "no-store" in response["Cache-Control"]
        and "Content-Security-Policy" in response
    )


@pytest.mark.usefixtures("_own_views")
def test_what_is_no_outage_stays_a_500(client: Client, settings: Settings) -> None:
    settings.DEBUG = True  # Django's own page, which needs no handler
    assert client.get("/fail?with=twice").status_code == 500
    assert client.get("/fail?with=wrong").status_code == 500
    assert _is_honest(client.get("/fail?with=gone"))


@pytest.mark.usefixtures("_own_views")
def test_a_page_for_errors_that_needs_the_database_too_is_a_503(client: Client) -> None:
    assert _is_honest(client.get("/fail?with=twice"))


@pytest.mark.parametrize("debug", [True, False])
def test_a_session_that_cannot_be_read_or_written_is_a_503(
    client: Client, monkeypatch: pytest.MonkeyPatch, settings: Settings, debug: bool
) -> None:
    settings.DEBUG = debug

    def fail_always(*_args: object, **_options: object) -> None:
        raise GONE

    settings.SESSION_SAVE_EVERY_REQUEST = True
    client.cookies["sessionid"] = "s" * 32
    with monkeypatch.context() as patch:
        patch.setattr(SessionStore, "load", fail_always)
        assert _is_honest(client.get("/admin/"))
    with monkeypatch.context() as patch:
        patch.setattr(SessionStore, "load", dict)
        patch.setattr(SessionStore, "save", fail_always)
        assert _is_honest(client.get("/admin/login/"))


@pytest.mark.usefixtures("_own_views")
def test_a_stream_that_fails_before_it_began_is_a_503(client: Client) -> None:
    assert _is_honest(client.get("/stream?first"))
    assert b"".join(client.get("/stream")) == b"one,two"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_own_views")
def test_what_fails_after_the_commit_is_a_503(client: Client) -> None:
    assert _is_honest(client.get("/commit"))


@pytest.mark.usefixtures("_own_views")
def test_everybody_gets_a_page_of_their_own_kind_without_a_query(client: Client) -> None:
    client.cookies["sessionid"] = "s" * 32  # no test may ask the database here, so that a query would fail
    staff = client.get("/admin/fail?with=gone", headers={"Accept-Language": "ja"})
    assert "データベースが応答しません" in staff.content.decode()
    assert "holdfast/admin/theme.css" in staff.content.decode()
    assert "ただいま応答できません" in client.get("/fail?with=gone&lang=ja").content.decode()
    assert "We cannot answer right now" in client.get("/fail?with=gone").content.decode()
    program = client.get("/fail?with=gone", headers={"Accept": "application/json"})
    assert program.json() == {"status": "database-unavailable"}


@pytest.mark.django_db
@pytest.mark.usefixtures("_own_views")
@pytest.mark.parametrize("sql", ["SELECT 1 FROM missing", "SELECT missing FROM links_sharelink"])
def test_a_table_or_column_that_is_missing_is_told_to_who_can_migrate(
    client: Client, caplog: pytest.LogCaptureFixture, sql: str
) -> None:
    staff = client.get("/admin/ask", {"sql": sql})
    assert _is_honest(staff)
    assert "manage.py migrate" in staff.content.decode()
    assert "table or column missing: run manage.py migrate" in caplog.text
    assert "migrate" not in client.get("/ask", {"sql": sql}).content.decode()
    japanese = client.get("/admin/ask", {"sql": sql}, headers={"Accept-Language": "ja"}).content.decode()
    assert "manage.py migrate" in japanese
    assert "missing" not in japanese


@pytest.mark.usefixtures("_own_views")
def test_another_outage_is_told_without_a_word_of_migrating(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    assert "migrate" not in client.get("/admin/fail?with=gone").content.decode()
    assert "database unavailable" in caplog.text
    assert "migrate" not in caplog.text


@contextmanager
def _full_disk() -> Iterator[None]:
    """No page more than there is now, and none free: as if the disk were full."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # what earlier tests left free would be filled first
        cursor.execute("PRAGMA page_count")
        (pages,) = cursor.fetchone()
        cursor.execute(f"PRAGMA max_page_count = {pages}")
        try:
            yield
        finally:
            cursor.execute("PRAGMA max_page_count = 1073741823")


@pytest.mark.skipif(ON_POSTGRES, reason="SQLite's own way to be full; PostgreSQL's code for it is judged elsewhere")
@pytest.mark.django_db(transaction=True)
def test_a_disk_that_is_full_is_a_503_and_counts_nothing(client: Client, setup: Setup) -> None:
    url = setup.create_link().url
    with _full_disk():
        answers: list[Any] = []
        full: list[Any] = []
        while len(full) < 5 and len(answers) < 2_000:
            answers.append(client.get(f"/s/{token_of(url)}"))
            full += [answers[-1]] if answers[-1].status_code != 302 else []
    served = len(answers) - len(full)
    assert full
    assert all(_is_honest(answer) for answer in full)
    assert ShareLink.objects.get().visit_count >= served


class CountingBreaker(limits.Breaker):
    admitted = 0

    def admit(self) -> bool:
        is_admitted = super().admit()
        self.admitted += is_admitted
        return is_admitted


@pytest.mark.skipif(ON_POSTGRES, reason="SQLite has one lock; PostgreSQL's are tried as it is served")
@pytest.mark.django_db(transaction=True)
def test_a_lock_that_is_held_is_waited_for_once_and_briefly(
    client: Client, setup: Setup, site_settings: SiteSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    site_settings.DATABASE_SECONDS = 1
    breaker = CountingBreaker(5, clock=lambda: 0)  # nobody is let ahead to try again, however long this takes
    monkeypatch.setattr(limits, "breaker", breaker)
    token = token_of(setup.create_link().url)
    other = sqlite3.connect(connection.settings_dict["NAME"], check_same_thread=False, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waits, admitted = [], []
    try:
        for _ in range(5):
            began = time.monotonic()
            assert _is_honest(client.get(f"/s/{token}"))
            waits.append(time.monotonic() - began)
            admitted.append(breaker.admitted)
    finally:
        other.rollback()
        other.close()
    assert waits[0] > 0.5
    assert min(waits[1:]) < 0.5  # on a busy machine one may take as long as a lock is waited for;
    assert admitted == [admitted[0]] * 5  # but none of them asked the database
    assert admitted[0] > 0
    assert breaker.is_open
    assert not breaker.admit()
    monkeypatch.setattr(limits, "breaker", limits.Breaker(5))
    assert client.get(f"/s/{token}").status_code == 302


def test_requests_of_several_threads_have_budgets_of_their_own() -> None:
    seen = []
    with limits.request(3):
        other = threading.Thread(target=lambda: seen.append(limits.is_request()))
        other.start()
        other.join()
    assert seen == [False]
