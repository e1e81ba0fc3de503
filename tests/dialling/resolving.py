"""A resolver that is scripted: no name is asked for, and one changes its answer from one question to the next."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from unittest.mock import patch

from tests.dialling.hostile_addresses import NAMES, NEVER, PUBLIC, REBINDING

REAL_RESOLVER = socket.getaddrinfo
Found = list[tuple[int, int, int, str, tuple[str, int]]]


def resolve(host: str, port: int, *_: object, **__: object) -> Found:
    """The names of the table as they are there; numbers as the real resolver reads them."""
    plain = host.encode("idna").decode().lower().rstrip(".") if not host.isascii() else host.lower().rstrip(".")
    if addresses := NAMES.get(plain) or NAMES.get(host.lower().rstrip(".")):
        return _write(addresses, port)
    return REAL_RESOLVER(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)  # type: ignore[return-value]


def _write(addresses: list[str], port: int) -> Found:
    return [(socket.AF_INET6 if ":" in address else socket.AF_INET, 1, 6, "", (address, port)) for address in addresses]


_BAD = [host.strip("[]") for host in NEVER if ":" in host or (host.replace(".", "").isdigit() and host.count(".") == 3)]
_BAD += ["127.0.0.1", "10.0.0.1", "::1", "fd12::1", "::ffff:127.0.0.1"]


@dataclass
class RebindingResolver:
    """Whatever is asked, it says something else each time: a good address, a bad one, or several of both."""

    rng: random.Random
    asked: int = 0
    said: list[tuple[str, ...]] = field(default_factory=list)

    def __call__(self, host: str, port: int, *more: object, **most: object) -> Found:
        if not host.lower().rstrip(".").endswith(REBINDING):
            return resolve(host, port, *more, **most)
        self.asked += 1
        answers = ([self.rng.choice(PUBLIC)], [self.rng.choice(_BAD)], self._mix())
        chosen = answers[(self.asked + self.rng.randrange(2)) % len(answers)]
        self.said.append(tuple(chosen))
        return _write(chosen, port)

    def _mix(self) -> list[str]:
        mixed = [self.rng.choice(PUBLIC), self.rng.choice(_BAD)]
        self.rng.shuffle(mixed)
        return mixed


@contextmanager
def resolving(resolver: object) -> Iterator[None]:
    with patch("socket.getaddrinfo", resolver):
        yield
