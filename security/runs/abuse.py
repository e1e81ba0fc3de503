"""Slow clients, large posts and floods, at the server that the README starts, alone and behind the proxy that
docs/proxies.md describes; what others wait meanwhile."""

from __future__ import annotations

import http.client
import os
import secrets
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import quantiles
from threading import Thread
from typing import ClassVar

from bench.web.servers import Program
from config.processes.ports import HOST
from demo.servers import Server, executable
from security.play import ROOT, Measured, Play

TARGET = "200 slow clients, posts of 10 MB, a flood, behind the proxy: others' p95 at most 2 x, 0 refused"
SLOW_CLIENTS, REQUESTS, FLOODING, WORKERS, MOST = 200, 400, 8, 4, 2.0
SMALLEST = 0.01  # seconds, below which nobody waits
HONEST, FLOODER = "127.0.0.2", "127.0.0.3"
PATH = "/f/a-slug-of-nobodys"
CSRF = "f" * 32


class Proxy(Server):
    """nginx with the very lines of the document."""

    name: ClassVar[str] = "nginx"
    ready: ClassVar[str] = "start worker process"

    def __init__(self, folder: Path, behind: int) -> None:
        super().__init__(folder)
        self._behind = behind

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def command(self) -> list[str]:
        return [executable("nginx"), "-p", str(self.data_dir), "-c", str(self.data_dir / "nginx.conf")]

    def prepare(self) -> None:
        super().prepare()
        self.data_dir.chmod(0o755)  # its worker is nobody's
        told = read_lines((ROOT / "docs" / "proxies.md").read_text()).replace(":8000", f":{self._behind}")
        zones = "\n".join(line for line in told.splitlines() if line.startswith("limit_"))
        rest = "\n".join(line for line in told.splitlines() if not line.startswith("limit_"))
        (self.data_dir / "nginx.conf").write_text(
            "daemon off; pid nginx.pid; error_log stderr notice; events { worker_connections 1024; }\n"
            f"http {{ access_log off; {zones}\n server {{ listen {HOST}:{self.port};\n {rest} }} }}\n"
        )


def read_lines(document: str) -> str:
    """What the document says of nginx against abuse."""
    block = document.partition("## Slow clients and floods")[2].partition("**nginx**")[2].partition("**")[0]
    return "\n".join(line[4:] for line in block.splitlines() if line.startswith("    "))


def run(play: Play) -> Measured:
    """Each attack is measured against the same without one, right before it, so that a busy machine slows both."""
    environment = play.set_up_site(TRUSTED_PROXIES="1")
    command = ["granian", "--interface", "wsgi", "config.wsgi:application", "--host", HOST, "--port", "PORT"]
    command += ["--workers", str(WORKERS), "--blocking-threads", "1", "--no-ws"]
    web = Program(play.folder / "web", command, environment, f"Started worker-{WORKERS}")
    play.ends.callback(web.stop)
    web.start()
    proxy = Proxy(play.folder / "proxy", web.port)
    play.ends.callback(proxy.stop)
    play.folder.chmod(0o755)
    proxy.start()
    told, broken = [], list[str]()
    requests = play.scale(REQUESTS)
    for place, port in (("behind nginx", proxy.port), ("alone", web.port)):
        for name, attack in ATTACKS.items():
            quiet = _measure(port, requests)
            with _attacking(partial(attack, port, SLOW_CLIENTS)):
                under = _measure(port, requests)
            told.append(
                f"{name} {place}: p95 {quiet.p95 * 1000:.0f} to {under.p95 * 1000:.0f} ms, {under.failed} refused"
            )
            if place == "behind nginx" and (under.p95 > MOST * max(quiet.p95, SMALLEST) or under.failed):
                broken.append(f"{name}: {under.p95 / quiet.p95:.1f} x, {under.failed} refused")
    return Measured("; ".join(told), tuple(broken))


@dataclass(frozen=True)
class Waited:
    p95: float  # seconds
    failed: int


def _measure(port: int, requests: int) -> Waited:
    """One after another, each with a connection of its own, no faster than a network may be."""
    seconds, failed = list[float](), 0
    while len(seconds) < requests and failed < 5:
        began = time.perf_counter()
        client = http.client.HTTPConnection(HOST, port, timeout=10, source_address=(HONEST, 0))
        try:
            client.request("GET", PATH)
            answer = client.getresponse()
            answer.read()
            failed += answer.status != 404
        except (OSError, http.client.HTTPException):
            failed += 1
        finally:
            client.close()
        seconds.append(time.perf_counter() - began)
        time.sleep(0.05)
    return Waited(quantiles(seconds, n=20)[-1] if len(seconds) > 1 else 0.0, failed)


@contextmanager
def _attacking(attack: Callable[[], None]) -> Iterator[None]:
    """In a process of its own, which gives way: what it computes is not the site's."""

    def work() -> None:
        os.nice(10)
        attack()

    attacker = get_context("fork").Process(target=work, daemon=True)
    attacker.start()
    time.sleep(2)
    try:
        yield
    finally:
        attacker.kill()
        attacker.join()


def _dribble(port: int, clients: int, head: bytes, piece: bytes) -> None:
    """So many connections, of as many addresses, each sending a little every second."""
    with ExitStack() as ends:
        opened = []
        for number in range(clients):
            source = (f"127.0.1.{number % 250 + 1}", 0)
            one = ends.enter_context(socket.create_connection((HOST, port), timeout=5, source_address=source))
            one.sendall(head)
            opened.append(one)
        while True:
            time.sleep(1)
            for one in opened:
                with suppress(OSError):
                    one.sendall(piece)


def _repeat(port: int, threads: int, ask: Callable[[http.client.HTTPConnection], None]) -> None:
    def work() -> None:
        while True:
            client = http.client.HTTPConnection(HOST, port, timeout=10, source_address=(FLOODER, 0))
            with suppress(OSError, http.client.HTTPException):
                ask(client)
                client.getresponse().read()
            client.close()

    working = [Thread(target=work, daemon=True) for _ in range(threads)]
    for thread in working:
        thread.start()
    for thread in working:
        thread.join()


_HEAD = f"POST {PATH} HTTP/1.1\r\nHost: {HOST}\r\nCookie: csrftoken={CSRF}\r\n".encode()
_FORM = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\n"
_LARGE = b"csrfmiddlewaretoken=" + CSRF.encode() + b"&password=" + b"x" * 10_000_000
_SENT = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"csrftoken={CSRF}"}

ATTACKS: dict[str, Callable[[int, int], None]] = {
    "slow headers": lambda port, clients: _dribble(port, clients, _HEAD, b"X-A: b\r\n"),
    "slow bodies": lambda port, clients: _dribble(port, clients, _HEAD + _FORM, b"a"),
    "silent connections": lambda port, clients: _dribble(port, clients, b"", b""),
    "posts of 10 MB": lambda port, _: _repeat(port, 2, lambda client: client.request("POST", PATH, _LARGE, _SENT)),
    "a flood": lambda port, _: _repeat(
        port, FLOODING, lambda client: client.request("GET", f"/s/{secrets.token_urlsafe(32)}")
    ),
}
