"""A load generator that costs less than what it measures: kept connections, requests made beforehand, one loop.

It knows as much of HTTP as answers without a body need, and the bodies of pages by their `content-length`.
"""

import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle

_END = b"\r\n\r\n"


@dataclass(frozen=True)
class Load:
    """What came of one round: latencies in seconds, in order; how often each status was answered."""

    seconds: float
    latencies: list[float] = field(repr=False)
    statuses: Counter[str]

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """In milliseconds."""
        return self.latencies[min(int(len(self.latencies) * share), len(self.latencies) - 1)] * 1000


class _Connection:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent_at = 0.0
        self.heard = b""

    def ask(self, request: bytes) -> None:
        self.heard = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def hear(self) -> str:
        """The status once the answer is whole; "" before. A connection that is closed on us ends the round."""
        chunk = self.socket.recv(65_536)
        if not chunk:
            raise ConnectionError("The server closed a connection.")
        self.heard += chunk
        head, ended, body = self.heard.partition(_END)
        if not ended:
            return ""
        _, named, length = head.lower().partition(b"content-length:")
        whole = not named or len(body) >= int(length.split(b"\r\n", 1)[0])
        return head[9:12].decode() if whole else ""


def make_requests(paths: Sequence[str]) -> list[bytes]:
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
    lines = f"Host: 127.0.0.1\r\nUser-Agent: {agent}\r\nAccept: */*\r\nAccept-Language: en-GB,en;q=0.5"
    return [f"GET {path} HTTP/1.1\r\n{lines}\r\n\r\n".encode() for path in paths]


def load(port: int, requests: Sequence[bytes], *, seconds: float, connections: int = 16, once: bool = False) -> Load:
    """Ask for these in turn, over and over, on so many connections, each of which asks anew when it was answered.
    With `once` each is asked for once, however long that takes."""
    rest: Iterator[bytes] = iter(requests) if once else cycle(requests)
    latencies: list[float] = []
    statuses: Counter[str] = Counter()
    opened = [_Connection(port) for _ in range(connections)]
    with selectors.DefaultSelector() as selector:
        begun = time.perf_counter()
        ends = float("inf") if once else begun + seconds
        busy = 0
        for one, request in zip(opened, rest, strict=False):
            selector.register(one.socket, selectors.EVENT_READ, one)
            one.ask(request)
            busy += 1
        while busy:
            for key, _ in selector.select():
                one = key.data
                if not (status := one.hear()):
                    continue
                now = time.perf_counter()
                latencies.append(now - one.sent_at)
                statuses[status] += 1
                request = next(rest, b"") if now < ends else b""
                if request:
                    one.ask(request)
                else:
                    busy -= 1
        took = time.perf_counter() - begun
    for one in opened:
        one.socket.close()
    return Load(took, sorted(latencies), statuses)
