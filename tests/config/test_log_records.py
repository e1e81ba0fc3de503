"""A canary in every address that is a secret: whatever comes of it, no log record sings."""

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import NoReturn
from urllib.parse import unquote

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.urls import get_resolver
from pytest_django import Settings

from config import log_records
from config.processes.ports import HOST, free_port
from tests.management.running import ROOT
from tests.timing import untraced
from tests.waiting import wait_until

CANARY = "q3rXVb72Zs9yT0aLkXw4NnEoP8cUuGdHhJjMmKiRrSs"
MIXED = "q3r-Vb_2Zs9yT0aLkXw4NnEoP8cUuGd-hJjMmKiRrSs"
NO_SECRETS = {
    *("object_id", "permission_id", "kind"),
    *("link_id", "customer_id", "bucket_id", "key_id", "incident_id", "time_request_id"),
    *(
        "content_type_id",
        "id",
        "app_label",
        "model_name",
        "pk",
        "url",
        "slug",
        "outcome",
        "part",
        "ids",
        "what",
        "reader",
    ),
}
"""Parameters of routes that are known to everybody who may look, or to nobody: slugs open nothing by themselves."""
STATUSES = [200, 302, 303, 400, 403, 404, 405, 410, 429, 500, 503]
RAISED: dict[str, Callable[[str], Exception]] = {
    "not found": Http404,
    "denied": PermissionDenied,
    "suspicious": SuspiciousOperation,
    "bad": BadRequest,
    "a bug": ValueError,
    "outage": OperationalError,
}


class _Canary:
    """Comes last, and answers as the test says instead of the view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        wanted = request.headers.get("X-Canary", "")
        if wanted in RAISED:
            _fail(RAISED[wanted](f"{request.path} and {request.get_full_path()}"))
        if wanted:
            logging.getLogger("somebody").warning("%s answered %r", request.path, request)
        return HttpResponse(status=int(wanted)) if wanted else None


def _fail(error: Exception) -> NoReturn:
    raise error


class _Listener(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        kept = {name: value for name, value in vars(record).items() if name not in ("request", "exc_info")}
        self.heard.append(f"{logging.Formatter().format(record)} {kept!r}")


@pytest.fixture
def listener() -> Iterator[_Listener]:
    listener = _Listener()
    for name in ("", "django", "django.server"):
        logging.getLogger(name).addHandler(listener)
    yield listener
    for name in ("", "django", "django.server"):
        logging.getLogger(name).removeHandler(listener)


@pytest.fixture
def client(settings: Settings) -> Client:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}._Canary"]
    return Client(raise_request_exception=False)


def _assert_silent(heard: str, secret: str = CANARY) -> None:
    """Nor any eight letters of it, nor what they become in an address."""
    for text in (heard, unquote(heard)):
        for start in range(len(secret) - 7):
            assert secret[start : start + 8] not in text, text[:2000]


def _fill(route: str, secret: str) -> str:
    parts = log_records._PARAMETER.split(route)
    return "/" + "".join(secret if place % 2 else part for place, part in enumerate(parts))


def test_every_parameter_of_a_route_is_a_secret_or_known_to_be_none() -> None:
    unknown = set()
    for route, pattern in log_records._walk(get_resolver()):
        secrets = set(log_records._secrets(pattern))
        named = set(pattern.pattern.converters) - secrets - NO_SECRETS
        unknown |= {f"{name} in {route}" for name in named}
    assert unknown == set()
    assert {route.partition("/")[0] for route in log_records.secret_routes()} >= {"s", "g"}


@pytest.mark.django_db
@pytest.mark.parametrize("wanted", [*map(str, STATUSES), *RAISED])
@pytest.mark.parametrize("debug", [False, True])
def test_no_status_of_any_secret_address_tells_it(
    client: Client, listener: _Listener, settings: Settings, wanted: str, debug: bool
) -> None:
    settings.DEBUG = debug
    for route in log_records.secret_routes():
        for secret in (CANARY, MIXED):
            client.get(_fill(route, secret), {"again": secret}, headers={"X-Canary": wanted})
            _assert_silent("\n".join(listener.heard), secret)
    assert listener.heard or wanted == "not found"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "shape",
    [
        *("/s/{}", "//s/{}", "/s//{}", "/S/{}", "/x/s/{}", "/s/{}/", "/s/{}.", "/s/{},more", "/s/{}%0Amore", "/g/{}"),
        *(
            "/s/{}%20and%20more",
            "/s/{}日本語",
            "/s/%22{}%22",
            "/s/{}'",
            "/s/{}%3Cb%3E",
            "/g/{}/",
            "/g/{}/file",
            "/g/{}/x",
        ),
        *("/s/ {}", "/s/%0A{}", "/%73/{}", "/admin/{}/", "/admin/links/sharelink/{}/change/", "/nothing/{}", "/{}"),
        *("/admin/login/?next=/s/{}", "/admin/links/sharelink/?q={}", "/f/{}", "/ask?which={}", "/static/{}"),
    ],
)
def test_no_shape_of_an_address_tells_it(client: Client, listener: _Listener, shape: str) -> None:
    for secret in (CANARY, MIXED, "".join(f"%{ord(letter):02X}" for letter in CANARY)):
        for method in ("get", "head", "post", "put", "delete"):
            client.generic(method.upper(), shape.format(secret))
            client.generic(method.upper(), shape.format(secret), headers={"Host": "elsewhere.example"})
            client.generic(method.upper(), shape.format(secret), headers={"Host": f"{secret}/s/{secret}"})
    for secret in (CANARY, MIXED):
        _assert_silent("\n".join(listener.heard), secret)
    assert listener.heard


@pytest.mark.parametrize(
    ("logger", "message", "arguments"),
    [
        ("django.server", '"%s" %s %s', ("GET /s/{} HTTP/1.1", "200", "5")),
        ("django.server", "code %d, message %s", (400, "Bad request syntax ('GET /s/{} more')")),
        (
            "granian.access",
            "%(method)s %(path)s?%(query_string)s",
            ({"method": "GET", "path": "/s/{}", "query_string": "q=%2Fs%2F{}"},),
        ),
        ("gunicorn.access", "%(r)s %(f)s", ({"r": "GET /g/{}/file HTTP/1.1", "f": "https://a/g/{}/"},)),
        ("django.security.csrf", "Forbidden (%s): %s", ("Referer https://a/s/{} is none", "/s/{}")),
        ("django.security.DisallowedHost", "Invalid HTTP_HOST header: 'a/s/{}'", ()),
        ("anybody", "went to %s", (["/s/{}"],)),
        ("anybody", "%2Fs%2F{} and %252fS%252F{} and s/{} and {}", ()),
    ],
)
def test_whoever_makes_a_record_it_tells_nothing(
    listener: _Listener, logger: str, message: str, arguments: tuple[object, ...]
) -> None:
    def put(value: object, secret: str) -> object:
        if isinstance(value, str):
            return value.replace("{}", secret)
        if isinstance(value, dict):
            return {name: put(inner, secret) for name, inner in value.items()}
        return [put(inner, secret) for inner in value] if isinstance(value, list) else value

    log = logging.getLogger(logger)
    log.addHandler(listener)
    for secret in (CANARY, MIXED):
        text = message.replace("{}", secret)
        log.warning(text, *(put(value, secret) for value in arguments))
    log.removeHandler(listener)
    messages = [heard.partition(" {'")[0] for heard in listener.heard]
    assert len(messages) >= 2
    for secret in (CANARY, MIXED):
        _assert_silent("\n".join(messages), secret)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (f"/s/{CANARY}", "/s/<token>"),
        (f"/g/{CANARY}/file", "/g/<token>/file"),
        ("/f/report", "/f/<slug>"),
        ("/admin/links/sharelink/7/change/?q=x", "/admin/links/sharelink/7/change/"),
        (f"/admin/links/sharelink/{CANARY}/change/", "/admin/links/sharelink/<object_id>/change/"),
        ("/nothing", log_records.NO_ROUTE),
        ("http://a.example/health", "/health"),
    ],
)
def test_a_path_is_told_as_its_route(path: str, told: str) -> None:
    assert log_records.describe(path) == told


@pytest.mark.parametrize("part", ["s/", "A", "aA1", "%73", "%25", "/", "2Fs", "aA1-", " s/", "GET ", "%2F%73"])
def test_a_long_address_is_masked_in_linear_time(part: str) -> None:
    text = part * (64_000 // len(part))
    began = time.process_time()
    with untraced():
        log_records.mask(text)
        log_records._clean(f"GET /{text} HTTP/1.1", True)
        log_records._clean(f"GET {' ' * 64_000}{text}", True)
    assert time.process_time() - began < 2


def test_what_is_no_secret_is_told(listener: _Listener) -> None:
    logging.getLogger("anybody").warning("link %s of %s at %s", 7, "reports/2026/annual.pdf", "/srv/holdfast/config")
    assert "link 7 of reports/2026/annual.pdf at /srv/holdfast/config" in listener.heard[0]


def test_a_servers_access_log_tells_routes(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    environment = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "x" * 50,
        "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'none.sqlite3'}",
        "BASE_URL": f"http://{HOST}:{port}",
    }
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "config.wsgi:application", "--access-log"]
    with log.open("wb") as written:
        server = subprocess.Popen(
            [*command, "--host", HOST, "--port", str(port)], cwd=ROOT, env=environment, stdout=written, stderr=written
        )
    try:
        wait_until(lambda: _asks(port))
    finally:
        server.terminate()
        server.wait(20)
    told = log.read_text()
    assert "Traceback" not in told
    assert '"GET /s/<token> HTTP/1.1" 503' in told
    _assert_silent(told)


def _asks(port: int) -> bool:
    connection = HTTPConnection(HOST, port, timeout=30)
    try:
        for path in (f"/s/{CANARY}?again={CANARY}", f"/nothing/{CANARY}"):
            connection.request("GET", path, headers={"Referer": f"http://a/s/{CANARY}"})
            connection.getresponse().read()
    except OSError:
        return False
    finally:
        connection.close()
    return True
