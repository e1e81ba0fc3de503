"""The real parts of the suite, each started once for a worker and stopped with it."""

import gc
import os
import signal
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from inspect import CO_VARKEYWORDS
from pathlib import Path
from time import monotonic
from typing import Any, NoReturn

import botocore.hooks
import pytest
from asgiref.sync import SyncToAsync
from botocore.hooks import EventAliaser
from django.conf import settings as django_settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.test import TransactionTestCase
from django.utils import timezone, translation
from pytest_django import DjangoDbBlocker, Settings
from redis import Redis as Client
from whitenoise.middleware import WhiteNoiseMiddleware

from demo.servers import RcloneS3, Redis
from links.database import limits
from links.domain.visits.looks import SlowStores
from links.models import AuditDetail, AuditRecord
from links.services import parallel, password_hashing
from links.services.visits import precheck
from links.services.webhooks import events
from tests.database_reset import make_reset, without_audit_triggers
from tests.environment import ON_POSTGRES
from tests.fake_receivers import MailReceiver, send_mail_to
from tests.site_settings import SiteSettings
from tests.strict_s3 import StrictS3
from tests.waiting import TIMEOUT_SECONDS

RCLONE_KEY_ID = "HOLDFASTSUITEKEY"
RCLONE_SECRET = "a-secret-of-the-suite-only"


def pytest_collection_finish() -> None:
    """Modules and tests stay until the end: who looks for garbage need not look through them, nor as often as in a
    program of an hour. It was a seventh of all that the tests took."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite in a file, so that threads and processes share it as they do in earnest. Outside of a request a thread
    waits for its lock as long as a test may wait for anything: on a busy machine five seconds are soon over."""
    if not ON_POSTGRES:
        django_settings.DATABASES["default"].setdefault("OPTIONS", {})["timeout"] = TIMEOUT_SECONDS
        path = tmp_path_factory.mktemp("database") / "test.sqlite3"
        django_settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(path)


@pytest.fixture(scope="session", autouse=True)
def no_session_outlives_the_suite(request: pytest.FixtureRequest) -> Iterator[None]:
    """A database cannot be dropped while somebody is in it, as the session of a worker that was killed a moment ago."""
    if not ON_POSTGRES:
        yield
        return
    request.getfixturevalue("django_db_setup")
    yield
    with request.getfixturevalue("django_db_blocker").unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    flush = "_fixture_teardown"  # which the stubs do not know
    with pytest.MonkeyPatch.context() as patch:
        with django_db_blocker.unblock():
            with without_audit_triggers():  # `migrate` made roles, and said so
                AuditDetail.objects.all().delete()
                AuditRecord.objects.all().delete()
            reset = make_reset(getattr(TransactionTestCase, flush))
        patch.setattr(TransactionTestCase, flush, reset)
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_clients() -> Iterator[None]:
    """For each client that is made, botocore asks of each of its 130 event handlers whether it takes any keyword, for
    which it makes a whole signature, and by which other name its event goes. A suite makes thousands of clients."""
    names: dict[str, str] = {}
    begin, inspect_handler = EventAliaser.__init__, botocore.hooks.accepts_kwargs

    def accepts_keywords(handler: Any) -> object:  # noqa: ANN401  botocore's own
        code = getattr(handler, "__code__", None)
        return bool(code.co_flags & CO_VARKEYWORDS) if code else inspect_handler(handler)

    def begin_with_names(aliaser: Any, *arguments: Any, **more: Any) -> None:  # noqa: ANN401  botocore's own
        begin(aliaser, *arguments, **more)
        aliaser._alias_name_cache = names

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.hooks, "accepts_kwargs", accepts_keywords)
        patch.setattr(EventAliaser, "__init__", begin_with_names)
        yield


@pytest.fixture(scope="session", autouse=True)
def static_root(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A fresh clone has collected no static files, and whitenoise warns of a folder that is not there."""
    django_settings.STATIC_ROOT = str(tmp_path_factory.mktemp("static"))


@pytest.fixture(scope="session", autouse=True)
def quick_static_files() -> Iterator[None]:
    """Each test client has middleware of its own, and each WhiteNoise looks for every static file that there is. What
    it finds is the same for the same settings, beside the same files that were collected."""
    search, found = WhiteNoiseMiddleware.add_files_from_finders, dict[object, dict[str, Any]]()

    def search_once(middleware: Any) -> None:  # noqa: ANN401  WhiteNoise's own
        places = (tuple(django_settings.STATICFILES_DIRS), tuple(django_settings.STATICFILES_FINDERS))
        headers = (middleware.static_prefix, middleware.max_age, middleware.charset, middleware.allow_all_origins)
        asked = (places, headers, tuple(middleware.files))
        if asked not in found:
            search(middleware)
            found[asked] = dict(middleware.files)
        middleware.files.update(found[asked])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", search_once)
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """A hash in earnest takes a third of a second, a hundred times over: no test asks how long it takes."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("time_cost", "parallelism"):
            patch.setattr(Argon2PasswordHasher, name, 1)
        patch.setattr(Argon2PasswordHasher, "memory_cost", 8)
        yield


@pytest.fixture
def hashed_passwords(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every password that is hashed, to be kept or to be compared."""
    password_hashing.is_right("", "")  # the decoy is made once for each process
    passwords: list[str] = []
    encode, verify = Argon2PasswordHasher.encode, Argon2PasswordHasher.verify

    def note_encode(self: Argon2PasswordHasher, password: str, salt: str) -> str:
        passwords.append(password)
        return encode(self, password, salt)

    def note_verify(self: Argon2PasswordHasher, password: str, encoded: str) -> bool:
        passwords.append(password)
        return verify(self, password, encoded)

    monkeypatch.setattr(Argon2PasswordHasher, "encode", note_encode)
    monkeypatch.setattr(Argon2PasswordHasher, "verify", note_verify)
    return passwords


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    """A test that leaves threads behind slows down all that come after it in its worker."""
    before = set(threading.enumerate())
    yield
    asgirefs = SyncToAsync.single_thread_executor._threads  # one for a whole process
    left = [thread for thread in threading.enumerate() if thread not in before | asgirefs]
    give_up_at = monotonic() + TIMEOUT_SECONDS / 10
    for thread in left:  # what was told to end may need a moment
        thread.join(max(give_up_at - monotonic(), 0))
    alive = [thread.name for thread in left if thread.is_alive()]
    assert not alive, f"This test leaves threads behind: {alive}"


@pytest.fixture(autouse=True)
def plain_reader() -> Iterator[None]:
    """A request leaves its reader's language and zone active, and a server's module says what kind of process this is;
    the next test is somebody else."""
    limits.use(limits.COMMAND)
    yield
    limits.breaker.reset()
    precheck.slow_stores = SlowStores()
    events.forget_wanted()
    translation.deactivate()
    timezone.deactivate()


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def clock() -> Callable[[], datetime]:
    return lambda: datetime.now(UTC)


@pytest.fixture
def strict_s3() -> Iterator[StrictS3]:
    with StrictS3() as server:
        yield server


@pytest.fixture(scope="session")
def _rclone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RcloneS3]:
    root: Path = tmp_path_factory.mktemp("rclone")
    with RcloneS3(root, {RCLONE_KEY_ID: RCLONE_SECRET}) as server:
        yield server
        _signal(server, signal.SIGCONT)  # it hears nothing else while it stands still


@pytest.fixture
def rclone_s3(_rclone: RcloneS3) -> Iterator[RcloneS3]:
    """A real S3 server; its buckets are folders below `data_dir`. Between the tests that ask it, it stands still: its
    timer takes a thirtieth of a processor for as long as a pass lasts."""
    _signal(_rclone, signal.SIGCONT)
    yield _rclone
    _signal(_rclone, signal.SIGSTOP)


def _signal(server: RcloneS3, number: signal.Signals) -> None:
    assert server.pid
    os.kill(server.pid, number)


@pytest.fixture(scope="session")
def _redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    with Redis(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def redis_server(_redis: Redis) -> Redis:
    """A real one, in which nobody has left anything."""
    with Client.from_url(_redis.url) as client:
        client.flushall()
    return _redis


@pytest.fixture
def site_settings(settings: Settings) -> SiteSettings:
    return SiteSettings(settings)


@pytest.fixture
def mails(settings: Settings, site_settings: SiteSettings) -> Iterator[MailReceiver]:
    with MailReceiver() as sink:
        send_mail_to(settings, sink.port)
        site_settings.ALERT_MAILS = ["ops@example.com"]
        yield sink


@pytest.fixture(autouse=True, scope="session")
def _no_database_in_threads_that_ask() -> Iterator[None]:
    """What asks stores side by side touches no database (`call_all`): on PostgreSQL each thread would leave a
    connection behind."""
    call = parallel._call

    def refuse(*_: object) -> NoReturn:
        raise AssertionError("A thread of call_all asks the database.")

    def call_without_database(asked: Callable[[], object]) -> object:
        with connection.execute_wrapper(refuse):
            return call(asked)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parallel, "_call", call_without_database)
        yield
