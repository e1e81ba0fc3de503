"""That boto3 has no other way to a store than the dialler."""

import ast
import socket
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from botocore.httpsession import URLLib3Session

from links.domain.errors import Refused
from links.s3 import http_session
from links.s3.sessions import make_session
from links.s3.storage import IamUserS3Storage
from tests.s3.builders import make_store
from tests.site_settings import SiteSettings
from tests.strict_s3 import Answer, StrictS3

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def no_other_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """botocore's own session may not send anything, whoever asks it to."""
    whole = URLLib3Session.send

    def send(self: URLLib3Session, request: object) -> object:
        assert isinstance(self, http_session.DialledSession)
        return whole(self, request)  # type: ignore[arg-type]

    monkeypatch.setattr(URLLib3Session, "send", send)


def _storage(server: StrictS3) -> IamUserS3Storage:
    store, bucket = make_store(server)
    bucket.put("a", b"content")
    return IamUserS3Storage(
        access_key=store.access_key_id,
        secret_key=store.secret,
        bucket_name=store.name,
        region_name=store.region,
        endpoint_url=server.url,
    )


def read_file(storage: IamUserS3Storage) -> bytes:
    with closing(storage.open("a")) as file:
        return bytes(file.read())


@pytest.mark.usefixtures("no_other_way")
@pytest.mark.parametrize(
    "ask",
    [
        lambda storage: storage.client.head_object(Bucket="files", Key="a"),
        lambda storage: storage.connection.meta.client.list_objects_v2(Bucket="files"),
        lambda storage: storage.bucket.Object("a").content_length,
        read_file,
        lambda storage: storage.exists("a"),
    ],
)
def test_whatever_a_storage_asks_goes_by_the_dialler(
    ask: Callable[[IamUserS3Storage], object], strict_s3: StrictS3, site_settings: SiteSettings
) -> None:
    storage = _storage(strict_s3)
    ask(storage)
    asked = len(strict_s3.requests)
    assert asked
    site_settings.PROBE_ALLOWED_HOSTS = []
    with pytest.raises(Refused, match="endpoint-private"):
        ask(_storage(strict_s3))
    assert len(strict_s3.requests) == asked


@pytest.mark.usefixtures("no_other_way")
@pytest.mark.parametrize("service", ["s3", "sts", "iam"])
@pytest.mark.parametrize("kind", ["client", "resource"])
def test_every_client_of_a_session_is_made_with_it(
    kind: str, service: str, strict_s3: StrictS3, site_settings: SiteSettings
) -> None:
    if (kind, service) == ("resource", "sts"):
        kind = "client"  # STS has no resources
    site_settings.PROBE_ALLOWED_HOSTS = []
    made = getattr(make_session("AKIAEXAMPLE", "secret"), kind)(
        service, region_name="us-east-1", endpoint_url=strict_s3.url
    )
    client = made if kind == "client" else made.meta.client
    call = {"s3": "list_buckets", "sts": "get_caller_identity", "iam": "list_users"}[service]
    with pytest.raises(Refused, match="endpoint-private"):
        getattr(client, call)()
    assert strict_s3.requests == []


_MAKERS = {"client", "resource", "create_client", "Session", "get_session", "URLLib3Session", "PoolManager", "urlopen"}
_ALLOWED = {
    "links/s3/sessions.py": {"Session", "create_client"},
    "links/s3/storage.py": {"resource"},
    "links/s3/identity.py": {"client"},
    "links/models/people/sessions.py": {"Session"},  # a row of staff's sessions
    "links/domain/signed_urls/session_tokens.py": {"Session"},  # what a token tells of its own
    "links/net/http.py": {"urlopen"},  # the dialler's own, for the operator's settings
}


def test_no_room_but_one_makes_sessions_and_clients_come_from_there() -> None:
    found: dict[str, set[str]] = {}
    for path in (ROOT / "links").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and (name := _name(node.func)) in _MAKERS:
                found.setdefault(str(path.relative_to(ROOT)), set()).add(name)
    assert found == _ALLOWED
    assert {"links/s3/identity.py", "links/s3/storage.py"} == {
        str(path.relative_to(ROOT))
        for path in (ROOT / "links").rglob("*.py")
        if "import make_session" in path.read_text()
    }


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""


@pytest.mark.usefixtures("no_other_way")
def test_no_proxy_of_the_environment_is_used(strict_s3: StrictS3, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert _storage(strict_s3).exists("a")


def test_a_redirect_is_followed_nowhere(strict_s3: StrictS3) -> None:
    storage = _storage(strict_s3)
    strict_s3.buckets["files"].key_answers["a"] = Answer(302, b"", {"Location": f"{strict_s3.url}/files/b"})
    with pytest.raises(Exception, match="302"):
        storage.client.head_object(Bucket="files", Key="a")
    assert not any("/files/b" in request.path for request in strict_s3.requests)


def test_a_connection_is_used_again(strict_s3: StrictS3, monkeypatch: pytest.MonkeyPatch) -> None:
    storage = _storage(strict_s3)
    resolved = []
    real = socket.getaddrinfo

    def resolve(*arguments: Any, **options: Any) -> object:
        resolved.append(arguments)
        return real(*arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    for _ in range(5):
        storage.client.head_object(Bucket="files", Key="a")
    assert len(resolved) == 1


def test_threads_do_not_disturb_each_others_limits(strict_s3: StrictS3) -> None:
    storage = _storage(strict_s3)
    failures: list[Exception] = []

    def ask() -> None:
        try:
            for _ in range(10):
                storage.client.head_object(Bucket="files", Key="a")
        except Exception as error:  # noqa: BLE001  told below
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
