"""The examples for proxies do what their pages say: each is run, before a server that shows what reached it."""

import base64
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from links.public.middleware.proxies import ProxyHeaders
from tests.project.documents.markdown import DOCS
from tests.site_settings import SiteSettings

pytestmark = pytest.mark.slow
HOST, VISITOR, TIMEOUT_SECONDS = "127.0.0.1", "127.0.0.5", 20
PROXIES = (DOCS / "proxies.md").read_text(encoding="utf-8")
SIGN_IN = (DOCS / "sign-in.md").read_text(encoding="utf-8")
LIES = {"Forwarded": "for=198.51.100.9;proto=https", "Holdfastuser": "root"}
ALLOWED_NAME = "alice"


class Echo(BaseHTTPRequestHandler):
    """Answers with the headers that came. As an authority it says who is signed in."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Remote-User", ALLOWED_NAME)
        self.end_headers()
        self.wfile.write(json.dumps(self.headers.items()).encode())

    def log_message(self, *_arguments: object) -> None:
        """Nobody reads it."""


@pytest.fixture(scope="module")
def behind() -> Iterator[int]:
    """The port of the server behind the proxies."""
    server = ThreadingHTTPServer((HOST, 0), Echo)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def read_example(page: str, after: str, proxy: str) -> str:
    """The indented lines below a proxy's name."""
    block = page.partition(after)[2].partition(f"**{proxy}**")[2]
    lines = re.search(r"\n\n((?:    .*\n|\n)+)", block)
    assert lines
    return re.sub(r"^    ", "", lines[1], flags=re.MULTILINE)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        return int(taken.getsockname()[1])


def configure_nginx(folder: Path, port: int, inside: str, *, outside: str = "") -> list[str]:
    path = folder / "nginx.conf"
    path.write_text(
        "daemon off; user root root; pid nginx.pid; error_log stderr; events {}\n"
        f"http {{ access_log off; {outside}\n server {{ listen {HOST}:{port};\n{inside} }} }}\n"
    )
    return ["nginx", "-p", str(folder), "-c", str(path)]


def configure_haproxy(folder: Path, port: int, backend: str) -> list[str]:
    path = folder / "haproxy.cfg"
    path.write_text(
        "defaults\n    mode http\n    timeout connect 5s\n    timeout client 5s\n    timeout server 5s\n"
        f"frontend site\n    bind {HOST}:{port}\n    default_backend holdfast\n{backend}"
    )
    return ["haproxy", "-db", "-f", str(path)]


def configure_caddy(folder: Path, port: int, site: str) -> list[str]:
    path = folder / "Caddyfile"
    path.write_text("{\n    admin off\n    auto_https off\n}\n" + site.replace("share.example.com", f"http://:{port}"))
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(path)]


@contextmanager
def running(command: list[str], port: int, folder: Path) -> Iterator[None]:
    """Skips where the proxy is not installed."""
    program = shutil.which(command[0], path=f"{os.environ['PATH']}:/usr/sbin")
    if not program:
        pytest.skip(f"{command[0]} is not installed: apt install {command[0]}")
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([program, *command[1:]], stdout=log, stderr=log, env={"HOME": str(folder)})
        try:
            wait_for(port, process, folder / "log")
            yield
        finally:
            process.terminate()
            process.wait(TIMEOUT_SECONDS)


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + TIMEOUT_SECONDS
    while time.monotonic() < ends and process.poll() is None:
        with suppress(OSError), socket.create_connection((HOST, port), timeout=1):
            return
        time.sleep(0.05)
    pytest.fail(log.read_text())


def ask(port: int, **headers: str) -> dict[str, list[str]]:
    """What came through of a visitor's request that lies about who they are."""
    client = http.client.HTTPConnection(HOST, port, timeout=TIMEOUT_SECONDS, source_address=(VISITOR, 0))
    client.request("GET", "/", headers={"Host": "share.example.com", **LIES, **headers})
    answer = client.getresponse()
    came: dict[str, list[str]] = {}
    body = answer.read()
    assert answer.status == 200, body
    for name, value in json.loads(body):
        came.setdefault(name.lower(), []).append(value)
    client.close()
    return came


def read_visitor(forwarded: str) -> tuple[str, bool]:
    """What the product takes from that header: the visitor's address, and whether they came by https."""
    seen: list[HttpRequest] = []

    def answer(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse()

    ProxyHeaders(answer)(RequestFactory().get("/", HTTP_FORWARDED=forwarded, REMOTE_ADDR=HOST))
    return str(seen[0].META["REMOTE_ADDR"]), seen[0].is_secure()


CONFIGURE: dict[str, Callable[[Path, int, str], list[str]]] = {
    "nginx": configure_nginx,
    "HAProxy": configure_haproxy,
    "Caddy": configure_caddy,
}


@pytest.mark.parametrize("proxy", CONFIGURE)
def test_a_proxy_as_shown_says_whom_it_heard_whatever_a_visitor_says(
    proxy: str, behind: int, tmp_path: Path, site_settings: SiteSettings
) -> None:
    port = free_port()
    example = read_example(PROXIES, "# Behind a proxy", proxy).replace(":8000", f":{behind}")
    with running(CONFIGURE[proxy](tmp_path, port, example), port, tmp_path):
        came = ask(port)
    (forwarded,) = came["forwarded"]
    site_settings.TRUSTED_PROXIES = 1
    assert read_visitor(forwarded) == (VISITOR, False)
    assert came["host"] == ["share.example.com"]


def test_nginx_against_floods_as_shown_passes_on_what_is_usual(behind: int, tmp_path: Path) -> None:
    port = free_port()
    example = read_example(PROXIES, "## Slow clients and floods", "nginx").replace(":8000", f":{behind}")
    zones = "\n".join(line for line in example.splitlines() if re.match(r"limit_\w+_zone", line))
    rest = "\n".join(line for line in example.splitlines() if not re.match(r"limit_\w+_zone", line))
    with running(configure_nginx(tmp_path, port, rest, outside=zones), port, tmp_path):
        assert ask(port)["forwarded"] == [f'for="{VISITOR}";proto=http']
        answers = [try_to_ask(port) for _ in range(120)]
    assert answers.count(429) > 0
    assert set(answers) == {200, 429}


def test_nginx_as_shown_keeps_what_is_not_for_strangers(behind: int, tmp_path: Path) -> None:
    port = free_port()
    example = read_example(PROXIES, "## What is not for strangers", "nginx")
    passing = f"location / {{ proxy_pass http://{HOST}:{behind}; }}"
    asked = ["/readyz", "/metrics", "//metrics", "/%6detrics", "/x/../readyz", "/health"]
    with running(configure_nginx(tmp_path, port, f"{example}\n{passing}"), port, tmp_path):
        assert [try_to_ask(port, path) for path in asked] == [404] * 5 + [200]


def try_to_ask(port: int, path: str = "/") -> int:
    client = http.client.HTTPConnection(HOST, port, timeout=TIMEOUT_SECONDS, source_address=(VISITOR, 0))
    client.request("GET", path, headers={"Host": "share.example.com"})
    status = client.getresponse().status
    client.close()
    return status


def test_the_name_that_nginx_passes_on_is_the_one_of_its_authority(behind: int, tmp_path: Path) -> None:
    """`Authorization: Basic` is the visitor's own, and names whom they like."""
    lines = re.search(
        r"^    (auth_request_set .*?;).*\n    (proxy_set_header Holdfastuser \$who;)", SIGN_IN, re.MULTILINE
    )
    assert lines
    port = free_port()
    inside = (
        f"location = /who {{ internal; proxy_pass http://{HOST}:{behind}; }}\n"
        f"location / {{ auth_request /who; {lines[1]} {lines[2]} proxy_pass http://{HOST}:{behind}; }}"
    )
    basic = base64.b64encode(b"root:x").decode()
    with running(configure_nginx(tmp_path, port, inside), port, tmp_path):
        came = ask(port, Authorization=f"Basic {basic}")
    assert came["holdfastuser"] == [ALLOWED_NAME]


def test_the_name_that_nginx_asked_for_by_itself_is_passed_on(behind: int, tmp_path: Path) -> None:
    line = re.search(r"^    (proxy_set_header Holdfastuser \$remote_user;)", SIGN_IN, re.MULTILINE)
    assert line
    port = free_port()
    (tmp_path / "users").write_text(f"{ALLOWED_NAME}:{{PLAIN}}a-password\n")
    inside = (
        f'auth_basic "staff"; auth_basic_user_file {tmp_path / "users"};\n'
        f"location / {{ {line[1]} proxy_pass http://{HOST}:{behind}; }}"
    )
    basic = base64.b64encode(f"{ALLOWED_NAME}:a-password".encode()).decode()
    with running(configure_nginx(tmp_path, port, inside), port, tmp_path):
        came = ask(port, Authorization=f"Basic {basic}")
    assert came["holdfastuser"] == [ALLOWED_NAME]


def test_caddy_overwrites_the_name_of_whoever_is_signed_in(behind: int, tmp_path: Path) -> None:
    line = re.search(r"^    (header_up Holdfastuser \S+)", SIGN_IN, re.MULTILINE)
    assert line
    port = free_port()
    site = f"share.example.com {{\n    reverse_proxy {HOST}:{behind} {{\n        {line[1]}\n    }}\n}}\n"
    with running(configure_caddy(tmp_path, port, site), port, tmp_path):
        assert ask(port)["holdfastuser"] in ([""], ["{http.auth.user.id}"])
